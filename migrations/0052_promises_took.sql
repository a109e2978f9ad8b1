-- no-transaction
-- sla_clocks_ended_idx answers all that it did, for servers of the version before, too.
drop index concurrently if exists sla_clocks_took_idx;
