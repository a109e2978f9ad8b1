-- Everything that happened, appended in the transaction that made it happen.
-- Audit, notifications, live updates and reports are readers of this table.

create table events (
    seq bigint generated always as identity primary key,
    -- Sequence numbers are not commit order. A reader goes by (xid, seq) and stops before the oldest
    -- transaction still running (pg_snapshot_xmin), so it never skips one that commits late.
    xid bigint not null default (pg_current_xact_id()::text::bigint),
    at timestamptz not null,
    kind text not null,
    actor_id uuid,
    ticket_id uuid,
    -- Who may see it, at the time: the team that held the ticket and the person who asked.
    team_id uuid,
    requester_id uuid,
    -- What it is about where that is no ticket: a person, a policy, a setting.
    subject_id uuid,
    -- Whether the customer may see it.
    public boolean not null,
    payload jsonb not null
);
create index events_order_idx on events (xid, seq);
create index events_ticket_idx on events (ticket_id, seq) where ticket_id is not null;

-- One row a reader: how far it has read.
create table event_readers (
    name text primary key,
    xid bigint not null,
    seq bigint not null
);

create function events_notify() returns trigger language plpgsql as $$
begin
    -- One wake-up a transaction: identical notifications of one transaction are folded by Postgres.
    perform pg_notify('kept_events', '');
    return null;
end $$;
create trigger events_notify after insert on events for each statement execute function events_notify();

-- The audit log: the hash of each event linked to the one before by a single writer, behind the committed rows.
create table audit_logs (
    position bigint primary key,
    event_seq bigint not null unique references events (seq),
    hash bytea not null
);
