-- The backlog of a team or category is what it was: a ticket that moves leaves the one and comes to the other
-- on the day of the move, and was solved and reopened where it was then. Counts of what was filed, solved,
-- kept, missed and rated still go with the ticket to where it is now, as its list has it.
create or replace function report_tickets_updated() returns trigger language plpgsql as $$
declare
    moved boolean := (old.team_id, old.category_id) is distinct from (new.team_id, new.category_id);
begin
    insert into report_deltas (day, team_id, category_id, solved, rated, stars)
    select report_day(old.resolved_at), old.team_id, old.category_id, -1, 0, 0 where old.resolved_at is not null
    union all
    select report_day(new.resolved_at), new.team_id, new.category_id, 1, 0, 0 where new.resolved_at is not null
    union all
    select report_day(old.rated_at), old.team_id, old.category_id, 0, -1, -old.csat where old.csat is not null
    union all
    select report_day(new.rated_at), new.team_id, new.category_id, 0, 1, new.csat where new.csat is not null;

    if moved or (old.resolved_at is null) <> (new.resolved_at is null) then
        insert into report_deltas (day, team_id, category_id, backlog)
        select report_day(coalesce(new.resolved_at, new.updated_at)), old.team_id, old.category_id, -1 where old.resolved_at is null
        union all
        select report_day(new.updated_at), new.team_id, new.category_id, 1 where new.resolved_at is null;
    end if;

    if moved then
        insert into report_deltas (day, team_id, category_id, created, met, missed)
        select day, place.team_id, place.category_id, place.sign * created, place.sign * met, place.sign * missed
        from (
            select report_day(new.created_at) as day, 1 as created, 0 as met, 0 as missed
            union all
            select report_day(ended_at), 0, 1, 0 from sla_clocks where ticket_id = new.id and state = 'met'
            union all
            select report_day(due_at), 0, 0, 1 from sla_clocks where ticket_id = new.id and counts_since is not null
        ) worth,
        (values (old.team_id, old.category_id, -1), (new.team_id, new.category_id, 1)) as place (team_id, category_id, sign);
    end if;
    return null;
end $$;
