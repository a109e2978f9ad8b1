-- The desk's lists. "Next due first" puts what has no running promise last, so the key is never null and
-- one row comparison starts a page: (coalesce(sla_due_at, 'infinity'), id) > ($1, $2).

-- Everything open, late, due soon, on hold: one team at a time, for those who see only their teams.
create index tickets_team_next_idx on tickets (team_id, coalesce(sla_due_at, 'infinity'), id)
    where status in ('open', 'in_progress', 'on_hold');
-- The same for those who see every team.
create index tickets_next_idx on tickets (coalesce(sla_due_at, 'infinity'), id)
    where status in ('open', 'in_progress', 'on_hold');
-- Mine.
create index tickets_assignee_next_idx on tickets (assignee_id, coalesce(sla_due_at, 'infinity'), id)
    where status in ('open', 'in_progress', 'on_hold');
-- Unassigned.
create index tickets_unassigned_next_idx on tickets (team_id, coalesce(sla_due_at, 'infinity'), id)
    where assignee_id is null and status in ('open', 'in_progress', 'on_hold');
-- At risk: few among many, so found by the instant from which they are.
create index tickets_risk_idx on tickets (sla_risk_at, sla_due_at, team_id)
    where sla_state = 'running' and status in ('open', 'in_progress', 'on_hold');
-- All tickets, last changed first, one team at a time.
create index tickets_team_updated_idx on tickets (team_id, updated_at desc, id desc);
-- The same for every team; the one it replaces broke ties the other way.
create index tickets_changed_idx on tickets (updated_at desc, id desc);
-- Words of the subject, each may be the beginning of one.
create index tickets_subject_idx on tickets using gin (to_tsvector('simple', subject));

-- Their keys could be null, or nothing orders by them any more.
drop index tickets_team_due_idx, tickets_due_idx, tickets_assignee_due_idx, tickets_unassigned_idx,
    tickets_hold_idx, tickets_updated_idx;
