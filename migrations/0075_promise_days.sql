-- Promises kept and missed by day, and by all that the report on them tells apart: a year of a large desk is one look
-- along an index, without its tickets. As report_days (0040) it is kept by triggers that write what a change is worth
-- into the deltas, which a job folds into the days; readers add up both. Days are those of UTC; kept ones count by the
-- day of fulfilment, missed ones by the day of the due time. Team and priority are those the ticket has now.
-- In the order in which an act on a ticket takes them, so that the two never wait for each other.
lock table tickets, sla_clocks in share row exclusive mode;

create table report_promise_days (
    day date not null,
    team_id uuid not null,
    metric text not null,
    priority ticket_priority not null,
    policy_id uuid not null,
    met bigint not null default 0,
    missed bigint not null default 0,
    primary key (day, team_id, metric, priority, policy_id)
);
create table report_promise_deltas (like report_promise_days including defaults);

create function report_promises_inserted() returns trigger language plpgsql as $$
begin
    if exists (select from added where state = 'met' or counts_since is not null) then
        insert into report_promise_deltas (day, team_id, metric, priority, policy_id, met, missed)
        select report_day(case when c.counts_since is null then c.ended_at else c.due_at end), t.team_id, c.metric,
               t.priority, c.policy_id,
               count(*) filter (where c.counts_since is null), count(*) filter (where c.counts_since is not null)
        from added c join tickets t on t.id = c.ticket_id
        where c.state = 'met' or c.counts_since is not null
        group by 1, 2, 3, 4, 5;
    end if;
    return null;
end $$;
create trigger report_promises_inserted after insert on sla_clocks referencing new table as added
    for each statement execute function report_promises_inserted();

create function report_promises_changed() returns trigger language plpgsql as $$
begin
    if old.state = 'met' or old.counts_since is not null then
        insert into report_promise_deltas (day, team_id, metric, priority, policy_id, met, missed)
        select report_day(case when old.counts_since is null then old.ended_at else old.due_at end), team_id, old.metric,
               priority, old.policy_id, -(old.counts_since is null)::int, -(old.counts_since is not null)::int
        from tickets where id = old.ticket_id;
    end if;
    if tg_op = 'UPDATE' and (new.state = 'met' or new.counts_since is not null) then
        insert into report_promise_deltas (day, team_id, metric, priority, policy_id, met, missed)
        select report_day(case when new.counts_since is null then new.ended_at else new.due_at end), team_id, new.metric,
               priority, new.policy_id, (new.counts_since is null)::int, (new.counts_since is not null)::int
        from tickets where id = new.ticket_id;
    end if;
    return null;
end $$;
create trigger report_promises_updated after update on sla_clocks for each row
    when ((old.state = 'met' or old.counts_since is not null or new.state = 'met' or new.counts_since is not null)
          and (old.state, old.counts_since, old.ended_at, old.due_at, old.policy_id)
              is distinct from (new.state, new.counts_since, new.ended_at, new.due_at, new.policy_id))
    execute function report_promises_changed();
create trigger report_promises_deleted after delete on sla_clocks for each row
    when (old.state = 'met' or old.counts_since is not null)
    execute function report_promises_changed();

-- A ticket takes its promises along to its new team or priority.
create function report_promises_moved() returns trigger language plpgsql as $$
begin
    insert into report_promise_deltas (day, team_id, metric, priority, policy_id, met, missed)
    select report_day(case when c.counts_since is null then c.ended_at else c.due_at end), place.team_id, c.metric,
           place.priority, c.policy_id, place.sign * (c.counts_since is null)::int, place.sign * (c.counts_since is not null)::int
    from sla_clocks c,
         (values (old.team_id, old.priority, -1), (new.team_id, new.priority, 1)) as place (team_id, priority, sign)
    where c.ticket_id = new.id and (c.state = 'met' or c.counts_since is not null);
    return null;
end $$;
create trigger report_promises_moved after update on tickets for each row
    when ((old.team_id, old.priority) is distinct from (new.team_id, new.priority))
    execute function report_promises_moved();

-- What was there before.
insert into report_promise_deltas (day, team_id, metric, priority, policy_id, met, missed)
select report_day(case when c.counts_since is null then c.ended_at else c.due_at end), t.team_id, c.metric, t.priority,
       c.policy_id, count(*) filter (where c.counts_since is null), count(*) filter (where c.counts_since is not null)
from sla_clocks c join tickets t on t.id = c.ticket_id
where c.state = 'met' or c.counts_since is not null
group by 1, 2, 3, 4, 5;
