-- Failed sign-ins are counted by address, whether or not somebody has an account under it:
-- otherwise the lock itself would tell who has one.
create table sign_in_failures (
    -- SHA-256 of the address: people mistype passwords here, too.
    address_hash bytea primary key,
    failures integer not null,
    locked_until timestamptz,
    last_at timestamptz not null
);
create index sign_in_failures_last_idx on sign_in_failures (last_at);

alter table users drop column failed_logins, drop column locked_until;

-- The generation of the account (users.generation) that the session was opened under.
alter table user_sessions add column generation integer not null default 0;

-- The list of accounts at /system/users.
create index users_name_idx on users (name, id);
