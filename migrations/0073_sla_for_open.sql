-- A publication that concerns open tickets too is applied to them one batch after the other: how far it has come.
alter table sla_publications
    -- The last ticket that was looked at, by id.
    add column applied_until uuid,
    -- When all were; null with `for_open` while it goes on.
    add column applied_at timestamptz;
