//! The administrator's forms: what comes back, and what of it is kept when somebody else was faster.
use super::publish::apply_all;
use super::*;
use crate::sla::pages::{self, Asked};
use crate::sla::submit::{self, Sent};
use crate::sla::views::Returned;

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn of_two_forms_the_second_takes_over_what_the_first_changed_and_shows_what_is_its_own(db: PgPool) {
    let desk = desk(db).await;
    let (ada, bo) = (admin(&desk).await, desk.person("Bo", Role::Admin, &[]).await);
    let id = overview(&desk, &ada).await.policies.last().unwrap().id;
    let asked = Asked { id: Some(id), new: false, version: None };
    let mut typed = pages::policies(&mut desk.look(&bo).await, asked, None).await.unwrap().sheet.typed;
    typed.insert("urgent.first_reply".into(), "5 min".into());
    change(&desk, &ada, id, |policy| policy.ladder.truncate(1)).await;
    let refused = submit::send_policy(&mut desk.act(&bo).await, Some(id), &typed).await.err().unwrap();
    assert_eq!(refused, Error::Changed { by: "Jonas".into() });
    let returned = Returned { typed, error: Some(refused), ..Returned::default() };
    let page = pages::policies(&mut desk.look(&bo).await, asked, Some(returned)).await.unwrap();
    let sheet = page.sheet;
    let told: Vec<_> = sheet.changes.iter().map(|change| (change.what.as_str(), change.becomes.as_str())).collect();
    assert_eq!(told, [("First reply, urgent", "5 min")], "the ladder is the one that Ada published");
    let mut tx = desk.act(&bo).await;
    let publish = sheet.typed.into_iter().chain([("do".to_owned(), "publish".to_owned())]).collect();
    submit::send_policy(&mut tx, Some(id), &publish).await.unwrap();
    tx.commit().await.unwrap();
    let policy = publishing::policy(&mut desk.look(&ada).await, id).await.unwrap().policy;
    assert_eq!(policy.ladder.len(), 1);
    assert_eq!(policy.rows[&Priority::Urgent].cells[&Metric::FirstReply].allowance, Allowance::Seconds(300));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_form_of_a_policy_that_was_retired_meanwhile_comes_back_as_that_of_a_new_one(db: PgPool) {
    let desk = desk(db).await;
    let (ada, bo) = (admin(&desk).await, desk.person("Bo", Role::Admin, &[]).await);
    let everyone = overview(&desk, &ada).await.policies.last().unwrap().id;
    let everyone = publishing::policy(&mut desk.look(&ada).await, everyone).await.unwrap().policy;
    let tag = Condition { field: Field::Tag, not: false, values: vec!["vip".into()] };
    let vip = Policy { name: "VIP".into(), conditions: vec![tag], ..everyone };
    let id = publish_now(&desk, &ada, Change::Policy { id: None, policy: vip }, Concerns::New).await.unwrap();
    let asked = Asked { id: Some(PolicyId::from(id)), new: false, version: None };
    let mut typed = pages::policies(&mut desk.look(&bo).await, asked, None).await.unwrap().sheet.typed;
    typed.insert("urgent.first_reply".into(), "5 min".into());
    publish_now(&desk, &ada, Change::RetirePolicy(id.into()), Concerns::New).await.unwrap();
    let refused = submit::send_policy(&mut desk.act(&bo).await, asked.id, &typed).await.err();
    let returned = Returned { typed, error: refused, ..Returned::default() };
    let page = pages::policies(&mut desk.look(&bo).await, asked, Some(returned)).await.unwrap();
    assert!(page.open.is_none() && page.sheet.refusal().unwrap().contains("retired meanwhile"));
    assert_eq!(page.sheet.value("urgent.first_reply"), "5 min");
    let gone = pages::policies(&mut desk.look(&bo).await, asked, None).await;
    assert_eq!(gone.err(), Some(Error::NotFound));
    let mut tx = desk.act(&bo).await;
    let publish = page.sheet.typed.into_iter().chain([("do".to_owned(), "publish".to_owned())]).collect();
    assert!(matches!(submit::send_policy(&mut tx, None, &publish).await, Ok(Sent::Published(..))));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_policy_knows_a_customer_by_the_address_and_an_organisation_by_a_name_with_a_comma(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let ticket = file_at(&desk, desk.app.now()).await;
    let named = sqlx::query!(
        "insert into organisations (id, name, created_at) values ($1, 'Acme, Inc.', now())",
        crate::core::id::fresh()
    );
    named.execute(&desk.app.db).await.unwrap();
    let address = sqlx::query_scalar!(
        "select u.email from tickets t join users u on u.id = t.requester_id where t.id = $1",
        ticket as _
    );
    let address = address.fetch_one(&desk.app.db).await.unwrap();
    let asked = Asked { id: None, new: true, version: None };
    let mut typed = pages::policies(&mut desk.look(&admin).await, asked, None).await.unwrap().sheet.typed;
    let fields = [
        ("name", "One of us"),
        ("conditions.0.field", "customer"),
        ("conditions.0", address.as_str()),
        ("conditions.1.field", "organisation"),
        ("conditions.1.not", "not"),
        ("conditions.1", "acme, inc."),
        ("do", "publish"),
        ("concerns", "open"),
    ];
    typed.extend(fields.map(|(field, text)| (field.to_owned(), text.to_owned())));
    let mut tx = desk.act(&admin).await;
    submit::send_policy(&mut tx, None, &typed).await.unwrap();
    tx.commit().await.unwrap();
    apply_all(&desk).await;
    let why = service::explain(&mut desk.look(&admin).await, ticket).await.unwrap();
    assert!(serde_json::to_string(&why).unwrap().contains("One of us"), "{why:?}");
    let line = overview(&desk, &admin).await.policies[0].applies.clone();
    assert_eq!(line, format!("customer is {address} and organisation is not Acme, Inc."));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_was_typed_after_the_look_is_looked_at_first(db: PgPool) {
    let desk = desk(db).await;
    let admin = admin(&desk).await;
    let id = overview(&desk, &admin).await.policies.last().unwrap().id;
    let asked = Asked { id: Some(id), new: false, version: None };
    let typed = pages::policies(&mut desk.look(&admin).await, asked, None).await.unwrap().sheet.typed;
    let returned = Returned { typed, look: true, ..Returned::default() };
    let page = pages::policies(&mut desk.look(&admin).await, asked, Some(returned)).await.unwrap();
    let (review, mut typed) = (page.review.unwrap(), page.sheet.typed);
    typed.extend([("mark".to_owned(), review.mark), ("do".to_owned(), "publish".to_owned())]);
    let mut other = typed.clone();
    other.insert("urgent.first_reply".to_owned(), "5 min".to_owned());
    let mut tx = desk.act(&admin).await;
    assert!(matches!(submit::send_policy(&mut tx, Some(id), &other).await, Ok(Sent::Look)));
    assert!(matches!(submit::send_policy(&mut tx, Some(id), &typed).await, Ok(Sent::Published(..))));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_calendar_that_was_renamed_meanwhile_keeps_its_new_name(db: PgPool) {
    let desk = desk(db).await;
    let (ada, bo) = (admin(&desk).await, desk.person("Bo", Role::Admin, &[]).await);
    let office = overview(&desk, &ada).await.calendars.into_iter().find(|c| c.name == "Office hours").unwrap();
    let asked = Asked { id: Some(office.id), new: false, version: None };
    let mut typed = pages::calendars(&mut desk.look(&bo).await, asked, None).await.unwrap().sheet.typed;
    typed.insert("weekly.sat".into(), "10:00-12:00".into());
    let renamed = Change::Calendar { id: Some(office.id), name: "Madrid".into(), spec: office.spec };
    publish_now(&desk, &ada, renamed, Concerns::New).await.unwrap();
    let refused = submit::send_calendar(&mut desk.act(&bo).await, asked.id, &typed).await.err();
    let returned = Returned { typed, error: refused, ..Returned::default() };
    let sheet = pages::calendars(&mut desk.look(&bo).await, asked, Some(returned)).await.unwrap().sheet;
    assert!(sheet.merged);
    assert_eq!(sheet.value("name"), "Madrid");
    let told: Vec<_> = sheet.changes.iter().map(|change| change.what.as_str()).collect();
    assert_eq!(told, ["Saturday"]);
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn what_never_was_there_does_not_come_back(db: PgPool) {
    let desk = desk(db).await;
    let ada = admin(&desk).await;
    let asked = Asked { id: Some(PolicyId::new()), new: false, version: None };
    let typed = [("seen".to_owned(), "1".to_owned())].into();
    let returned = Returned { typed, error: Some(Error::NotFound), ..Returned::default() };
    let gone = pages::policies(&mut desk.look(&ada).await, asked, Some(returned)).await;
    assert_eq!(gone.err(), Some(Error::NotFound));
}
