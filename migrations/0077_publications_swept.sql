-- A ticket that is being filed while something is published for open tickets appears a moment later, promised what was in
-- force before. So whoever applies a publication goes through the newest tickets once more: since when all were gone
-- through the first time; null before that.
alter table sla_publications add column swept_at timestamptz;
