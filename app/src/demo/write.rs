//! Stories into tables.
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    copy::Rows,
    plot::Stage,
    story::{Happened, Said, Story},
};
use crate::{
    core::{Error, id::TicketId},
    escalations::service::Reached,
    events::Event,
    sla::{
        clock::Firing,
        derive::Derived,
        rows::{ClockRow, EventRow},
    },
};

/// The tables a history goes into.
pub struct Tables<'a> {
    stage: &'a Stage,
    now: DateTime<Utc>,
    tickets: Rows,
    messages: Rows,
    reads: Rows,
    facts: Rows,
    clocks: Rows,
    firings: Rows,
    events: Rows,
}

/// Rows of all tables, in the order in which they refer to each other.
pub struct Batch {
    pub tickets: usize,
    pub messages: usize,
    pub events: usize,
    /// Steps of ladders that unsolved tickets reached within the last day.
    pub steps: Vec<Reached>,
    tables: [Rows; 7],
}

impl Batch {
    /// Copies them.
    pub async fn send(self, db: &mut PgConnection) -> Result<(), Error> {
        for rows in self.tables {
            rows.send(db).await?;
        }
        Ok(())
    }
}

impl<'a> Tables<'a> {
    pub fn new(stage: &'a Stage, now: DateTime<Utc>) -> Self {
        Self {
            stage,
            now,
            tickets: Rows::of(
                "tickets",
                "id, number, subject, status, hold_reason, wake_at, priority, type, channel, category_id, team_id, assignee_id,
                 requester_id, organisation_id, tags, version, csat, csat_comment, rated_at, sla_state, sla_metric, sla_started_at,
                 sla_risk_at, sla_due_at, sla_remaining, sla_breached, last_customer_message_at, last_public_reply_at,
                 created_at, updated_at, resolved_at, closed_at",
            ),
            messages: Rows::of(
                "ticket_messages",
                "id, ticket_id, kind, side, author_id, body, body_html, channel, created_at",
            ),
            reads: Rows::of("ticket_reads", "ticket_id, user_id, read_at"),
            facts: Rows::of("sla_events", "ticket_id, n, at, kind, actor_id, cause, payload"),
            clocks: Rows::of(
                "sla_clocks",
                "ticket_id, metric, cycle, state, started_at, ended_at, due_at, risk_at, policy_id, policy_version_id,
                 calendar_version_id, allowance, used, breached_at, breach_cause, counts_since, next_fire_at",
            ),
            firings: Rows::of("sla_firings", "ticket_id, metric, cycle, percent, at, due_at, decided_at"),
            events: Rows::of("events", "at, kind, actor_id, ticket_id, team_id, requester_id, public, payload"),
        }
    }

