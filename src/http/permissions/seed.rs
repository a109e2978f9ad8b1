//! Fills the world's desk, by the same doors that people use.
use axum::http::{Method, StatusCode};
use kept_app::{
    core::{Role, id::UserId, secret},
    people::sessions,
};
use sqlx::PgPool;

use super::{
    calls::Body,
    world::{PASSWORD, Who, World, name},
};
use crate::http::session::COOKIE;

const SUE: Who = Who::As(Role::Superadmin);

/// The desk on which every call is tried.
pub async fn desk(db: PgPool) -> World {
    let mut world = World::empty(db).await;
    set_up(&mut world).await;
    people(&mut world).await;
    configure(&mut world).await;
    promises(&mut world).await;
    file(&mut world, "ours", None, "marta").await;
    file(&mut world, "theirs", None, "otto").await;
    file(&mut world, "watched", None, "otto").await;
    file(&mut world, "shared", None, "nora").await;
    for role in Role::ALL {
        file(&mut world, &format!("filed by {}", name(role)), Some(Who::As(role)), name(role)).await;
    }
    private_words(&mut world).await;
    links(&mut world).await;
    versions(&mut world).await;
    world.remember().await;
    world
}

/// Makes the first superadmin, until whom every page leads to the set-up.
pub async fn set_up(world: &mut World) {
    let form =
        format!("organisation=Larkfield&name=Sue&email=sue@canary-staff.example&password={PASSWORD}&time_zone=UTC");
    post(world, Who::Guest, "/setup", &form).await;
    note(world, "sue", "select id from users").await;
    note(world, "ours", "select id from teams").await;
    note(world, "category", "select id from categories order by position desc limit 1").await;
    let id = world.get("sue").parse().expect("an id");
    sign_in(world, "sue", id).await;
}

/// Two of whom there is one on each side; each signed in twice.
async fn people(world: &mut World) {
    for (name, role, domain) in [
        ("marta", Role::User, "customer.example"),
        ("otto", Role::User, "canary-stranger.example"),
        ("nora", Role::User, "customer.example"),
        ("ada", Role::Agent, "canary-staff.example"),
        ("eve", Role::Agent, "canary-staff.example"),
        ("ida", Role::Admin, "canary-staff.example"),
        ("max", Role::Manager, "canary-staff.example"),
        ("mira", Role::Manager, "canary-staff.example"),
        ("cleo", Role::Ceo, "canary-staff.example"),
        ("invited", Role::Agent, "canary-staff.example"),
    ] {
        let id = UserId::new();
        sqlx::query(
            "insert into users (id, email, name, role, password_hash, created_at, updated_at)
             select $1, $2, $3, $4, case when $3 <> 'invited' then password_hash end, now(), now()
             from users where email like 'sue@%'",
        )
        .bind(id)
        .bind(format!("{name}@{domain}"))
        .bind(name)
        .bind(role)
        .execute(&world.db)
        .await
        .expect("a person");
        world.things.insert(name.to_owned(), id.to_string());
        sign_in(world, name, id).await;
    }
    sqlx::raw_sql(
        "insert into organisations (id, name, tickets_shared, created_at)
             values (gen_random_uuid(), 'Oliveira', true, now());
         update users set organisation_id = (select id from organisations)
             where name in ('marta', 'nora')",
    )
    .execute(&world.db)
    .await
    .expect("an organisation");
    for (thing, person) in [("customer", "otto"), ("manager", "mira")] {
        world.things.insert(thing.to_owned(), world.get(person));
    }
}

async fn sign_in(world: &mut World, name: &str, person: UserId) {
    for thing in ["cookie", "session"] {
        let session = tower_sessions::session::Id::default();
        let key = sessions::key(session);
        // Seen in an hour, so that no request has to note that it was seen now.
        let who = format!(
            r#"{{"who": {{"user": "{person}", "generation": 1, "stay": false, "ip": "::1", "user_agent": ""}}}}"#
        );
        sqlx::query(
            "insert into user_sessions (id_hash, user_id, generation, data, created_at, last_seen_at, expires_at)
             values ($1, $2, 1, $3::jsonb, now(), now() + interval '1 hour', now() + interval '12 hours')",
        )
        .bind(&key)
        .bind(person)
        .bind(who)
        .execute(&world.db)
        .await
        .expect("a session");
        let key = key.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        let said = if thing == "cookie" { format!("{COOKIE}={session}") } else { key };
        world.things.insert(format!("{thing} of {name}"), said);
    }
}

