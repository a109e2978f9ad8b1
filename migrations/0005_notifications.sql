-- What people are told, decided once per event and person, and how its delivery went.
create type notification_channel as enum ('in_app', 'email');
create type delivery_state as enum ('pending', 'sending', 'sent', 'failed', 'bounced');

create table notifications (
    id uuid primary key,
    user_id uuid not null references users (id),
    ticket_id uuid references tickets (id),
    event_seq bigint not null references events (seq),
    kind text not null,
    title text not null,
    body text not null default '',
    read_at timestamptz,
    created_at timestamptz not null
);
-- Decided once: a reader that runs again changes nothing.
create unique index notifications_once_idx on notifications (event_seq, user_id, kind);
create index notifications_bell_idx on notifications (user_id, created_at desc, id);
create index notifications_unread_idx on notifications (user_id) where read_at is null;

create table deliveries (
    id uuid primary key,
    -- Names the decision, so that taking it again changes nothing: event, person and template.
    idempotency_key text not null unique,
    channel notification_channel not null,
    template text not null,
    user_id uuid references users (id),
    recipient text not null,
    ticket_id uuid references tickets (id),
    ticket_message_id uuid references ticket_messages (id),
    subject text not null,
    body_text text not null,
    body_html text not null,
    -- RFC 5322; fixed at the decision, so that a mail handed over twice is one mail to its reader.
    message_id text not null,
    in_reply_to text,
    state delivery_state not null default 'pending',
    attempts integer not null default 0,
    next_attempt_at timestamptz,
    last_error text,
    created_at timestamptz not null,
    sent_at timestamptz
);
create index deliveries_due_idx on deliveries (next_attempt_at, id) where state in ('pending', 'sending');
create index deliveries_ticket_idx on deliveries (ticket_id, created_at) where ticket_id is not null;

create table notification_preferences (
    user_id uuid not null references users (id),
    kind text not null,
    in_app boolean not null,
    email boolean not null,
    primary key (user_id, kind)
);
