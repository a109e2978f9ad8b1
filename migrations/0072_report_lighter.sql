-- What is filed is neither solved nor rated yet, and its clocks have neither met nor missed anything: the triggers that
-- add up figures look for those only where there are any.
create or replace function report_tickets_inserted() returns trigger language plpgsql as $$
begin
    insert into report_deltas (day, team_id, category_id, created, backlog)
    select report_day(created_at), team_id, category_id, count(*), count(*) from added group by 1, 2, 3;
    if exists (select from added where resolved_at is not null or csat is not null) then
        insert into report_deltas (day, team_id, category_id, solved, backlog, rated, stars)
        select day, team_id, category_id, sum(solved), -sum(solved), sum(rated), sum(stars)
        from (
            select report_day(resolved_at) as day, team_id, category_id, 1 as solved, 0 as rated, 0 as stars
            from added where resolved_at is not null
            union all
            select report_day(rated_at), team_id, category_id, 0, 1, csat from added where csat is not null
        ) worth
        group by day, team_id, category_id;
    end if;
    return null;
end $$;

create or replace function report_clocks_inserted() returns trigger language plpgsql as $$
begin
    if exists (select from added where state = 'met' or counts_since is not null) then
        insert into report_deltas (day, team_id, category_id, met, missed)
        select report_day(case when c.counts_since is null then c.ended_at else c.due_at end), t.team_id, t.category_id,
               count(*) filter (where c.counts_since is null), count(*) filter (where c.counts_since is not null)
        from added c join tickets t on t.id = c.ticket_id
        where c.state = 'met' or c.counts_since is not null
        group by 1, 2, 3;
    end if;
    return null;
end $$;
