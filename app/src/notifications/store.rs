//! The `notifications`, `deliveries` and `notification_preferences` tables. One function, one statement.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::model::{Choice, Delivery, DeliveryState, Kind};
use crate::core::id::{DeliveryId, MessageId, NotificationId, TicketId, UserId};

/// A line under somebody's bell, to be stored.
#[derive(Clone, Debug)]
pub struct NewNotice {
    pub user: UserId,
    pub ticket: Option<TicketId>,
    pub event_seq: i64,
    pub kind: Kind,
    pub title: String,
    pub body: String,
}

/// Stores what was decided; what was decided before stays as it is. Returns whose bell rings.
pub async fn insert_notices(
    db: &mut PgConnection,
    notices: &[NewNotice],
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<UserId>> {
    let ids: Vec<NotificationId> = notices.iter().map(|_| NotificationId::new()).collect();
    let users: Vec<UserId> = notices.iter().map(|n| n.user).collect();
    let tickets: Vec<Option<TicketId>> = notices.iter().map(|n| n.ticket).collect();
    let events: Vec<i64> = notices.iter().map(|n| n.event_seq).collect();
    let kinds: Vec<String> = notices.iter().map(|n| n.kind.to_string()).collect();
    let titles: Vec<String> = notices.iter().map(|n| n.title.clone()).collect();
    let bodies: Vec<String> = notices.iter().map(|n| n.body.clone()).collect();
    sqlx::query_scalar!(
        r#"insert into notifications (id, user_id, ticket_id, event_seq, kind, title, body, created_at)
           select n.*, $8 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[]) n
           on conflict do nothing
           returning user_id as "user: UserId""#,
        ids as _,
        users as _,
        tickets as _,
        &events,
        &kinds,
        &titles,
        &bodies,
        at
    )
    .fetch_all(db)
    .await
}

/// A mail to be stored.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    pub id: DeliveryId,
    pub key: String,
    pub template: &'static str,
    pub user: Option<UserId>,
    pub recipient: String,
    pub ticket: Option<TicketId>,
    pub message: Option<MessageId>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub thread: Option<String>,
    pub is_secret: bool,
    pub is_personal: bool,
}

/// Stores decisions to mail, due at once; what had been decided before stays as it is.
pub async fn insert_deliveries(db: &mut PgConnection, mails: &[NewDelivery], at: DateTime<Utc>) -> sqlx::Result<()> {
    /// A column of the new rows.
    fn column<'a, T>(mails: &'a [NewDelivery], of: impl Fn(&'a NewDelivery) -> T) -> Vec<T> {
        mails.iter().map(of).collect()
    }
    sqlx::query!(
        "insert into deliveries (id, idempotency_key, channel, template, user_id, recipient, ticket_id, ticket_message_id,
                                 subject, body_text, body_html, message_id, in_reply_to, thread, is_secret, is_personal,
                                 next_attempt_at, created_at)
         select id, key, 'email', template, user_id, recipient, ticket_id, ticket_message_id, subject, body_text, body_html,
                message_id, in_reply_to, thread, is_secret, is_personal, $16, $16
         from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[],
                     $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bool[], $15::bool[])
              as m (id, key, template, user_id, recipient, ticket_id, ticket_message_id, subject, body_text, body_html,
                    message_id, in_reply_to, thread, is_secret, is_personal)
         on conflict (idempotency_key) do nothing",
        column(mails, |m| m.id) as _,
        column(mails, |m| m.key.as_str()) as _,
        column(mails, |m| m.template) as _,
        column(mails, |m| m.user) as _,
        column(mails, |m| m.recipient.as_str()) as _,
        column(mails, |m| m.ticket) as _,
        column(mails, |m| m.message) as _,
        column(mails, |m| m.subject.as_str()) as _,
        column(mails, |m| m.text.as_str()) as _,
        column(mails, |m| m.html.as_str()) as _,
        column(mails, |m| m.message_id.as_str()) as _,
        column(mails, |m| m.in_reply_to.as_deref()) as _,
        column(mails, |m| m.thread.as_deref()) as _,
        &column(mails, |m| m.is_secret),
        &column(mails, |m| m.is_personal),
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The mails that went about each of `tickets`, by ticket and recipient, oldest first: what the next one answers.
pub async fn threads(
    db: &mut PgConnection,
    tickets: &[TicketId],
) -> sqlx::Result<HashMap<(TicketId, String), Vec<String>>> {
    let rows = sqlx::query!(
        r#"select ticket_id as "ticket!: TicketId", recipient, message_id from deliveries
           where ticket_id = any($1) order by ticket_id, created_at, id"#,
        tickets as _
    )
    .fetch_all(db)
    .await?;
    let mut threads: HashMap<(TicketId, String), Vec<String>> = HashMap::new();
    for row in rows {
        threads.entry((row.ticket, row.recipient)).or_default().push(row.message_id);
    }
    Ok(threads)
}

