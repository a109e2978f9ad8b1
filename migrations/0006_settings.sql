-- Settings an administrator may change while the server runs; one typed document a key.
create table settings (
    key text primary key,
    value jsonb not null,
    updated_at timestamptz not null,
    updated_by uuid references users (id)
);
