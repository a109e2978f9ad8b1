-- Promises that attainment leaves out, and the tickets behind them: cancelled ones, and misses that only a
-- change of target brought. By the day they ended, or while they run by the day of the miss.
create index sla_clocks_left_out_idx on sla_clocks (coalesce(ended_at, breached_at), ticket_id)
    where state = 'cancelled' or (breached_at is not null and counts_since is null);