/// A second team, what leads to it, and who works in which.
async fn configure(world: &mut World) {
    let ours = world.get("ours");
    call(world, SUE, "save_team", &format!("id={ours}&form[name]=canary-ours&form[active]=true")).await;
    call(world, SUE, "save_team", "form[name]=canary-theirs&form[active]=true").await;
    note(world, "theirs", "select id from teams where name = 'canary-theirs'").await;
    call(world, SUE, "save_category", "form[name]=Elsewhere&form[active]=true").await;
    note(world, "category of theirs", "select id from categories where name = 'Elsewhere'").await;
    let (theirs, category) = (world.get("theirs"), world.get("category of theirs"));
    let rule = format!("form[name]=canary-rule&form[category]={category}&form[team]={theirs}&form[active]=true");
    call(world, SUE, "save_rule", &rule).await;
    call(world, SUE, "save_rule", "form[name]=Zebras&form[keywords]=zebra&form[priority]=low&form[active]=true").await;
    note(world, "rule", "select id from routing_rules order by position limit 1").await;
    note(world, "rule.second", "select id from routing_rules order by position desc limit 1").await;
    for (person, team) in [("ada", &ours), ("max", &ours), ("eve", &theirs), ("mira", &theirs)] {
        let person = world.get(person);
        call(world, SUE, "put_member", &format!("team={team}&user={person}")).await;
    }
}

/// Two policies before the one for everybody.
async fn promises(world: &mut World) {
    note(world, "calendar", "select id from sla_calendars where name = 'Around the clock'").await;
    note(world, "calendar.spare", "select id from sla_calendars where name = 'Office hours'").await;
    for policy in ["Silver", "Bronze"] {
        note(world, "seen", "select max(number) from sla_publications").await;
        let (seen, calendar) = (world.get("seen"), world.get("calendar"));
        let form = format!(
            "name={policy}&seen={seen}&conditions=1&conditions.0.field=priority&conditions.0.not=is&conditions.0=low\
             &low.calendar={calendar}&low.first_reply=4 h&ladder=0&do=publish"
        );
        post(world, SUE, "/admin/sla/policies/new", &form).await;
    }
    note(world, "seen", "select max(number) from sla_publications").await;
    note(world, "policy", "select id from sla_policies where name = 'Silver'").await;
    let turned = "select string_agg(id::text, ',' order by array_position(array['Bronze', 'Silver', 'Everyone'], name))
                  from sla_policies";
    note(world, "order", turned).await;
}

