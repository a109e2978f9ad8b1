-- What lists and figures need on a desk with a long history.

-- The words of a subject, taken apart once: a search looks at thousands of tickets, a change of status at none.
alter table tickets
    add column subject_words tsvector not null generated always as (to_tsvector('simple', subject)) stored;
drop index tickets_subject_idx;
create index tickets_words_idx on tickets using gin (subject_words);

-- What was solved in a span of time, by everybody or by one person.
create index tickets_solved_idx on tickets (resolved_at, assignee_id) where resolved_at is not null;

-- How often promises of a kind were kept, and how long they took, from the index alone.
drop index sla_clocks_took_idx;
create index sla_clocks_took_idx on sla_clocks (metric, ended_at) include (used, state) where state in ('met', 'missed');
