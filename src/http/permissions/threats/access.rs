//! What one is not to do, see or hear of.
use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use kept_app::{
    core::Role,
    events::follow::until_nothing,
    live::{
        model::{LiveKind, Polled},
        pump,
    },
    notifications,
};
use sqlx::PgPool;

use super::{
    super::{
        calls::{self, Body},
        seed, table, word,
        world::{Case, PASSWORD, Who, cases, name},
    },
    SUPERADMIN, works_with,
};

#[sqlx::test]
async fn threat_01_a_body_that_says_more_than_was_asked_is_refused_and_writes_nothing(db: PgPool) {
    let mut world = seed::desk(db).await;
    let (mut tried, mut taken) = (0, Vec::new());
    for call in calls::all() {
        // A form without fields is not even read.
        let sends = call.method == Method::POST && (call.is_function || !call.body.is_empty());
        let Some(who) = works_with(&call).filter(|_| sends) else { continue };
        let body = Body::of(&world.fill(call.body, who, Case::Own));
        let address = world.fill(&call.address, who, Case::Own);
        for place in body.places() {
            for extra in ["role", "requester_id", "internal", "bcc"] {
                let field = if place.is_empty() { format!("{extra}=") } else { format!("{place}[{extra}]=") };
                if call.body.contains(&field) {
                    continue;
                }
                let answer = world.send(who, Method::POST, &address, &body.with(&place, extra)).await;
                let mut changed = world.what_changed().await;
                // A form that comes back stands on the page of its ticket, which counts as having been read.
                changed.retain(|table| !table.starts_with("ticket_reads "));
                if !answer.status.is_client_error() || !changed.is_empty() {
                    taken.push(format!("{} {place} {extra}: {}, {changed:?}", call.name, answer.status));
                    world.reset().await;
                }
                tried += 1;
            }
        }
    }
    assert!(taken.is_empty(), "{}", taken.join("\n"));
    assert!(tried > 400, "{tried}");
}