/// Files three tickets, the second to be in work and the third solved, by `signed_in` or by the address of `by`.
async fn file(world: &mut World, whose: &str, signed_in: Option<Who>, by: &str) {
    let (team, agent) = if whose == "ours" { ("ours", "ada") } else { ("theirs", "eve") };
    let category = if team == "theirs" { world.get("category of theirs") } else { String::new() };
    let private = if by == "otto" { "canary-stranger" } else { "VPN is down" };
    for state in ["fresh", "held", "solved"] {
        let mut fields = vec![("subject", private.to_owned()), ("description", format!("{private} since Tuesday"))];
        fields.push(("category", category.clone()));
        if signed_in.is_none() {
            let email = one(world, &format!("select email from users where name = '{by}'")).await;
            fields.extend([("name", by.to_owned()), ("email", email)]);
        }
        let mut form: Vec<_> = fields.into_iter().map(|(name, text)| (name.to_owned(), None, text)).collect();
        form.push(("files".to_owned(), Some(format!("{private}.txt")), "content".to_owned()));
        let who = signed_in.unwrap_or(Who::Guest);
        let sent = world.send(who, Method::POST, "/submit", &Body::Multipart(form)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let id = one(world, "select id from tickets order by number desc limit 1").await;
        note(world, &format!("{whose} {state}.number"), &format!("select number from tickets where id = '{id}'")).await;
        if state != "fresh" {
            let agent = world.get(agent);
            call(world, SUE, "assign_ticket", &format!("id={id}&assignee={agent}&version=1")).await;
        }
        if state == "held" {
            let file = one(world, &format!("select id from attachments where ticket_id = '{id}'")).await;
            world.things.insert(format!("{whose} file"), file);
            write_note(world, whose, &id).await;
            let version = one(world, &format!("select version from tickets where id = '{id}'")).await;
            let form = format!("id={id}&version={version}&reason=canary-escalation");
            call(world, SUE, "escalate_ticket", &form).await;
        }
        if state == "solved" {
            let version = one(world, &format!("select version from tickets where id = '{id}'")).await;
            call(world, SUE, "resolve_ticket", &format!("id={id}&version={version}")).await;
        }
        if whose == "watched" {
            let watched = "insert into ticket_watchers (ticket_id, user_id, created_at)
                           select $1::uuid, id, now() from users where name in ('ada', 'max')";
            sqlx::query(watched).bind(&id).execute(&world.db).await.expect("watched");
        }
        world.things.insert(format!("{whose} {state}.id"), id);
    }
}

/// A note with a file.
async fn write_note(world: &mut World, whose: &str, ticket: &str) {
    let token = secret::random_token();
    let form = Body::Multipart(vec![
        ("uploads".to_owned(), None, token.clone()),
        ("files".to_owned(), Some("canary-file.txt".to_owned()), "canary-content".to_owned()),
    ]);
    assert_eq!(world.send(SUE, Method::POST, "/uploads", &form).await.status, StatusCode::OK);
    call(world, SUE, "write_message", &format!("id={ticket}&kind=internal&body=canary-note&uploads={token}")).await;
    let newest = "select id from attachments where name = 'canary-file.txt' order by id desc limit 1";
    note(world, &format!("{whose} note"), newest).await;
}

/// Everything about our customer's ticket that is not for them.
async fn private_words(world: &mut World) {
    let (id, ours, theirs, ada) = (world.get("ours held.id"), world.get("ours"), world.get("theirs"), world.get("ada"));
    for (function, body) in [
        ("set_ticket_tags", "tags=canary-tag".to_owned()),
        ("hold_ticket", "waits_for=third_party&reason=canary-hold".to_owned()),
        ("start_ticket", String::new()),
        ("transfer_ticket", format!("team={theirs}&reason=canary-transfer")),
        ("transfer_ticket", format!("team={ours}&assignee={ada}&reason=canary-transfer")),
    ] {
        let version = one(world, &format!("select version from tickets where id = '{id}'")).await;
        call(world, SUE, function, &format!("id={id}&version={version}&{body}")).await;
    }
    let month = one(world, "select date_trunc('month', now() at time zone 'UTC')::date").await;
    world.things.insert("month".to_owned(), month.clone());
    let rating = format!("person={ada}&form[month]={month}&form[score]=2&form[comment]=canary-rating");
    call(world, Who::As(Role::Manager), "rate_person", &rating).await;
}

/// What hangs on bells, what waits for its form, and mailed links.
async fn links(world: &mut World) {
    let kept = "insert into notifications (id, user_id, event_seq, kind, title, created_at)
                select gen_random_uuid(), id, (select max(seq) from events), 'watched', 'For ' || name, now() from users";
    sqlx::query(kept).execute(&world.db).await.expect("notices");
    for name in Role::ALL.map(name).into_iter().chain(["otto"]) {
        let id = world.get(name);
        note(world, &format!("notice of {name}"), &format!("select id from notifications where user_id = '{id}'"))
            .await;
    }
    let token = secret::random_token();
    let form = Body::Multipart(vec![
        ("uploads".to_owned(), None, token.clone()),
        ("files".to_owned(), Some("waiting.txt".to_owned()), "content".to_owned()),
    ]);
    let waits = world.send(Who::As(Role::User), Method::POST, "/uploads", &form).await;
    assert_eq!(waits.status, StatusCode::OK, "{}", waits.text);
    world.things.insert("upload".to_owned(), token);
    note(world, "upload.file", "select id from attachments where name = 'waiting.txt'").await;
    world.things.insert("waiting".to_owned(), world.get("upload.file"));
    for (thing, purpose) in [("reset", "password_reset"), ("confirm", "email_change")] {
        let token = secret::random_token();
        sqlx::query(
            "insert into one_time_tokens (hash, purpose, user_id, payload, created_at, expires_at)
             select $1, $2::token_purpose, id, '{\"name\": \"Otto\", \"email\": \"new@customer.example\"}', now(),
                    now() + interval '1 hour' from users where name = 'otto'",
        )
        .bind(secret::digest(&token))
        .bind(purpose)
        .execute(&world.db)
        .await
        .expect("a token");
        world.things.insert(thing.to_owned(), token);
    }
}

async fn versions(world: &mut World) {
    let ids: Vec<(String, String)> =
        world.things.iter().filter_map(|(name, id)| Some((name.strip_suffix(".id")?.to_owned(), id.clone()))).collect();
    for (ticket, id) in ids {
        note(world, &format!("{ticket}.version"), &format!("select version from tickets where id = '{id}'")).await;
    }
    let files =
        "select id::text, case name when 'canary-file.txt' then 'canary-content' else 'content' end from attachments";
    world.stored = sqlx::query_as(files).fetch_all(&world.db).await.expect("files");
}

async fn note(world: &mut World, thing: &str, sql: &str) {
    let found = one(world, sql).await;
    world.things.insert(thing.to_owned(), found);
}

/// The one value of `sql`, as text.
async fn one(world: &World, sql: &str) -> String {
    let sql = format!("select (({sql}))::text");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&world.db).await.expect("a value")
}

async fn call(world: &World, who: Who, function: &str, body: &str) {
    let answer = world.call(who, function, body).await;
    assert!(answer.status.is_success(), "{function}: {} {}", answer.status, answer.text);
}

async fn post(world: &World, who: Who, path: &str, form: &str) {
    let answer = world.send(who, Method::POST, path, &Body::of(form)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
}
