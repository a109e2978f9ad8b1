-- Rules that give a new ticket its priority and team. In order; the first that matches wins.
create table routing_rules (
    id uuid primary key,
    position integer not null,
    name text not null check (length(name) between 1 and 120),
    -- {"category": id | null, "keywords": ["vpn", ...]}
    conditions jsonb not null,
    set_priority ticket_priority,
    set_team_id uuid references teams (id),
    active boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint rule_does_something check (set_priority is not null or set_team_id is not null)
);
create index routing_rules_order_idx on routing_rules (position, id) where active;