/// How many receipts went to each of `recipients` since `since`.
pub async fn receipts_since(
    db: &mut PgConnection,
    recipients: &[String],
    since: DateTime<Utc>,
) -> sqlx::Result<HashMap<String, i64>> {
    let rows = sqlx::query!(
        r#"select recipient, count(*) as "sent!" from deliveries
           where template = 'received' and recipient = any($1) and created_at > $2 group by recipient"#,
        recipients,
        since
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.recipient, r.sent)).collect())
}

/// Who of `people` has had a digest under their bell after `since`.
pub async fn digested_since(
    db: &mut PgConnection,
    people: &[UserId],
    since: DateTime<Utc>,
) -> sqlx::Result<HashSet<UserId>> {
    if people.is_empty() {
        return Ok(HashSet::new());
    }
    let users = sqlx::query_scalar!(
        r#"select user_id as "user: UserId" from notifications
           where user_id = any($1) and kind = 'promise_digest' and created_at > $2"#,
        people as _,
        since
    )
    .fetch_all(db)
    .await?;
    Ok(users.into_iter().collect())
}

/// What each of `people` chose, where they chose.
pub async fn choices(db: &mut PgConnection, people: &[UserId]) -> sqlx::Result<HashMap<(UserId, Kind), Choice>> {
    let rows = sqlx::query!(
        r#"select user_id as "user: UserId", kind, in_app, email from notification_preferences where user_id = any($1)"#,
        people as _
    )
    .fetch_all(db)
    .await?;
    let known = rows.into_iter().filter_map(|r| {
        let choice = Choice { in_app: r.in_app, email: r.email };
        r.kind.parse().ok().map(|kind| ((r.user, kind), choice))
    });
    Ok(known.collect())
}

/// Remembers what `user` chose for `kind`.
pub async fn choose(db: &mut PgConnection, user: UserId, kind: Kind, choice: Choice) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into notification_preferences (user_id, kind, in_app, email) values ($1, $2, $3, $4)
         on conflict (user_id, kind) do update set in_app = $3, email = $4",
        user as _,
        kind.as_str(),
        choice.in_app,
        choice.email
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A stored line under the bell.
pub struct NoticeRow {
    pub id: NotificationId,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub number: Option<i64>,
    pub read_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// The newest notices of `user` before the position `before`, at most `limit`.
pub async fn notices(
    db: &mut PgConnection,
    user: UserId,
    unread_only: bool,
    before: Option<(DateTime<Utc>, NotificationId)>,
    limit: i64,
) -> sqlx::Result<Vec<NoticeRow>> {
    let (at, id) = before.unzip();
    sqlx::query_as!(
        NoticeRow,
        r#"select n.id as "id: NotificationId", n.kind, n.title, n.body, n.read_at, n.created_at,
                  (select t.number from tickets t where t.id = n.ticket_id) as number
           from notifications n
           where n.user_id = $1 and (not $2 or n.read_at is null)
             and ($3::timestamptz is null or (n.created_at, n.id) < ($3, $4))
           order by n.created_at desc, n.id desc limit $5"#,
        user as _,
        unread_only,
        at,
        id as _,
        limit
    )
    .fetch_all(db)
    .await
}

/// Unread notices of `user`, counted no further than `limit`.
pub async fn unread(db: &mut PgConnection, user: UserId, limit: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select from notifications where user_id = $1 and read_at is null limit $2) x"#,
        user as _,
        limit
    )
    .fetch_one(db)
    .await
}

/// Marks one notice of `user`, or all of them, as read. Whether anything changed.
pub async fn mark_read(
    db: &mut PgConnection,
    user: UserId,
    which: Option<NotificationId>,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update notifications set read_at = $3 where user_id = $1 and read_at is null and ($2::uuid is null or id = $2)",
        user as _,
        which as _,
        at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Marks what `user` was told about `ticket` as read: they are looking at it.
pub async fn mark_ticket_read(
    db: &mut PgConnection,
    user: UserId,
    ticket: TicketId,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update notifications set read_at = $3 where user_id = $1 and read_at is null and ticket_id = $2",
        user as _,
        ticket as _,
        at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Rings the bells of `users` on every server, once this transaction commits.
pub async fn ring(db: &mut PgConnection, users: &[UserId]) -> sqlx::Result<()> {
    sqlx::query!("select pg_notify('kept_bell', u::text) from unnest($1::uuid[]) u", users as _).fetch_all(db).await?;
    Ok(())
}

/// The mails about `ticket`, oldest first.
pub async fn deliveries_of(db: &mut PgConnection, ticket: TicketId) -> sqlx::Result<Vec<Delivery>> {
    sqlx::query_as!(
        Delivery,
        r#"select id as "id: DeliveryId", recipient, subject, template, state as "state: DeliveryState", attempts,
                  last_error as error, ticket_message_id as "message: MessageId", created_at as at, sent_at, next_attempt_at
           from deliveries where ticket_id = $1 order by created_at, id limit 500"#,
        ticket as _
    )
    .fetch_all(db)
    .await
}
