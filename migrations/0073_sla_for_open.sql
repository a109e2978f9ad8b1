-- A publication that concerns open tickets too is applied to them one batch after the other: how far it has come.
alter table sla_publications
    -- The last ticket that was looked at, by id.
    add column applied_until uuid,
    -- When all were; null with `for_open` while it goes on.
    add column applied_at timestamptz;
create index sla_publications_applying_idx on sla_publications (number) where for_open and applied_at is null;
