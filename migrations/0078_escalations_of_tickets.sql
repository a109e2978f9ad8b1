-- no-transaction
-- What became of a ticket's escalations: the last one, and when somebody looked last. And the way from the tickets of a
-- small team to what is over there, which would else be looked for among that of all teams.
create index concurrently if not exists escalations_ticket_idx on escalations (ticket_id, acknowledged_at);
