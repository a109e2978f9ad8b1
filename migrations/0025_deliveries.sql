-- What the mail worker and the mail itself need beside the decision.
alter table deliveries
    -- RFC 5322 References: the mails before it in its thread, oldest first.
    add column thread text,
    -- Holds a link that opens an account: text wiped once handed over.
    add column is_secret boolean not null default false,
    -- Written by a person: carries no Auto-Submitted header.
    add column is_personal boolean not null default false;

-- How many receipts went to one address lately: nobody fills a stranger's mailbox through our form.
create index deliveries_receipts_idx on deliveries (recipient, created_at) where template = 'received';

-- The mail worker sleeps until there is something to send.
create function deliveries_notify() returns trigger language plpgsql as $$
begin
    perform pg_notify('kept_mail', '');
    return null;
end $$;
create trigger deliveries_notify after insert on deliveries for each statement execute function deliveries_notify();
