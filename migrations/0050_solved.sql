-- no-transaction
-- The start page's "Solved, 7 days", and what was solved in a span of days, by everybody or by one person.
create index concurrently if not exists tickets_solved_idx
    on tickets (resolved_at, assignee_id) where resolved_at is not null;
