-- no-transaction
-- How often promises of a kind were kept, and how long they took (/executive, /team), from the index alone.
create index concurrently if not exists sla_clocks_ended_idx
    on sla_clocks (metric, ended_at) include (used, state) where state in ('met', 'missed');
