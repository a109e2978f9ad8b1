-- Promises: calendars and policies in versions, the facts that move clocks, and the clocks derived from them.

create table sla_calendars (
    id uuid primary key,
    name text not null check (length(name) between 1 and 80),
    -- What is in use is never deleted, only offered no more.
    retired_at timestamptz,
    created_at timestamptz not null
);
create unique index sla_calendars_name_idx on sla_calendars (lower(name)) where retired_at is null;

-- Never changed: what ran under a version names it for ever.
create table sla_calendar_versions (
    id uuid primary key,
    calendar_id uuid not null references sla_calendars (id),
    version integer not null,
    spec jsonb not null,
    created_by uuid references users (id),
    created_at timestamptz not null,
    unique (calendar_id, version)
);

create table sla_policies (
    id uuid primary key,
    name text not null check (length(name) between 1 and 80),
    retired_at timestamptz,
    created_at timestamptz not null
);
create unique index sla_policies_name_idx on sla_policies (lower(name)) where retired_at is null;

create table sla_policy_versions (
    id uuid primary key,
    policy_id uuid not null references sla_policies (id),
    version integer not null,
    body jsonb not null,
    created_by uuid references users (id),
    created_at timestamptz not null,
    unique (policy_id, version)
);

-- What holds together from an instant on: the policies in the order in which they are tried, the
-- catch-all last, and the version of every calendar.
create table sla_publications (
    id uuid primary key,
    -- A publication names the number it was based on, plus one: of two at once, one is refused.
    number integer not null unique,
    at timestamptz not null,
    by_id uuid references users (id),
    policy_versions uuid[] not null,
    calendar_versions uuid[] not null,
    -- Whether it also concerns tickets that were filed before it.
    for_open boolean not null
);

-- Everything that can move a clock. Clocks are derived from these rows and from nothing else.
create table sla_events (
    ticket_id uuid not null references tickets (id),
    n integer not null,
    -- When it happened, not when it was noticed.
    at timestamptz not null,
    kind text not null,
    actor_id uuid,
    -- Why terms changed; null for everything else.
    cause text,
    payload jsonb,
    primary key (ticket_id, n)
);

create function sla_events_immutable() returns trigger language plpgsql as $$
begin
    -- Erasing a person's data may blank a payload, never a time.
    if tg_op = 'DELETE' or (new.ticket_id, new.n, new.at, new.kind) is distinct from (old.ticket_id, old.n, old.at, old.kind) then
        raise exception 'sla_events are immutable';
    end if;
    return new;
end $$;
create trigger sla_events_immutable before update or delete on sla_events
    for each row execute function sla_events_immutable();

-- Derived: a replay of the events as of the last sweep rebuilds every row byte for byte.
create table sla_clocks (
    ticket_id uuid not null references tickets (id),
    metric text not null,
    -- Which of its kind: the ordinal of the message, reply or team that started it.
    cycle integer not null,
    state text not null check (state in ('running', 'paused', 'met', 'missed', 'cancelled', 'untimed')),
    started_at timestamptz not null,
    ended_at timestamptz,
    due_at timestamptz,
    risk_at timestamptz,
    policy_id uuid not null,
    policy_version_id uuid not null,
    calendar_version_id uuid not null,
    -- Working seconds promised; null if the calendar never gets there.
    allowance integer,
    -- Working seconds used; null while it counts.
    used integer,
    breached_at timestamptz,
    breach_cause text check (breach_cause in ('due', 'policy_change')),
    -- Since when the miss counts; null with a breach: excused, because only a change of target brought it.
    counts_since timestamptz,
    -- When a timer has to look at it again.
    next_fire_at timestamptz,
    primary key (ticket_id, metric, cycle)
);
create index sla_clocks_fire_idx on sla_clocks (next_fire_at) where next_fire_at is not null;
-- Attainment: kept ones by the day of fulfilment, missed ones by the day of the due time.
create index sla_clocks_met_idx on sla_clocks (ended_at) where state = 'met';
create index sla_clocks_missed_idx on sla_clocks (due_at) where counts_since is not null;

-- Ladder steps that were decided: each exactly once.
create table sla_firings (
    ticket_id uuid not null references tickets (id),
    metric text not null,
    cycle integer not null,
    percent integer not null,
    -- When it was reached, and when that was noticed.
    at timestamptz not null,
    due_at timestamptz,
    decided_at timestamptz not null,
    primary key (ticket_id, metric, cycle, percent)
);
create index sla_firings_at_idx on sla_firings (at);
