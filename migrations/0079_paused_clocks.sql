-- no-transaction
-- The live monitor: promises that stand still, those with the least left first (reports/monitor/store.rs, paused).
create index concurrently if not exists sla_clocks_paused_idx
    on sla_clocks ((allowance - used), ticket_id, metric, cycle) where state = 'paused';
