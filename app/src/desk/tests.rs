//! Lists, the ticket page and its story on a real database.
use chrono::TimeDelta;
use sqlx::PgPool;

use super::{model::Counts, service};
use crate::{
    conversations::model::MessageKind,
    core::{
        Actor, Error, Role,
        id::{TicketId, UserId},
        page::MAX_PAGE,
    },
    testing::{Desk, new_ticket},
    tickets::{
        list,
        model::{HoldReason, Priority, Status},
        own,
        query::{ListQuery, Sort, View},
        service::{self as tickets, Move},
        timeline::{self, Delivery, What},
    },
};

fn id(actor: &Actor) -> UserId {
    actor.user_id().expect("a person")
}

async fn numbers(desk: &Desk, actor: &Actor, query: &ListQuery) -> Vec<i64> {
    let mut tx = desk.look(actor).await;
    let page = list::page(&mut tx, query, MAX_PAGE).await.expect("a page");
    if query.after.is_none() && page.next.is_none() {
        // What a list says it holds is what it shows.
        assert_eq!(list::count(&mut tx, query).await.expect("a count"), page.rows.len() as i64, "{query:?}");
    }
    page.rows.into_iter().map(|row| row.number).collect()
}

fn read(view: View, params: &[(&str, &str)]) -> ListQuery {
    ListQuery::read(view, |name| params.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
}

/// Sets the promise of a ticket as the SLA room would: at risk `risk` and due `due` minutes from now.
async fn promise(desk: &Desk, ticket: TicketId, risk: i64, due: i64) {
    let now = desk.app.now();
    sqlx::query!(
        "update tickets set sla_state = 'running', sla_metric = 'first_reply', sla_started_at = $2,
                sla_risk_at = $3, sla_due_at = $4 where id = $1",
        ticket as _,
        now - TimeDelta::hours(1),
        now + TimeDelta::minutes(risk),
        now + TimeDelta::minutes(due)
    )
    .execute(&desk.app.db)
    .await
    .expect("a promise");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn each_view_holds_what_its_name_says(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let (mine, free, late, risk, held, solved) = (
        desk.ticket().await,
        desk.ticket().await,
        desk.ticket().await,
        desk.ticket().await,
        desk.ticket().await,
        desk.ticket().await,
    );
    for (ticket, at) in [(mine, (300, 400)), (free, (3_000, 4_000)), (late, (-30, -5)), (risk, (-5, 20))] {
        promise(&desk, ticket.id, at.0, at.1).await;
    }
    for ticket in [held, solved] {
        sqlx::query!("update tickets set sla_state = 'none', sla_due_at = null where id = $1", ticket.id as _)
            .execute(&desk.app.db)
            .await
            .expect("no promise");
    }
    for ticket in [mine, late, risk, held, solved] {
        desk.take(&ada, ticket.id).await.expect("taken");
    }
    let mut tx = desk.act(&ada).await;
    let hold = Move::Hold { waits_for: HoldReason::ThirdParty, wake_at: None, reason: Some("parts".to_owned()) };
    tickets::set_status(&mut tx, held.id, &hold, 2).await.expect("on hold");
    tickets::set_status(&mut tx, solved.id, &Move::Resolve, 2).await.expect("resolved");
    tx.commit().await.expect("committed");
    // What taking did to the promises is the SLA room's; the views read what it wrote.
    for (ticket, at) in [(mine, (300, 400)), (free, (3_000, 4_000)), (late, (-30, -5)), (risk, (-5, 20))] {
        promise(&desk, ticket.id, at.0, at.1).await;
    }
    sqlx::query!(
        "update tickets set sla_state = 'none', sla_due_at = null where id = any($1)",
        &[held.id, solved.id] as _
    )
    .execute(&desk.app.db)
    .await
    .expect("no promise");

    let shown = async |view| numbers(&desk, &ada, &ListQuery::of(view)).await;
    assert_eq!(shown(View::Mine).await, [late.number, risk.number, mine.number, held.number]);
    assert_eq!(shown(View::Unassigned).await, [free.number]);
    assert_eq!(shown(View::Open).await, [late.number, risk.number, mine.number, free.number, held.number]);
    assert_eq!(shown(View::AtRisk).await, [risk.number]);
    assert_eq!(shown(View::Late).await, [late.number]);
    assert_eq!(shown(View::OnHold).await, [held.number]);
    assert_eq!(shown(View::DueSoon).await, [risk.number, mine.number]);
    assert_eq!(shown(View::All).await.len(), 6);

    let mut tx = desk.look(&ada).await;
    let counts = service::counts(&mut tx).await.expect("counts");
    let expected = Counts { mine: 4, unassigned: 1, open: 5, at_risk: 1, late: 1, on_hold: 1, due_soon: 2 };
    assert_eq!(counts, expected);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn an_agent_lists_what_their_teams_hold_and_what_they_watch_and_nothing_else(db: PgPool) {
    let desk = Desk::open(db).await;
    let field = desk.team_named("Field support").await;
    let (ada, bo) = (desk.agent("Ada").await, desk.person("Bo", Role::Agent, &[field]).await);
    let (own, watched, foreign) = (desk.ticket().await, desk.ticket().await, desk.ticket().await);
    for ticket in [watched, foreign] {
        sqlx::query!("update tickets set team_id = $2 where id = $1", ticket.id as _, field as _)
            .execute(&desk.app.db)
            .await
            .expect("moved");
    }
    let mut tx = desk.act(&bo).await;
    tickets::watch(&mut tx, watched.id, id(&ada), true).await.expect("watched");
    tx.commit().await.expect("committed");

    for view in [View::Open, View::All, View::Unassigned] {
        for sort in [None, Some(Sort::Created), Some(Sort::Updated), Some(Sort::Due)] {
            let mut seen = numbers(&desk, &ada, &ListQuery { sort, ..ListQuery::of(view) }).await;
            seen.sort_unstable();
            assert_eq!(seen, [own.number, watched.number], "{view:?} by {sort:?}");
        }
    }
    let filtered = read(View::Open, &[("team", &field.to_string())]);
    assert_eq!(numbers(&desk, &ada, &filtered).await, [watched.number]);
    assert_eq!(numbers(&desk, &bo, &ListQuery::of(View::Open)).await.len(), 2);
    let admin = desk.person("Root", Role::Admin, &[]).await;
    assert_eq!(numbers(&desk, &admin, &ListQuery::of(View::Open)).await.len(), 3);

    let mut tx = desk.look(&ada).await;
    assert_eq!(service::ticket(&mut tx, foreign.number, None).await.err(), Some(Error::NotFound));
    assert_eq!(service::ticket(&mut tx, 999_999, None).await.err(), Some(Error::NotFound));
    let customer = desk.customer("Cy").await;
    let mut tx = desk.look(&customer).await;
    assert_eq!(list::page(&mut tx, &ListQuery::default(), 10).await.err(), Some(Error::Forbidden));
    assert_eq!(service::ticket(&mut tx, own.number, None).await.err(), Some(Error::Forbidden));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn pages_follow_each_other_without_gap_or_repeat_in_every_order(db: PgPool) {
    let desk = Desk::open(db).await;
    let second = desk.team_named("Field support").await;
    let ada = desk.person("Ada", Role::Agent, &[desk.team, second]).await;
    let admin = desk.person("Root", Role::Admin, &[]).await;
    let now = desk.app.now();
    for i in 0..23_i64 {
        let ticket = desk.ticket().await;
        // Few different values, so that ties are common; and every third without a promise.
        let due = (i % 3 != 0).then(|| now + TimeDelta::hours(i % 4));
        let priority = Priority::ALL[usize::try_from(i % 4).expect("small")];
        let team = if i % 2 == 0 { desk.team } else { second };
        sqlx::query!(
            "update tickets set sla_due_at = $2, priority = $3, team_id = $4, updated_at = $5, created_at = $5 where id = $1",
            ticket.id as _,
            due,
            priority as _,
            team as _,
            now + TimeDelta::minutes(i % 5)
        )
        .execute(&desk.app.db)
        .await
        .expect("changed");
    }
    for who in [&ada, &admin] {
        for sort in Sort::ALL {
            let mut query = ListQuery { sort: Some(sort), ..ListQuery::of(View::Open) };
            let whole = numbers(&desk, who, &query).await;
            assert_eq!(whole.len(), 23, "{sort:?}");
            let mut paged = Vec::new();
            loop {
                let mut tx = desk.look(who).await;
                let page = list::page(&mut tx, &query, 4).await.expect("a page");
                paged.extend(page.rows.iter().map(|row| row.number));
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
            }
            assert_eq!(paged, whole, "{sort:?}");
        }
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn filters_narrow_a_list(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let printer = desk.file(&Actor::Guest, &new_ticket("Printer on floor 3 is jammed", "It blinks.")).await;
    let vpn = desk.ticket().await;
    desk.take(&ada, vpn.id).await.expect("taken");
    let mut tx = desk.act(&ada).await;
    tickets::set_priority(&mut tx, vpn.id, Priority::Urgent, 2).await.expect("urgent");
    tickets::set_tags(&mut tx, vpn.id, &["network".to_owned()], 3).await.expect("tagged");
    tx.commit().await.expect("committed");

    let shown = async |params: &[(&str, &str)]| numbers(&desk, &ada, &read(View::All, params)).await;
    assert_eq!(shown(&[("q", "print jam")]).await, [printer.number]);
    assert_eq!(shown(&[("q", &format!("#{}", vpn.number))]).await, [vpn.number]);
    assert_eq!(shown(&[("q", "...")]).await, [0_i64; 0]);
    assert_eq!(shown(&[("status", "in_progress,closed")]).await, [vpn.number]);
    assert_eq!(shown(&[("priority", "urgent")]).await, [vpn.number]);
    assert_eq!(shown(&[("tag", "network")]).await, [vpn.number]);
    assert_eq!(shown(&[("assignee", "me")]).await, [vpn.number]);
    assert_eq!(shown(&[("assignee", "none")]).await, [printer.number]);
    assert_eq!(shown(&[("channel", "email")]).await, [0_i64; 0]);
    let today = desk.app.now().date_naive();
    assert_eq!(shown(&[("created", &format!("{today}..{today}"))]).await.len(), 2);
    assert_eq!(shown(&[("resolved", &format!("{today}.."))]).await, [0_i64; 0]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn words_are_found_whether_nearly_every_ticket_has_them_or_only_the_oldest(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, admin) = (desk.agent("Ada").await, desk.person("Root", Role::Admin, &[]).await);
    let customer = desk.customer("Cy").await;
    // More than are looked through before the index is asked.
    let many = i64::try_from(list::NEAR).expect("a number") + 150;
    sqlx::query!(
        "insert into tickets (id, number, subject, channel, team_id, requester_id, created_at, updated_at)
         select gen_random_uuid(), n, case n when 1 then 'The kettle leaks' else 'Printer is jammed' end, 'form', $1, $2,
                now(), now() + make_interval(secs => n)
         from generate_series(1, $3::bigint) n",
        desk.team as _,
        id(&customer) as _,
        many
    )
    .execute(&desk.app.db)
    .await
    .expect("tickets");
    for who in [&ada, &admin] {
        assert_eq!(numbers(&desk, who, &read(View::All, &[("q", "kettle")])).await, [1]);
        assert_eq!(numbers(&desk, who, &read(View::All, &[("q", "printer kettle")])).await, [0_i64; 0]);
        let mut query = read(View::All, &[("q", "print")]);
        let mut paged = Vec::new();
        loop {
            let mut tx = desk.look(who).await;
            let page = list::page(&mut tx, &query, MAX_PAGE).await.expect("a page");
            paged.extend(page.rows.iter().map(|row| row.number));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        assert!(paged.iter().copied().eq((2..=many).rev()), "{paged:?}");
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_08_words_of_an_address_never_become_sql(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let ticket = desk.ticket().await;
    for attack in
        ["'", "''; drop table tickets; --", "subject) or (1=1", "\\", "1 or 1=1", "password_hash", "%' or ''='"]
    {
        for name in ListQuery::names().into_iter().filter(|name| !["q", "tag", "after"].contains(name)) {
            // A word that is not of the list is no filter and no order.
            let query = read(View::All, &[(name, attack)]);
            assert_eq!(query, ListQuery::of(View::All), "{name}={attack}");
        }
        for name in ["q", "tag"] {
            // Free text is a value: it finds nothing, and breaks nothing.
            let found = numbers(&desk, &ada, &read(View::All, &[(name, attack)])).await;
            assert!(!found.contains(&ticket.number) || attack == "subject) or (1=1", "{name}={attack}");
        }
        let mut tx = desk.look(&ada).await;
        let query = ListQuery { after: Some(attack.to_owned()), ..ListQuery::of(View::All) };
        assert!(matches!(list::page(&mut tx, &query, 10).await, Err(Error::Invalid(_))), "{attack}");
    }
    assert_eq!(numbers(&desk, &ada, &ListQuery::of(View::All)).await, [ticket.number]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_39_a_page_holds_a_hundred_rows_whatever_is_asked_for(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let first = desk.ticket().await;
    sqlx::query!(
        "insert into tickets (id, subject, channel, team_id, requester_id, created_at, updated_at)
         select gen_random_uuid(), subject, channel, team_id, requester_id, created_at, updated_at
         from tickets, generate_series(1, 150) where id = $1",
        first.id as _
    )
    .execute(&desk.app.db)
    .await
    .expect("many");
    let mut tx = desk.look(&ada).await;
    for view in [View::Open, View::All] {
        let page = list::page(&mut tx, &ListQuery::of(view), 1_000_000_000).await.expect("a page");
        assert_eq!((page.rows.len(), page.next.is_some()), (100, true));
    }
    let listing = service::listing(&mut tx, &ListQuery::of(View::All), u32::MAX).await.expect("a listing");
    assert_eq!(listing.rows.len(), 100);
    let many = (0..10_000).map(|_| "open").collect::<Vec<_>>().join(",");
    assert!(read(View::All, &[("status", &many)]).filter.status.len() <= 16);
    let long = read(View::All, &[("q", &"x".repeat(100_000))]);
    assert_eq!(long.filter.text.as_ref().map(String::len), Some(200));
    list::page(&mut tx, &long, 10).await.expect("a page");
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn threat_05_what_colleagues_write_is_in_no_customers_timeline(db: PgPool) {
    let desk = Desk::open(db).await;
    let field = desk.team_named("canary-team").await;
    let ada = desk.person("Ada", Role::Agent, &[desk.team, field]).await;
    let marta = desk.customer("Marta").await;
    let mut new = new_ticket("VPN is down", "Nothing works.");
    new.requester = tickets::Requester::Myself;
    let ticket = desk.file(&marta, &new).await;
    desk.take(&ada, ticket.id).await.expect("taken");
    desk.say(&ada, ticket.id, MessageKind::Internal, "canary-note").await.expect("noted");
    desk.say(&ada, ticket.id, MessageKind::Public, "We are on it.").await.expect("replied");
    let mut tx = desk.act(&ada).await;
    tickets::set_tags(&mut tx, ticket.id, &["canary-tag".to_owned()], 4).await.expect("tagged");
    let hold = Move::Hold { waits_for: HoldReason::Customer, wake_at: None, reason: Some("canary-reason".to_owned()) };
    tickets::set_status(&mut tx, ticket.id, &hold, 5).await.expect("on hold");
    tickets::transfer(&mut tx, ticket.id, field, Some(id(&ada)), "canary-transfer", 6).await.expect("moved");
    tx.commit().await.expect("committed");
    sqlx::query!(
        "insert into deliveries (id, idempotency_key, channel, template, recipient, ticket_id, subject, body_text,
                                 body_html, message_id, created_at)
         values (gen_random_uuid(), 'k', 'email', 'sla', 'canary-mail@kept.example', $1, 'canary-subject', '', '', 'm', now())",
        ticket.id as _
    )
    .execute(&desk.app.db)
    .await
    .expect("a mail");

    let mut tx = desk.look(&marta).await;
    let customer = own::story(&mut tx, ticket.id).await.expect("a story");
    let customer = serde_json::to_string(&customer).expect("JSON");
    assert!(customer.contains("We are on it.") && customer.contains("on_hold"));
    assert!(!customer.contains("canary"), "{customer}");
    let standing = tickets::find(&mut tx, ticket.number).await.expect("visible");
    assert_eq!(timeline::find(&mut tx, &standing, None).await.err(), Some(Error::Forbidden));
    // The canaries are there to be seen by those who may.
    let page = service::ticket(&mut desk.look(&ada).await, ticket.number, None).await.expect("a page");
    let staff = serde_json::to_string(&page.timeline).expect("JSON");
    for word in ["note", "tag", "reason", "transfer", "team", "mail", "subject"] {
        assert!(staff.contains(&format!("canary-{word}")), "canary-{word} in {staff}");
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_story_is_told_in_order_with_what_became_of_the_mails(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let ticket = desk.ticket().await;
    desk.take(&ada, ticket.id).await.expect("taken");
    desk.say(&ada, ticket.id, MessageKind::Public, "We are on it.").await.expect("replied");
    sqlx::query!(
        "insert into deliveries (id, idempotency_key, channel, template, recipient, ticket_id, ticket_message_id, subject,
                                 body_text, body_html, message_id, state, created_at)
         select gen_random_uuid(), 'k' || n, 'email', 'reply', 'marta@customer.example', $1,
                (select id from ticket_messages where ticket_id = $1 and side = 'staff'), 'Re', '', '', 'm' || n,
                (array['sent', 'failed'])[n]::delivery_state, now() from generate_series(1, 2) n",
        ticket.id as _
    )
    .execute(&desk.app.db)
    .await
    .expect("mails");
    let mut tx = desk.look(&ada).await;
    let page = service::ticket(&mut tx, ticket.number, None).await.expect("a page");
    assert!(page.may.write && page.may.assign && page.may.change && !page.watching);
    assert_eq!(page.ticket.status, Status::InProgress);
    let entries = page.timeline.entries;
    assert!(entries.is_sorted_by_key(|e| e.at));
    assert_eq!(entries[0].day.as_deref(), Some("Today"));
    let told: Vec<String> = entries
        .iter()
        .map(|e| match &e.what {
            What::Message { html, .. } => html.clone(),
            What::Line { words, .. } => words.iter().map(|w| w.text.as_str()).collect(),
        })
        .collect();
    assert!(told[0].contains("Nothing works since this morning."), "{told:?}");
    assert!(told.iter().any(|t| t.starts_with("Sent to Service desk")), "{told:?}");
    assert!(told.iter().any(|t| t == "Taken by Ada. In progress by Ada"), "{told:?}");
    // Two people were mailed; the worse outcome is shown.
    let delivery = entries.iter().rev().find_map(|e| match e.what {
        What::Message { delivery, .. } => Some(delivery),
        What::Line { .. } => None,
    });
    assert_eq!(delivery, Some(Some(Delivery::Failed)));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_long_story_comes_in_stretches(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let ticket = desk.ticket().await;
    sqlx::query!(
        "insert into ticket_messages (id, ticket_id, kind, side, body, body_html, channel, created_at)
         select gen_random_uuid(), $1, 'public', 'customer', '', n::text, 'email', now() + make_interval(secs => n)
         from generate_series(1, 250) n",
        ticket.id as _
    )
    .execute(&desk.app.db)
    .await
    .expect("many");
    let (mut before, mut seen) = (None, 0);
    for stretch in 0..3 {
        let mut tx = desk.look(&ada).await;
        let page = service::ticket(&mut tx, ticket.number, before).await.expect("a page");
        seen += page.timeline.entries.iter().filter(|e| matches!(e.what, What::Message { .. })).count();
        before = page.timeline.earlier;
        assert_eq!(before.is_some(), stretch < 2);
    }
    assert_eq!(seen, 251);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_ticket_is_unread_until_the_person_looked_or_somebody_answered(db: PgPool) {
    let desk = Desk::open(db).await;
    let (ada, bo) = (desk.agent("Ada").await, desk.agent("Bo").await);
    let ticket = desk.ticket().await;
    let unread = async |who: &Actor| {
        let mut tx = desk.look(who).await;
        list::page(&mut tx, &ListQuery::of(View::Open), 10).await.expect("a page").rows[0].unread
    };
    assert!(unread(&ada).await && unread(&bo).await);
    let mut tx = desk.act(&ada).await;
    let now = tx.now;
    service::mark_read(&mut tx, ticket.id, now).await.expect("read");
    tx.commit().await.expect("committed");
    assert!(!unread(&ada).await && unread(&bo).await);
    desk.say(&ada, ticket.id, MessageKind::Public, "We are on it.").await.expect("replied");
    assert!(!unread(&bo).await);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_start_page_counts_what_is_due_and_says_what_to_do_first(db: PgPool) {
    let desk = Desk::open(db).await;
    let ada = desk.agent("Ada").await;
    let (mine, free) = (desk.ticket().await, desk.ticket().await);
    desk.take(&ada, mine.id).await.expect("taken");
    promise(&desk, mine.id, 10, 61).await;
    promise(&desk, free.id, 10, 62).await;
    let mut tx = desk.look(&ada).await;
    let home = service::home(&mut tx).await.expect("a page");
    assert_eq!(home.due.len(), 12);
    assert_eq!(home.due.iter().map(|h| h.count).sum::<i64>(), 2);
    let first: Vec<i64> = home.act.iter().map(|l| l.number).collect();
    assert_eq!(first, [mine.number, free.number]);
    let customer = desk.customer("Cy").await;
    let mut tx = desk.look(&customer).await;
    assert_eq!(service::home(&mut tx).await.err(), Some(Error::Forbidden));
}
