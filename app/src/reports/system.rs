//! `/system`: is everything well, and what needs a superadmin.
use chrono::TimeDelta;

use super::{
    model::{Area, Concern, Course, Figure, Mark, SystemState},
    say,
    traffic::Traffic,
};
use crate::{
    audit,
    core::{Error, Permission, Tx},
    ui::figures::{bytes, decimal, passed, thousands},
};

/// The state of the system.
#[allow(clippy::cast_precision_loss)] // counts and bytes
pub async fn system_state(tx: &mut Tx) -> Result<SystemState, Error> {
    tx.actor.require(Permission::OpenSystem)?;
    let now = tx.now;
    let row = sqlx::query!(
        r#"select (select count(*) from users where active) as "people!",
                  (select count(*) from users where active and role <> 'user') as "staff!",
                  held.sessions as "sessions!", held.here as "here!",
                  (select coalesce(max(position), 0) from audit_logs) as "sealed!",
                  (select count(*) from events e left join event_readers r on r.name = $2
                   where (e.xid, e.seq) > (coalesce(r.xid, 0), coalesce(r.seq, 0))) as "unsealed!",
                  (select count(*) from deliveries where state in ('pending', 'sending')) as "waiting!",
                  (select min(created_at) from deliveries where state in ('pending', 'sending')) as oldest,
                  (select count(*) from deliveries where state in ('failed', 'bounced') and created_at > $1::timestamptz - interval '7 days') as "failed!",
                  pg_database_size(current_database()) as "size!",
                  (select count(*) from pg_stat_activity where datname = current_database()) as "connections!",
                  current_setting('max_connections')::bigint as "most!"
           from (select count(*) as sessions,
                        count(distinct s.user_id) filter (where s.last_seen_at > $1::timestamptz - interval '15 minutes') as here
                 from user_sessions s join users u on u.id = s.user_id and u.active and u.generation = s.generation
                 where s.expires_at > $1) held"#,
        now,
        audit::link::NAME
    )
    .fetch_one(&mut **tx)
    .await?;
    let hour = tx.app.room::<Traffic>().hour(now);
    let requests: u32 = hour.iter().map(|m| m.requests).sum();
    let failed: u32 = hour.iter().map(|m| m.failed).sum();
    let seconds: f64 = hour.iter().map(|m| m.seconds).sum();
    let mean = if requests > 0 { seconds * 1000.0 / f64::from(requests) } else { 0.0 };
    let n = |n: i64| thousands(n.unsigned_abs());
    let figures = vec![
        Figure {
            label: "Requests".into(),
            value: thousands(requests.into()),
            how: "Requests that this server answered in the last 60 minutes, pages, calls and files together.".into(),
            note: format!("in an hour, {} ms on average", decimal(mean, 1)),
            points: hour.iter().map(|m| f64::from(m.requests)).collect(),
            ..Figure::default()
        },
        Figure {
            label: "Errors".into(),
            value: decimal(if requests > 0 { f64::from(failed) * 100.0 / f64::from(requests) } else { 0.0 }, 2),
            unit: "%".into(),
            how: "Share of those requests that were answered with a status of 500 or above.".into(),
            note: format!("{} of {}", thousands(failed.into()), thousands(requests.into())),
            points: hour.iter().map(|m| f64::from(m.failed)).collect(),
            ..Figure::default()
        },
        Figure {
            label: "People".into(),
            value: n(row.people),
            how: "Accounts that are switched on, customers among them.".into(),
            href: Some("/system/users".into()),
            note: format!("{} of them staff", n(row.staff)),
            ..Figure::default()
        },
        Figure {
            label: "Signed in".into(),
            value: n(row.sessions),
            how: "Sessions that hold; a person may have several.".into(),
            href: Some("/system/sessions".into()),
            note: format!("{} people in the last 15 min", n(row.here)),
            ..Figure::default()
        },
        Figure {
            label: "Mail waiting".into(),
            value: n(row.waiting),
            how: "Mails that were decided and are not handed over yet.".into(),
            note: match row.oldest {
                Some(at) => format!("oldest {}, {} failed in 7 days", passed((now - at).num_seconds()), n(row.failed)),
                None => format!("{} failed in 7 days", n(row.failed)),
            },
            ..Figure::default()
        },
        Figure {
            label: "Database".into(),
            value: bytes(row.size.unsigned_abs()),
            how: "Size of the database with its indexes, and connections in use of those allowed.".into(),
            note: format!("{} of {} connections", n(row.connections), n(row.most)),
            ..Figure::default()
        },
    ];
    let marks = hour
        .iter()
        .enumerate()
        .map(|(place, minute)| Mark {
            label: match hour.len() - 1 - place {
                0 => "now".to_owned(),
                back => format!("{back} min ago"),
            },
            value: Some(f64::from(minute.requests)),
            ..Mark::default()
        })
        .collect();
    let busiest = hour.iter().map(|m| m.requests).max().unwrap_or(0);
    let requests = Course {
        title: if failed == 0 {
            format!(
                "No errors in the last hour; at most {} in a minute",
                say::counted(busiest.into(), "request", "requests")
            )
        } else {
            format!("{} failed in the last hour", say::counted(failed.into(), "request", "requests"))
        },
        note: "Requests a minute, this server".into(),
        marks,
    };
    let sealed = say::counted(row.sealed, "entry", "entries");
    let audit = match row.unsealed {
        0 => format!("{sealed}, all sealed"),
        tail => format!("{sealed}, {} not sealed yet", n(tail)),
    };
    let area = |href: &str, name: &str, note: String| Area { href: href.into(), name: name.into(), note };
    Ok(SystemState {
        figures,
        requests,
        concerns: concerns(tx).await?,
        areas: vec![
            area("/system/users", "Users", "Accounts and roles".into()),
            area("/system/sessions", "Sessions", "Who is signed in, and where".into()),
            area("/system/audit", "Audit log", audit),
            area("/system/settings", "Settings", "Limits, names, defaults".into()),
        ],
    })
}

/// What does not go as it should, the worst first.
async fn concerns(tx: &mut Tx) -> Result<Vec<Concern>, Error> {
    let now = tx.now;
    let mut all = Vec::new();
    let failed = sqlx::query!(
        r#"select d.subject, d.recipient, coalesce(d.last_error, '') as "error!", t.number as "number?"
           from deliveries d left join tickets t on t.id = d.ticket_id
           where d.state in ('failed', 'bounced') and d.created_at > $1 order by d.created_at desc limit 5"#,
        now - TimeDelta::days(7)
    )
    .fetch_all(&mut **tx)
    .await?;
    all.extend(failed.into_iter().map(|mail| Concern {
        what: format!("A mail to {} could not be delivered", mail.recipient),
        detail: [mail.subject, mail.error].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(": "),
        href: mail.number.map(|number| format!("/tickets/{number}")),
    }));
    let idle = sqlx::query!(
        r#"select t.name from teams t where t.active and not exists (
               select from team_members m join users u on u.id = m.user_id
               where m.team_id = t.id and u.active and not u.out_of_office and u.role in ('agent', 'admin', 'superadmin'))
           order by t.name limit 5"#
    )
    .fetch_all(&mut **tx)
    .await?;
    all.extend(idle.into_iter().map(|team| Concern {
        what: format!("{} has nobody in office", team.name),
        detail: "Its tickets wait for somebody from another team.".into(),
        href: Some("/admin/teams".into()),
    }));
    Ok(all)
}
