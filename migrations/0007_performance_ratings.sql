-- How managers rate the people they lead, and executives the managers; history is kept.
create table performance_ratings (
    id uuid primary key,
    rated_id uuid not null references users (id),
    rater_id uuid not null references users (id),
    -- First day of the rated month.
    period date not null check (extract(day from period) = 1),
    score smallint not null check (score between 1 and 5),
    comment text not null default '' check (length(comment) <= 2000),
    created_at timestamptz not null
);
create index performance_ratings_rated_idx on performance_ratings (rated_id, period desc, created_at desc);
