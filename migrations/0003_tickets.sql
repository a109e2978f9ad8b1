-- Tickets, what was said on them, and the files that came along.

create type ticket_status as enum ('open', 'in_progress', 'on_hold', 'resolved', 'closed');
create type ticket_priority as enum ('low', 'normal', 'high', 'urgent');
create type ticket_type as enum ('incident', 'request', 'question', 'problem');
create type ticket_channel as enum ('form', 'portal', 'desk', 'email', 'chat', 'whatsapp', 'sms', 'phone', 'api', 'import');
create type hold_reason as enum ('customer', 'third_party');
create type sla_state as enum ('none', 'running', 'paused', 'met', 'missed');

create table categories (
    id uuid primary key,
    name text not null check (length(name) between 1 and 80),
    -- What the customer reads under the name on the form.
    help text not null default '',
    position integer not null,
    active boolean not null default true,
    created_at timestamptz not null
);
create unique index categories_name_idx on categories (lower(name));

create sequence ticket_numbers start 1001;

create table tickets (
    id uuid primary key,
    number bigint not null default nextval('ticket_numbers'),
    subject text not null check (length(subject) between 3 and 200),
    status ticket_status not null default 'open',
    hold_reason hold_reason,
    wake_at timestamptz,
    priority ticket_priority not null default 'normal',
    type ticket_type not null default 'request',
    channel ticket_channel not null,
    category_id uuid references categories (id),
    team_id uuid not null references teams (id),
    assignee_id uuid references users (id),
    requester_id uuid not null references users (id),
    organisation_id uuid references organisations (id),
    tags text[] not null default '{}',
    -- Optimistic locking: a change names the version it was made on.
    version integer not null default 1,
    follow_up_of uuid references tickets (id),
    -- What the form showed before it was sent.
    promised_reply_by timestamptz,
    promised_solve_by timestamptz,
    csat smallint check (csat between 1 and 5),
    csat_comment text,
    rated_at timestamptz,
    -- The most urgent running promise, kept by the SLA room for lists; see sla_clocks for the truth.
    sla_state sla_state not null default 'none',
    sla_metric text,
    sla_started_at timestamptz,
    sla_risk_at timestamptz,
    sla_due_at timestamptz,
    sla_remaining integer, -- seconds of working time left while paused
    sla_breached boolean not null default false, -- some promise of this ticket was missed
    last_customer_message_at timestamptz,
    last_public_reply_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    resolved_at timestamptz,
    closed_at timestamptz,
    constraint hold_has_reason check ((status = 'on_hold') = (hold_reason is not null)),
    constraint wake_only_on_hold check (wake_at is null or status = 'on_hold'),
    constraint solved_has_assignee check (status not in ('resolved', 'closed') or assignee_id is not null),
    constraint solved_has_time check (status not in ('resolved', 'closed') or resolved_at is not null),
    constraint closed_has_time check ((status = 'closed') = (closed_at is not null))
);
create unique index tickets_number_idx on tickets (number);
-- Desk views, all over tickets that still need somebody, next due first (id breaks ties).
create index tickets_team_due_idx on tickets (team_id, sla_due_at, id) where status in ('open', 'in_progress', 'on_hold');
create index tickets_due_idx on tickets (sla_due_at, id) where status in ('open', 'in_progress', 'on_hold');
create index tickets_assignee_due_idx on tickets (assignee_id, sla_due_at, id) where status in ('open', 'in_progress', 'on_hold');
create index tickets_unassigned_idx on tickets (team_id, sla_due_at, id) where assignee_id is null and status in ('open', 'in_progress', 'on_hold');
create index tickets_hold_idx on tickets (team_id, updated_at, id) where status = 'on_hold';
create index tickets_wake_idx on tickets (wake_at) where wake_at is not null;
create index tickets_resolved_idx on tickets (resolved_at) where status = 'resolved';
create index tickets_requester_idx on tickets (requester_id, updated_at desc, id);
create index tickets_organisation_idx on tickets (organisation_id, updated_at desc, id) where organisation_id is not null;
create index tickets_updated_idx on tickets (updated_at desc, id);
create index tickets_created_idx on tickets (created_at, id);
create index tickets_tags_idx on tickets using gin (tags);

create type message_kind as enum ('public', 'internal');
create type message_side as enum ('customer', 'staff', 'automatic');

create table ticket_messages (
    id uuid primary key,
    ticket_id uuid not null references tickets (id),
    kind message_kind not null,
    -- Whether the author acted as staff on this ticket; staff with a request of their own are its customers.
    side message_side not null,
    author_id uuid references users (id),
    -- Markdown as typed, and the sanitised HTML made of it once.
    body text not null,
    body_html text not null,
    channel ticket_channel not null,
    -- RFC 5322 Message-ID of the mail that carries it, once one does.
    message_id text,
    created_at timestamptz not null,
    constraint internal_is_staff check (kind = 'public' or side <> 'customer')
);
create index ticket_messages_ticket_idx on ticket_messages (ticket_id, created_at, id);
create unique index ticket_messages_message_id_idx on ticket_messages (message_id) where message_id is not null;

create table attachments (
    id uuid primary key,
    -- Null while it waits under an upload token for its form to be sent.
    ticket_id uuid references tickets (id),
    message_id uuid references ticket_messages (id),
    upload_token_hash bytea,
    -- As the sender named it, control characters and paths removed; storage knows only the id.
    name text not null check (length(name) between 1 and 255),
    -- By content, never by name.
    content_type text not null,
    size bigint not null check (size >= 0),
    sha256 bytea not null,
    uploaded_by uuid references users (id),
    created_at timestamptz not null,
    constraint bound_or_waiting check ((message_id is null) = (upload_token_hash is not null))
);
create index attachments_message_idx on attachments (message_id) where message_id is not null;
create index attachments_ticket_idx on attachments (ticket_id) where ticket_id is not null;
create index attachments_waiting_idx on attachments (upload_token_hash) where upload_token_hash is not null;
create index attachments_stale_idx on attachments (created_at) where upload_token_hash is not null;

create table ticket_watchers (
    ticket_id uuid not null references tickets (id),
    user_id uuid not null references users (id),
    mentioned boolean not null default false,
    created_at timestamptz not null,
    primary key (ticket_id, user_id)
);
create index ticket_watchers_user_idx on ticket_watchers (user_id, ticket_id);

-- Up to when a person has read a ticket; newer messages make it unread.
create table ticket_reads (
    ticket_id uuid not null references tickets (id),
    user_id uuid not null references users (id),
    read_at timestamptz not null,
    primary key (user_id, ticket_id)
);
