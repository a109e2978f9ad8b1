-- Figures by day, team and category, so that a year of a large desk is a few thousand rows. Triggers add
-- what each change is worth to report_deltas, in the transaction of the change; a job folds them into
-- report_days. Readers add up both, so a figure is never behind the tickets it counts, and no two
-- transactions ever wait for the same row. Days are those of UTC.

create table report_days (
    day date not null,
    team_id uuid not null,
    category_id uuid,
    created bigint not null default 0,
    -- By the day of the solution that stands; a reopened ticket is taken out again.
    solved bigint not null default 0,
    -- How much the number of unsolved tickets changed.
    backlog bigint not null default 0,
    -- Promises, kept ones by the day of fulfilment, missed ones by the day of the due time.
    met bigint not null default 0,
    missed bigint not null default 0,
    rated bigint not null default 0,
    stars bigint not null default 0
);
create unique index report_days_key on report_days (day, team_id, category_id) nulls not distinct;

create table report_deltas (like report_days including defaults);

create function report_day(at timestamptz) returns date language sql immutable as $$ select (at at time zone 'UTC')::date $$;

create function report_tickets_inserted() returns trigger language plpgsql as $$
begin
    insert into report_deltas (day, team_id, category_id, created, solved, backlog, rated, stars)
    select day, team_id, category_id, sum(created), sum(solved), sum(created) - sum(solved), sum(rated), sum(stars)
    from (
        select report_day(created_at) as day, team_id, category_id, 1 as created, 0 as solved, 0 as rated, 0 as stars from added
        union all
        select report_day(resolved_at), team_id, category_id, 0, 1, 0, 0 from added where resolved_at is not null
        union all
        select report_day(rated_at), team_id, category_id, 0, 0, 1, csat from added where csat is not null
    ) worth
    group by day, team_id, category_id;
    return null;
end $$;
create trigger report_tickets_inserted after insert on tickets referencing new table as added
    for each statement execute function report_tickets_inserted();

create function report_tickets_updated() returns trigger language plpgsql as $$
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

    if (old.resolved_at is null) <> (new.resolved_at is null) then
        insert into report_deltas (day, team_id, category_id, backlog)
        values (report_day(coalesce(new.resolved_at, new.updated_at)), old.team_id, old.category_id,
                case when new.resolved_at is null then 1 else -1 end);
    end if;

    -- Everything a ticket ever was worth goes with it to its new team or category.
    if moved then
        insert into report_deltas (day, team_id, category_id, created, backlog, met, missed)
        select day, place.team_id, place.category_id, place.sign * created, place.sign * backlog, place.sign * met, place.sign * missed
        from (
            select report_day(new.created_at) as day, 1 as created, 1 as backlog, 0 as met, 0 as missed
            union all
            select report_day(new.resolved_at), 0, -1, 0, 0 where new.resolved_at is not null
            union all
            select report_day(ended_at), 0, 0, 1, 0 from sla_clocks where ticket_id = new.id and state = 'met'
            union all
            select report_day(due_at), 0, 0, 0, 1 from sla_clocks where ticket_id = new.id and counts_since is not null
        ) worth,
        (values (old.team_id, old.category_id, -1), (new.team_id, new.category_id, 1)) as place (team_id, category_id, sign);
    end if;
    return null;
end $$;
create trigger report_tickets_updated after update on tickets for each row
    when ((old.team_id, old.category_id, old.resolved_at, old.rated_at, old.csat)
          is distinct from (new.team_id, new.category_id, new.resolved_at, new.rated_at, new.csat))
    execute function report_tickets_updated();

create function report_clocks_inserted() returns trigger language plpgsql as $$
begin
    insert into report_deltas (day, team_id, category_id, met, missed)
    select report_day(case when c.counts_since is null then c.ended_at else c.due_at end), t.team_id, t.category_id,
           count(*) filter (where c.counts_since is null), count(*) filter (where c.counts_since is not null)
    from added c join tickets t on t.id = c.ticket_id
    where c.state = 'met' or c.counts_since is not null
    group by 1, 2, 3;
    return null;
end $$;
create trigger report_clocks_inserted after insert on sla_clocks referencing new table as added
    for each statement execute function report_clocks_inserted();

create function report_clocks_changed() returns trigger language plpgsql as $$
begin
    if old.state = 'met' or old.counts_since is not null then
        insert into report_deltas (day, team_id, category_id, met, missed)
        select report_day(case when old.counts_since is null then old.ended_at else old.due_at end), team_id, category_id,
               -(old.counts_since is null)::int, -(old.counts_since is not null)::int
        from tickets where id = old.ticket_id;
    end if;
    if tg_op = 'UPDATE' and (new.state = 'met' or new.counts_since is not null) then
        insert into report_deltas (day, team_id, category_id, met, missed)
        select report_day(case when new.counts_since is null then new.ended_at else new.due_at end), team_id, category_id,
               (new.counts_since is null)::int, (new.counts_since is not null)::int
        from tickets where id = new.ticket_id;
    end if;
    return null;
end $$;
create trigger report_clocks_updated after update on sla_clocks for each row
    when ((old.state = 'met' or old.counts_since is not null or new.state = 'met' or new.counts_since is not null)
          and (old.state, old.counts_since, old.ended_at, old.due_at)
              is distinct from (new.state, new.counts_since, new.ended_at, new.due_at))
    execute function report_clocks_changed();
create trigger report_clocks_deleted after delete on sla_clocks for each row
    when (old.state = 'met' or old.counts_since is not null)
    execute function report_clocks_changed();

-- What was there before.
insert into report_deltas (day, team_id, category_id, created, solved, backlog, rated, stars)
select day, team_id, category_id, sum(created), sum(solved), sum(created) - sum(solved), sum(rated), sum(stars)
from (
    select report_day(created_at) as day, team_id, category_id, 1 as created, 0 as solved, 0 as rated, 0 as stars from tickets
    union all
    select report_day(resolved_at), team_id, category_id, 0, 1, 0, 0 from tickets where resolved_at is not null
    union all
    select report_day(rated_at), team_id, category_id, 0, 0, 1, csat from tickets where csat is not null
) worth
group by day, team_id, category_id;
insert into report_deltas (day, team_id, category_id, met, missed)
select report_day(case when c.counts_since is null then c.ended_at else c.due_at end), t.team_id, t.category_id,
       count(*) filter (where c.counts_since is null), count(*) filter (where c.counts_since is not null)
from sla_clocks c join tickets t on t.id = c.ticket_id
where c.state = 'met' or c.counts_since is not null
group by 1, 2, 3;

-- How long things took: medians over a period, by metric.
create index sla_clocks_took_idx on sla_clocks (metric, ended_at) include (used) where state in ('met', 'missed');
-- The tickets behind a figure about satisfaction.
create index tickets_rated_idx on tickets (rated_at, id) where csat is not null;
