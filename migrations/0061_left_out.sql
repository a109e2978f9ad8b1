-- no-transaction
-- Promises that attainment leaves out, by the day they ended, or while they run by the day of the miss: how many
-- (reports/store.rs, left_out), and the tickets behind them (tickets/list/statement.rs, LEFT_OUT). All three name the
-- same clocks: cancelled ones, and misses that only a change of target brought.
create index concurrently if not exists sla_clocks_left_out_idx
    on sla_clocks (coalesce(ended_at, breached_at), ticket_id)
    where state = 'cancelled' or (breached_at is not null and counts_since is null);
