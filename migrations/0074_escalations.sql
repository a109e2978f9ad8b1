-- Tickets that whoever leads has to look at: because a step of a promise's ladder was reached when its time was up, or
-- because somebody asked for it, with a reason. At most one of a ticket waits; what comes meanwhile is added to it.
create table escalations (
    id uuid primary key,
    ticket_id uuid not null references tickets (id),
    -- Since when it waits, and when something was last added.
    at timestamptz not null,
    last_at timestamptz not null,
    -- Grows with what is added, so that nobody acknowledges what they have not seen.
    version integer not null default 1,
    -- The last step that was reached, by which clock, and when that was due.
    metric text,
    cycle integer,
    percent integer,
    reached_at timestamptz,
    due_at timestamptz,
    -- What somebody said last.
    reason text check (length(reason) between 1 and 500),
    by_id uuid references users (id),
    escalated_at timestamptz,
    -- The ticket is solved. Of one that waits: before anybody looked.
    solved_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by uuid references users (id),
    words text check (length(words) between 1 and 500),
    check (percent is not null or reason is not null),
    check ((reason is null) = (escalated_at is null)),
    check ((acknowledged_at is null) = (acknowledged_by is null))
);
create unique index escalations_open_idx on escalations (ticket_id) where acknowledged_at is null;
-- The inbox of managers: what waits, newest first, and what was looked at or solved.
create index escalations_inbox_idx on escalations (last_at desc, id desc) where acknowledged_at is null and solved_at is null;
create index escalations_done_idx on escalations (coalesce(acknowledged_at, solved_at) desc, id desc)
    where coalesce(acknowledged_at, solved_at) is not null;
