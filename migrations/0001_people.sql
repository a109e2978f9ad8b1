-- People, the teams they work in, and how they prove who they are.

create type user_role as enum ('user', 'agent', 'admin', 'manager', 'ceo', 'superadmin');

create table organisations (
    id uuid primary key,
    name text not null check (length(name) between 1 and 200),
    -- Customers of one organisation see each other's tickets only where this says so.
    tickets_shared boolean not null default false,
    -- Chooses SLA policies; free text until subscriptions exist.
    support_plan text,
    created_at timestamptz not null
);
create unique index organisations_name_idx on organisations (lower(name));

create table users (
    id uuid primary key,
    email text not null check (email = lower(email) and length(email) <= 254),
    name text not null check (length(name) between 1 and 120),
    role user_role not null default 'user',
    organisation_id uuid references organisations (id),
    -- Argon2id in PHC form. Null: a contact who never set a password.
    password_hash text,
    -- The address was shown to be the person's own (a link mailed there was followed).
    email_verified_at timestamptz,
    phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'), -- ITU-T E.164
    locale text not null default 'en',
    time_zone text not null default 'UTC',
    active boolean not null default true,
    out_of_office boolean not null default false,
    -- How many open tickets the router gives at most; null: no limit.
    capacity integer check (capacity > 0),
    failed_logins integer not null default 0,
    locked_until timestamptz,
    -- Raised when role, password or standing changes: sessions of an older generation are dead.
    generation integer not null default 1,
    last_seen_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index users_email_idx on users (email);
create index users_staff_idx on users (role, name, id) where role <> 'user';
create index users_organisation_idx on users (organisation_id) where organisation_id is not null;

create table teams (
    id uuid primary key,
    name text not null check (length(name) between 1 and 80),
    -- New tickets go to the least loaded member at once, instead of waiting to be taken.
    auto_assign boolean not null default false,
    active boolean not null default true,
    created_at timestamptz not null
);
create unique index teams_name_idx on teams (lower(name));

create table team_members (
    team_id uuid not null references teams (id),
    user_id uuid not null references users (id),
    is_lead boolean not null default false,
    primary key (team_id, user_id)
);
create index team_members_user_idx on team_members (user_id);

create table user_sessions (
    -- SHA-256 of the id in the cookie: a stolen table opens no session.
    id_hash bytea primary key,
    user_id uuid references users (id) on delete cascade,
    data jsonb not null,
    ip text,
    user_agent text,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null
);
create index user_sessions_user_idx on user_sessions (user_id, last_seen_at desc) where user_id is not null;
create index user_sessions_expiry_idx on user_sessions (expires_at);

create type token_purpose as enum ('password_reset', 'registration', 'invitation', 'email_change');

create table one_time_tokens (
    -- SHA-256 of 256 random bits.
    hash bytea primary key,
    purpose token_purpose not null,
    user_id uuid references users (id) on delete cascade,
    -- What the token is about: the new address, the invited role.
    payload jsonb not null default '{}',
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index one_time_tokens_user_idx on one_time_tokens (user_id, purpose);
create index one_time_tokens_expiry_idx on one_time_tokens (expires_at);