    /// The rows of `stories`.
    pub fn tell(&mut self, stories: &[Story<'_>]) -> Result<Batch, Error> {
        let mut log: Vec<(DateTime<Utc>, &Story<'_>, Happened)> = Vec::with_capacity(stories.len() * 12);
        let mut messages = 0;
        let mut steps = Vec::new();
        for story in stories {
            let derived =
                Derived::of(story.id, &story.facts, &[], self.stage.calendars(), self.now).map_err(Error::internal)?;
            self.ticket(story, &derived);
            self.promises(story, &derived)?;
            // What was reached before was looked at long ago.
            let fresh = derived.firings.iter().filter(|step| self.now - step.at < TimeDelta::days(1));
            steps.extend(fresh.filter(|_| story.status.is_unsolved()).map(|step| step.reached(story.id)));
            self.reads(story);
            for said in &story.said {
                self.message(story.id, said);
                messages += 1;
            }
            log.extend(story.happened.iter().map(|h| (h.at, story, h.clone())));
            log.extend(self.noticed(story, &derived).into_iter().map(|h| (h.at, story, h)));
        }
        // As it would have been written: in the order of time.
        log.sort_by_key(|(at, story, _)| (*at, story.number));
        for (_, story, happened) in &log {
            self.event(story, happened)?;
        }
        let tables = [
            &mut self.tickets,
            &mut self.messages,
            &mut self.reads,
            &mut self.facts,
            &mut self.clocks,
            &mut self.firings,
            &mut self.events,
        ];
        Ok(Batch { tickets: stories.len(), messages, events: log.len(), steps, tables: tables.map(Rows::take) })
    }

    fn ticket(&mut self, s: &Story<'_>, derived: &Derived) {
        let badge = &derived.badge;
        let tags = format!("{{{}}}", s.tags.join(","));
        self.tickets
            .value(s.id)
            .value(s.number)
            .text(&s.subject)
            .value(s.status)
            .option(s.hold)
            .maybe_at(s.wake_at)
            .value(s.priority)
            .value(s.kind)
            .value(s.channel)
            .value(s.category)
            .value(s.team)
            .option(s.assignee)
            .value(s.requester)
            .value(s.organisation)
            .value(tags)
            .value(s.version)
            .option(s.csat.map(|(score, ..)| score))
            .option(s.csat.map(|(_, comment, _)| comment).filter(|c| !c.is_empty()))
            .maybe_at(s.csat.map(|(.., at)| at))
            .value(word(&badge.state))
            .option(badge.metric)
            .maybe_at(badge.started_at)
            .maybe_at(badge.risk_at)
            .maybe_at(badge.due_at)
            .option(badge.remaining)
            .value(badge.breached)
            .maybe_at(s.customer_wrote)
            .maybe_at(s.replied)
            .at(s.created)
            .at(s.updated)
            .maybe_at(s.resolved)
            .maybe_at(s.closed)
            .end();
    }

    fn message(&mut self, ticket: TicketId, said: &Said) {
        self.messages
            .value(said.id)
            .value(ticket)
            .value(word(&said.kind))
            .value(word(&said.side))
            .value(said.author)
            .text(&said.body)
            .text(&html(&said.body))
            .value(said.channel)
            .at(said.at)
            .end();
    }

    /// Whoever holds an unsolved ticket has read it up to their own last word.
    fn reads(&mut self, s: &Story<'_>) {
        if let (true, Some(holder)) = (s.status.is_unsolved(), s.assignee)
            && let Some(said) = s.said.iter().rev().find(|said| said.author == holder)
        {
            self.reads.value(s.id).value(holder).at(said.at).end();
        }
    }

    fn promises(&mut self, s: &Story<'_>, derived: &Derived) -> Result<(), Error> {
        for fact in &s.facts {
            let row = EventRow::of(s.id, fact).map_err(Error::internal)?;
            let payload = row.payload.as_ref().map(ToString::to_string);
            self.facts
                .value(row.ticket_id)
                .value(row.n)
                .at(row.at)
                .value(&row.kind)
                .option(row.actor_id)
                .option(row.cause);
            match payload {
                Some(json) => self.facts.text(&json),
                None => self.facts.option(None::<&str>),
            };
            self.facts.end();
        }
        for row in &derived.changed {
            self.clock(row);
        }
        for firing in &derived.firings {
            self.firings
                .value(s.id)
                .value(firing.metric)
                .value(firing.cycle)
                .value(firing.step.percent)
                .at(firing.at)
                .maybe_at(firing.due_at)
                .at(firing.at)
                .end();
        }
        Ok(())
    }

    fn clock(&mut self, row: &ClockRow) {
        self.clocks
            .value(row.ticket_id)
            .value(row.metric)
            .value(row.cycle)
            .value(row.state.as_str())
            .at(row.started_at)
            .maybe_at(row.ended_at)
            .maybe_at(row.due_at)
            .maybe_at(row.risk_at)
            .value(row.policy_id)
            .value(row.policy_version_id)
            .value(row.calendar_version_id)
            .option(row.allowance)
            .option(row.used)
            .maybe_at(row.breached_at)
            .option(row.breach_cause.map(|cause| word(&cause)))
            .maybe_at(row.counts_since)
            .maybe_at(row.next_fire_at)
            .end();
    }

    /// What the sweeper would have told: steps of ladders and misses, at their true times.
    fn noticed(&self, s: &Story<'_>, derived: &Derived) -> Vec<Happened> {
        let at = |at, event| Happened { at, actor: None, team: s.team, event };
        let missed = derived.missed.iter().map(|(metric, cycle, due_at)| {
            at(*due_at, Event::SlaMissed { metric: metric.to_string(), cycle: cycle.cast_signed(), due_at: *due_at })
        });
        let steps = derived.firings.iter().map(|firing| at(firing.at, step(firing)));
        missed.chain(steps).filter(|h| h.at <= self.now).collect()
    }

    fn event(&mut self, s: &Story<'_>, happened: &Happened) -> Result<(), Error> {
        let mut event = happened.event.clone();
        if let Event::TicketCreated { number, .. } = &mut event {
            *number = s.number;
        }
        let public = event.is_public();
        let mut payload = serde_json::to_value(event).map_err(Error::internal)?;
        let kind = payload.as_object_mut().and_then(|map| map.remove("kind"));
        let kind = kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        self.events
            .at(happened.at)
            .value(kind)
            .option(happened.actor)
            .value(s.id)
            .value(happened.team)
            .value(s.requester)
            .value(public)
            .text(&payload.to_string())
            .end();
        Ok(())
    }
}

fn step(firing: &Firing) -> Event {
    Event::SlaStep {
        metric: firing.metric.to_string(),
        cycle: firing.cycle.cast_signed(),
        percent: firing.step.percent.into(),
        due_at: firing.due_at,
        reached_at: firing.at,
        catch_up: false,
        notify: firing.step.notify.iter().copied().collect(),
    }
}

/// The word that a unit variant is in JSON, which is also the one of its SQL enum.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The HTML of a made-up body, which holds paragraphs and lines and nothing else of Markdown: the same as
/// the renderer makes of it (a test compares), a hundred times faster.
fn html(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 64);
    for paragraph in body.split("\n\n") {
        out.push_str("<p>");
        for c in paragraph.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\n' => out.push_str("<br>\n"),
                c => out.push(c),
            }
        }
        out.push_str("</p>\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        conversations::markdown::to_safe_html,
        demo::{chance::Chance, words},
        tickets::model::Status,
    };

    #[test]
    fn the_short_way_to_html_ends_where_the_long_one_does() {
        let slots = words::Slots::throw(&mut Chance::new(5));
        let templates =
            words::TOPICS.iter().flat_map(|t| t.iter()).flat_map(|t| [t.body, t.question, t.answer, t.solution]);
        for template in
            templates.chain(words::NUDGES).chain(words::NOTES).chain(words::ACKNOWLEDGEMENTS).chain(words::STILL_BROKEN)
        {
            let body = format!("Hello,\n\n{}\n\nKind regards\nMarta", slots.fill(template));
            assert_eq!(html(&body), to_safe_html(&body));
        }
    }

    #[test]
    fn words_are_those_of_the_database() {
        assert_eq!(word(&Status::InProgress), "in_progress");
    }
}
