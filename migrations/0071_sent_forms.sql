-- Forms that customers sent, for a day: one that arrives twice (a second click, a reload, a bad line) counts once.
create table sent_forms (
    -- SHA-256 of the form's own token and of everything typed into it.
    digest bytea primary key,
    -- What came of it. Only the act that is filing it sees it empty.
    ticket_id uuid references tickets (id),
    at timestamptz not null
);
create index sent_forms_at_idx on sent_forms (at);
