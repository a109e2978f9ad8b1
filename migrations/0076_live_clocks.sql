-- no-transaction
-- The live monitor: promises that are being timed, few among all that ever were, what is due first at its start.
create index concurrently if not exists sla_clocks_live_idx on sla_clocks (due_at, ticket_id) include (state, risk_at)
    where state in ('running', 'paused');