#[sqlx::test]
async fn threat_02_a_foreign_id_is_answered_like_one_that_does_not_exist(db: PgPool) {
    let mut world = seed::desk(db).await;
    let (mut tried, mut told) = (0, Vec::new());
    for call in calls::all() {
        if !cases(call.placeholders()).contains(&Case::Foreign) {
            continue;
        }
        for who in Who::ALL {
            let foreign = world.make(&call, who, Case::Foreign).await;
            let said = word(&call, &foreign, false);
            if ["no", "hidden", "sign-in"].contains(&said) {
                let missing = world.make(&call, who, Case::Missing).await;
                // Pages are never twice the same: each has a nonce of its own.
                if foreign.status != missing.status || (call.is_function && foreign.text != missing.text) {
                    told.push(format!("{} as {}: {foreign:?} and {missing:?}", call.name, who.word()));
                }
                tried += 1;
            }
        }
        // Whoever may do it to everybody's things did.
        if !world.what_changed().await.is_empty() {
            world.reset().await;
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(tried > 300, "{tried}");
}

#[sqlx::test]
async fn threat_02_a_foreign_id_in_a_second_place_is_answered_like_one_that_does_not_exist(db: PgPool) {
    let world = seed::desk(db).await;
    let nobody = kept_app::core::id::fresh().to_string();
    sqlx::query("update categories set active = false where id::text = $1")
        .bind(world.get("category"))
        .execute(&world.db)
        .await
        .expect("offered no more");
    let agent = Who::As(Role::Agent);
    let held = "id=<held.id>&version=<held.version>";
    // Another team's agent, a customer, and nobody; an unknown place is no other than one that is shut.
    let people = [world.get("eve"), world.get("otto"), world.get("cleo"), nobody.clone()];
    let places = [world.get("category"), nobody.clone()];
    for (who, function, body, ids) in [
        (agent, "assign_ticket", "id=<fresh.id>&version=<fresh.version>&assignee=".to_owned(), &people[..]),
        (agent, "transfer_ticket", format!("{held}&reason=Theirs&team=<team>&assignee="), &people[..]),
        (agent, "set_ticket_category", format!("{held}&category="), &places[..]),
        (Who::As(Role::Admin), "put_member", "team=<ours>&user=".to_owned(), &people[1..]),
        (Who::As(Role::Manager), "rate_person", "form[month]=<month>&form[score]=4&person=".to_owned(), &people[..]),
    ] {
        let body = world.fill(&body, who, Case::Own);
        let before = world.what_changed().await;
        let mut said = BTreeSet::new();
        for id in ids {
            let answer = world.call(who, function, &format!("{body}{id}")).await;
            assert!(answer.status.is_client_error(), "{function} {id}: {}", answer.status);
            said.insert((answer.status, answer.text));
        }
        assert_eq!(said.len(), 1, "{function}: {said:?}");
        assert_eq!(world.what_changed().await, before, "{function}");
    }
}

/// Pages, and the other doors to what is on them.
const DOORS: &[(&str, &[&str])] = &[
    ("GET /desk", &["desk::desk_home"]),
    ("GET /desk/{view}", &["desk::desk_home"]),
    ("GET /tickets", &["desk::list_tickets", "desk::view_counts", "desk::ticket_choices", "teams::active_teams"]),
    (
        "GET /tickets/{number}",
        &[
            "desk::open_ticket",
            "desk::mark_ticket_read",
            "tickets::assign_ticket",
            "tickets::close_ticket",
            "tickets::hold_ticket",
            "tickets::reply_not_needed",
            "tickets::resolve_ticket",
            "tickets::set_ticket_category",
            "tickets::set_ticket_priority",
            "tickets::set_ticket_tags",
            "tickets::start_ticket",
            "tickets::take_ticket",
            "tickets::transfer_ticket",
            "tickets::watch_ticket",
            "tickets::write_message",
            "tickets::write_message#note",
            "GET /files/{id}#note",
        ],
    ),
    (
        "GET /my/tickets/{number}",
        &[
            "portal::load_my_ticket",
            "POST /my/tickets/{number}/reply",
            "POST /my/tickets/{number}/solution",
            "POST /my/tickets/{number}/rate",
        ],
    ),
    (
        "GET /track/{token}",
        &[
            "portal::load_track",
            "portal::load_sent",
            "POST /track/{token}/reply",
            "POST /track/{token}/solution",
            "POST /track/{token}/rate",
            "GET /live#link",
            "GET /live/poll#link",
        ],
    ),
    ("GET /my", &["portal::load_my_page", "portal::load_my_tickets", "GET /live", "GET /live/poll"]),
    ("GET /my/profile", &["people::my_account", "POST /my/profile"]),
    ("GET /my/notifications", &["notifications::notification_page", "notifications::set_notification_preferences"]),
    ("GET /admin", &["reports::admin_state"]),
    ("GET /admin/routing", &["routing::routing_page", "routing::save_rule", "routing::remove_rule"]),
    ("GET /admin/categories", &["categories::category_lines", "categories::save_category"]),
    (
        "GET /admin/teams",
        &["teams::teams_and_candidates", "teams::save_team", "teams::put_member", "teams::drop_member"],
    ),
    ("GET /admin/sla", &["sla::open_policies", "POST /admin/sla/policies/{id}", "POST /admin/sla"]),
    ("GET /admin/sla/calendars", &["sla::open_calendars", "POST /admin/sla/calendars/{id}"]),
    ("GET /team", &["reports::read_team#all"]),
    ("GET /executive", &["reports::company_report"]),
    ("GET /ratings", &["reports::own_ratings"]),
    ("GET /system", &["reports::read_system", "people::count_users"]),
    ("GET /system/users", &["people::list_users"]),
    ("GET /system/users/new", &["people::teams_for_new_user", "people::invite_user"]),
    ("GET /system/users/{id}", &["people::open_user", "people::change_user", "people::end_user_sessions"]),
    ("GET /system/sessions", &["people::list_sessions"]),
    ("GET /system/settings", &["settings::read_settings", "settings::save_settings"]),
    ("GET /system/audit", &["audit::list_audit", "audit::verify_audit"]),
    ("GET /dev/mail", &["notifications::list_mailbox"]),
    ("GET /dev/mail/{id}", &["notifications::read_mailbox"]),
];

#[test]
fn threat_03_what_a_page_refuses_no_other_door_allows() {
    let table = table();
    let row = |name: &str, case: Case| {
        let found = table.iter().find(|(of, whose, _)| of == name && *whose == case);
        found.unwrap_or_else(|| panic!("no row for {name} {}", case.word()))
    };
    let refuses = |word: &str| ["no", "hidden", "sign-in"].contains(&word);
    let mut open = Vec::new();
    for (page, doors) in DOORS {
        for (_, case, words) in table.iter().filter(|(name, ..)| name == page) {
            for door in *doors {
                for (at, who) in Who::ALL.into_iter().enumerate() {
                    if refuses(&words[at]) && !refuses(&row(door, *case).2[at]) {
                        open.push(format!("{page} refuses {}, {door} does not", who.word()));
                    }
                }
            }
        }
    }
    assert!(open.is_empty(), "{}", open.join("\n"));
}

#[sqlx::test]
async fn threat_03_nothing_leaves_closed_by_any_door(db: PgPool) {
    let world = seed::desk(db).await;
    let closed = "update tickets set status = 'closed', closed_at = now(), resolved_at = now(),
                  assignee_id = coalesce(assignee_id, (select id from users where name = 'ada'))";
    sqlx::query(closed).execute(&world.db).await.expect("closed");
    let state =
        "select string_agg(status::text || number || team_id || coalesce(assignee_id::text, '') || priority, ' '
                                   order by number) from tickets where follow_up_of is null";
    let before: String = sqlx::query_scalar(state).fetch_one(&world.db).await.expect("a state");
    for call in calls::all() {
        if !["writer", "asker", "link"].contains(&call.audience) || call.method != Method::POST {
            continue;
        }
        for who in Who::ALL {
            world.make(&call, who, Case::Own).await;
            let now: String = sqlx::query_scalar(state).fetch_one(&world.db).await.expect("a state");
            assert_eq!(now, before, "{} as {}", call.name, who.word());
        }
    }
}

/// What only staff may read, each somewhere on or about the customer's own ticket, and a stranger's request.
const PRIVATE: [&str; 12] = [
    "canary-note",
    "canary-file",
    "canary-content",
    "canary-tag",
    "canary-hold",
    "canary-transfer",
    "canary-rule",
    "canary-ours",
    "canary-theirs",
    "canary-rating",
    "canary-staff",
    "canary-stranger",
];

#[sqlx::test]
async fn threat_05_no_customers_answer_holds_a_private_word(db: PgPool) {
    let mut world = seed::desk(db).await;
    until_nothing(|| notifications::reader::step(&world.app)).await;
    world.remember().await;
    let (mut read_by_staff, mut leaks) = (String::new(), Vec::new());
    for call in calls::all() {
        // Whoever holds a link mailed to a stranger is the stranger.
        if call.audience == "bearer" {
            continue;
        }
        for case in cases(call.placeholders()) {
            for who in [Who::Guest, Who::Holder, Who::As(Role::User)] {
                let answer = world.make(&call, who, *case).await;
                let whole = format!("{:?}\n{}", answer.headers, answer.text);
                for private in PRIVATE.iter().chain([&PASSWORD]) {
                    if whole.contains(private) {
                        leaks.push(format!("{private} in {} {} as {}", call.name, case.word(), who.word()));
                    }
                }
            }
            if call.method == Method::GET || call.body.starts_with('{') || call.name.starts_with("reports::") {
                read_by_staff += &world.make(&call, SUPERADMIN, *case).await.text;
            }
        }
        if !world.what_changed().await.is_empty() {
            world.reset().await;
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    for private in PRIVATE {
        assert!(read_by_staff.contains(private), "not even staff read {private}, so nothing was proved");
    }
}

#[sqlx::test]
async fn threat_05_no_customers_mail_and_no_notice_holds_a_private_word(db: PgPool) {
    let world = seed::desk(db).await;
    // An answer, so that there is something to tell.
    let answer = world.fill("id=<held.id>&kind=public&body=It is back.", SUPERADMIN, Case::Own);
    assert!(world.call(SUPERADMIN, "write_message", &answer).await.status.is_success());
    until_nothing(|| notifications::reader::step(&world.app)).await;
    let mails: Vec<String> = sqlx::query_scalar(
        "select d::text from deliveries d where recipient = 'marta@customer.example'
         union all select n::text from notifications n join users u on u.id = n.user_id where u.name = 'marta'",
    )
    .fetch_all(&world.db)
    .await
    .expect("mails");
    assert!(mails.iter().any(|mail| mail.contains("It is back.")), "{mails:?}");
    for mail in mails {
        for private in PRIVATE {
            assert!(!mail.contains(private), "{private} in {mail}");
        }
    }
}

#[sqlx::test]
async fn threat_35_everybody_hears_of_the_tickets_they_see_and_of_no_other(db: PgPool) {
    let world = seed::desk(db).await;
    until_nothing(|| pump::step(&world.app)).await;
    let all: Vec<i64> = sqlx::query_scalar("select number from tickets").fetch_all(&world.db).await.expect("numbers");
    let of = |whose: &str| -> BTreeSet<i64> {
        let number = |state| world.get(&format!("{whose} {state}.number")).parse().expect("a number");
        ["fresh", "held", "solved"].map(number).into()
    };
    for who in Who::ALL {
        let address = match who {
            Who::Holder => world.fill("/live/poll?since=0-0&track=<held.link>", who, Case::Own),
            _ => "/live/poll?since=0-0".to_owned(),
        };
        let answer = world.send(who, Method::GET, &address, &Body::Nothing).await;
        let Who::As(role) = who else {
            if who == Who::Guest {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
                continue;
            }
            let told: Polled = serde_json::from_str(&answer.text).expect("events");
            let held = world.get("ours held.number").parse().ok();
            assert!(!told.events.is_empty() && told.events.iter().all(|e| e.number == held && e.ticket.is_none()));
            continue;
        };
        let told: Polled = serde_json::from_str(&answer.text).expect("events");
        let (ours, filed) = (of("ours"), of(&format!("filed by {}", name(role))));
        let seen: BTreeSet<i64> = match role {
            Role::User => [ours, filed.clone(), of("shared")].into_iter().flatten().collect(),
            Role::Agent | Role::Manager => [ours, filed.clone(), of("watched")].into_iter().flatten().collect(),
            Role::Admin | Role::Ceo | Role::Superadmin => all.iter().copied().collect(),
        };
        let heard: BTreeSet<i64> = told.events.iter().filter_map(|event| event.number).collect();
        assert_eq!(heard, seen, "{role}");
        // As a customer one learns of public things, and not under which id staff know the ticket.
        let sees_all = [Role::Admin, Role::Ceo, Role::Superadmin].contains(&role);
        let as_customer = |number| role == Role::User || (!sees_all && filed.contains(&number));
        for event in told.events.iter().filter(|event| event.number.is_some_and(as_customer)) {
            assert!(event.ticket.is_none(), "{role}: {event:?}");
            assert!(
                !matches!(event.kind, LiveKind::Note | LiveKind::Assigned | LiveKind::Changed),
                "{role}: {event:?}"
            );
        }
    }
}
