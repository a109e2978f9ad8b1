//! What becomes of each ticket: who asks what, who answers how fast, and how it ends.
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    arrivals::in_firmware_trouble,
    chance::{Chance, named},
    company::{self, CATEGORIES, CUSTOMERS, OUT_OF_OFFICE, RULES, TEAMS},
    logins,
    people::{agent_id, category_id, organisation_id, team_id, user_id},
    story::{Opening, Story},
    words::{self, Slots, TOPICS, Topic},
};
use crate::{
    core::{
        Role,
        id::{TeamId, UserId},
    },
    routing::{
        model::Keyword,
        rules::{self, Rule, Words},
    },
    sla::{
        calendar::Calendar,
        facts::Calendars,
        model::{Allowance, Cause, Metric},
        policy::Book,
    },
    tickets::model::{Channel, HoldReason, Priority, TicketType},
};

/// Everything a story needs to know of the desk it happens on.
pub struct Stage {
    seed: u64,
    book: std::sync::Arc<Book>,
    calendars: Calendars,
    now: DateTime<Utc>,
    rules: Vec<Rule>,
    teams: Vec<Crew>,
    /// When people work who are not on call.
    hours: std::sync::Arc<Calendar>,
}

struct Crew {
    id: TeamId,
    hands_out: bool,
    agents: Vec<Agent>,
}

#[derive(Clone, Copy)]
struct Agent {
    id: UserId,
    /// What their waiting times are multiplied with.
    pace: f64,
    in_office: bool,
    /// How much of their team's work goes to them, against the others.
    share: f64,
}

/// How an unsolved ticket stands now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Nobody answered yet; so much of the promised time is used.
    Unanswered(f64),
    /// The customer wrote again; so much of the promised time is used.
    Waiting(f64),
    /// Answered and worked on.
    InWork,
    Held(HoldReason),
}

/// How the backlog is made up: the chance of each, and what it is.
pub fn shape(chance: &mut Chance) -> Shape {
    let used = match chance.weighed(&[4.0, 15.0, 81.0]) {
        0 => chance.between(1.03, 1.5),
        1 => chance.between(0.82, 0.96),
        _ => chance.between(0.04, 0.75),
    };
    match chance.weighed(&[18.0, 22.0, 28.0, 22.0, 10.0]) {
        0 => Shape::Unanswered(used),
        1 => Shape::Waiting(used),
        2 => Shape::InWork,
        3 => Shape::Held(HoldReason::Customer),
        _ => Shape::Held(HoldReason::ThirdParty),
    }
}

/// The story with what only its plot knows.
struct Draft<'a> {
    story: Story<'a>,
    chance: Chance,
    slots: Slots,
    topic: &'static Topic,
    crew: usize,
    agent: Agent,
    /// How much slower than usual everything is at the moment.
    drag: f64,
}

impl Stage {
    pub fn new(
        seed: u64,
        book: std::sync::Arc<Book>,
        calendars: Calendars,
        hours: Calendar,
        now: DateTime<Utc>,
    ) -> Self {
        let crews = TEAMS.iter().map(|team| Crew {
            id: team_id(team.name),
            hands_out: team.auto_assign,
            agents: team.agents.iter().map(|(name, _)| agent(name)).collect(),
        });
        let rules = RULES.iter().map(|rule| Rule {
            id: named(&format!("rule {}", rule.name)),
            name: rule.name.to_owned(),
            category: rule.category.map(|index| category_id(CATEGORIES[index].name)),
            keywords: rule.keywords.iter().filter_map(|k| Keyword::try_from((*k).to_owned()).ok()).collect(),
            set_priority: rule.priority.and_then(|p| p.parse().ok()),
            set_team: rule.team.map(|index| team_id(TEAMS[index].name)),
        });
        Self {
            seed,
            book,
            calendars,
            now,
            rules: rules.collect(),
            teams: crews.collect(),
            hours: std::sync::Arc::new(hours),
        }
    }

    /// The calendars that promises are counted in.
    pub const fn calendars(&self) -> &Calendars {
        &self.calendars
    }

    /// The whole life of the `n`-th ticket, which came in at `at`, as far as it has happened.
    pub fn tell(&self, n: u64, at: DateTime<Utc>) -> Story<'_> {
        let mut draft = self.open(n, at);
        let _ = self.unfold(&mut draft);
        draft.story
    }

    /// The `n`-th ticket, unsolved and in `shape` now.
    pub fn tell_open(&self, n: u64, shape: Shape) -> Story<'_> {
        // What it is about follows from the throw, and from that what is promised; so it is opened
        // once to see the promise and again at the instant that fits it.
        let peek = self.open(n, self.now - TimeDelta::days(1));
        let (used, metric) = match shape {
            Shape::Unanswered(used) => (used, Metric::FirstReply),
            Shape::Waiting(used) => (used, Metric::NextReply),
            Shape::InWork => (peek.chance.clone().between(0.1, 0.7), Metric::Resolution),
            Shape::Held(_) => (peek.chance.clone().between(0.15, 0.6), Metric::Resolution),
        };
        let moment = self.back(&peek.story, metric, used);
        let mut draft = match shape {
            Shape::Waiting(_) => {
                // Opened some working hours earlier, so that the first answer lies before the second question.
                let age = peek.chance.clone().between(3.0, 28.0);
                self.open(n, before(&self.hours, moment, age * 3600.0))
            }
            _ => self.open(n, moment),
        };
        let _ = self.unfold_open(&mut draft, shape, moment);
        draft.story
    }

    fn open(&self, n: u64, at: DateTime<Utc>) -> Draft<'_> {
        let mut chance = Chance::fork(self.seed, n);
        let trouble = in_firmware_trouble(at, self.now);
        let shares: Vec<f64> = CATEGORIES.iter().map(|c| c.share).collect();
        let category = chance.weighed(&shares);
        let topics = TOPICS[category];
        let weights: Vec<f64> = topics
            .iter()
            .map(|t| match (t.firmware, trouble) {
                (true, true) => 4.0,
                (true, false) => 0.0,
                _ => t.share,
            })
            .collect();
        let topic = &topics[chance.weighed(&weights)];
        let slots = Slots::throw(&mut chance);
        // A few customers ask for a lot.
        let customer = (chance.unit() * chance.unit() * 18.0) as usize % CUSTOMERS.len();
        let customer = &CUSTOMERS[customer];
        let person = chance.pick(customer.people);
        let channel = [Channel::Form, Channel::Portal, Channel::Email, Channel::Phone, Channel::Chat]
            [chance.weighed(&[34.0, 22.0, 30.0, 9.0, 5.0])];

        let (subject, asked) = (slots.fill(topic.subject), slots.fill(topic.body));
        let verdict =
            rules::decide(&self.rules, Some(category_id(CATEGORIES[category].name)), &Words::of(&subject, &asked));
        let team = verdict.team.unwrap_or(self.teams[0].id);
        let crew = self.teams.iter().position(|c| c.id == team).unwrap_or(0);
        let priority = verdict
            .priority
            .unwrap_or_else(|| [Priority::Low, Priority::Normal, Priority::High][chance.weighed(&[22.0, 70.0, 8.0])]);
        let kind = match (category, priority) {
            (_, Priority::Urgent | Priority::High) => TicketType::Incident,
            (3..=5, _) => TicketType::Request,
            _ if topic.subject.contains('?') || topic.body.contains('?') => TicketType::Question,
            _ => TicketType::Incident,
        };
        let tags = if topic.firmware { vec!["firmware-4.2"] } else { Vec::new() };
        let body =
            format!("{}\n\n{asked}\n\n{}\n{person}", chance.pick(&words::GREETINGS), chance.pick(&words::CLOSINGS));
        let trace = vec![
            verdict.because,
            format!("Priority {}.", priority.label().to_lowercase()),
            format!("Team {}.", TEAMS[crew].name),
        ];
        let agent = self.pick(crew, &mut chance);
        let mut story = Story::open(
            chance.clone(),
            Opening {
                subject,
                body,
                priority,
                kind,
                channel,
                category: category_id(CATEGORIES[category].name),
                team,
                requester: user_id(&company::address(person, customer.domain)),
                organisation: organisation_id(customer.name),
                plan: customer.plan,
                tags,
                trace,
                at,
                book: &self.book,
                now: self.now,
            },
        );
        if self.teams[crew].hands_out && agent.in_office {
            story.hand_out(agent.id);
        }
        let drag = if trouble && crew < 2 { 2.0 } else { 1.0 };
        Draft { story, chance: Chance::fork(chance.next(), 1), slots, topic, crew, agent, drag }
    }

    fn pick(&self, crew: usize, chance: &mut Chance) -> Agent {
        let agents = &self.teams[crew].agents;
        let weights: Vec<f64> = agents.iter().map(|a| a.share).collect();
        agents[chance.weighed(&weights)]
    }

    /// `share` of the time that is promised for `metric`, from `from` on; thrown around it.
    fn after(
        &self,
        draft: &mut Draft<'_>,
        metric: Metric,
        from: DateTime<Utc>,
        share: f64,
        spread: f64,
    ) -> DateTime<Utc> {
        let (seconds, calendar) = self.promised(&draft.story, metric);
        let wait = draft.chance.about(seconds * share, spread) * draft.agent.pace * draft.drag;
        later(calendar, from, wait)
    }

    /// Working seconds that are promised for `metric`, and whose hours they are counted in.
    fn promised(&self, story: &Story<'_>, metric: Metric) -> (f64, &Calendar) {
        let target = story.terms(Cause::Created).and_then(|terms| terms.targets.get(&metric).copied());
        let calendar = target.and_then(|t| self.calendars.get(&t.calendar)).unwrap_or(&self.hours);
        match target.map(|t| t.allowance) {
            Some(Allowance::Seconds(seconds)) => (f64::from(seconds), calendar),
            Some(Allowance::WorkingDay(days)) => (f64::from(days) * 36_000.0, calendar),
            None => (4.0 * 3600.0, calendar),
        }
    }

    /// The instant from which on `used` of the promise for `metric` has passed until now.
    fn back(&self, story: &Story<'_>, metric: Metric, used: f64) -> DateTime<Utc> {
        let (seconds, calendar) = self.promised(story, metric);
        before(calendar, self.now, seconds * used)
    }

    /// From the first answer to the end.
    fn unfold(&self, draft: &mut Draft<'_>) -> Option<()> {
        self.first_answer(draft, None)?;
        let rounds = draft.chance.weighed(&[40.0, 37.0, 17.0, 6.0]);
        for round in 0..rounds {
            self.round(draft, round)?;
        }
        if draft.chance.in_hundred(5.0) {
            self.hand_over(draft)?;
        }
        self.solve(draft)
    }

    /// Up to where it stands now.
    fn unfold_open(&self, draft: &mut Draft<'_>, shape: Shape, moment: DateTime<Utc>) -> Option<()> {
        let minute = TimeDelta::seconds(75);
        match shape {
            Shape::Unanswered(_) => {
                // Half of the older ones are somebody's already.
                let taken = later(&self.hours, draft.story.created, draft.chance.between(300.0, 2_000.0));
                if draft.story.assignee.is_none() && draft.chance.in_hundred(40.0) {
                    draft.story.take(taken, draft.agent.id)?;
                }
            }
            Shape::Waiting(_) => {
                self.first_answer(draft, Some(moment - minute))?;
                let body = draft.slots.fill(draft.chance.pick(&words::NUDGES));
                draft.story.customer_writes(moment, body)?;
            }
            Shape::InWork => {
                self.first_answer(draft, Some(self.now - minute))?;
                if draft.chance.in_hundred(45.0) {
                    let at = later(&self.hours, draft.story.updated, draft.chance.between(600.0, 9_000.0));
                    let body = draft.slots.fill(draft.chance.pick(&words::NOTES));
                    draft.story.note(at, draft.agent.id, body)?;
                }
            }
            Shape::Held(waits) => {
                self.first_answer(draft, Some(self.now - minute))?;
                let reason = (waits == HoldReason::ThirdParty).then(|| *draft.chance.pick(&words::THIRD_PARTIES));
                let at = later(&self.hours, draft.story.updated, 60.0);
                draft.story.hold(at, waits, reason)?;
            }
        }
        Some(())
    }

    /// Taken and answered; before `deadline`, where there is one.
    fn first_answer(&self, draft: &mut Draft<'_>, deadline: Option<DateTime<Utc>>) -> Option<()> {
        let created = draft.story.created;
        let mut answered = self.after(draft, Metric::FirstReply, created, 0.26, 0.7);
        if let Some(deadline) = deadline {
            let latest = created + (deadline - created) / 2;
            answered = answered.min(latest);
        }
        if draft.story.assignee.is_none() {
            let taken = created + (answered - created) * 2 / 3;
            draft.story.take(taken, draft.agent.id)?;
        }
        let body = match draft.chance.in_hundred(55.0) {
            true => format!("{}\n\n{}", draft.chance.pick(&words::ACKNOWLEDGEMENTS), draft.topic.question),
            false => (*draft.chance.pick(&words::ACKNOWLEDGEMENTS)).to_owned(),
        };
        let body = draft.slots.fill(&body);
        draft.story.reply(answered, body)
    }

    /// The customer writes again, and is answered.
    fn round(&self, draft: &mut Draft<'_>, round: usize) -> Option<()> {
        let last = draft.story.updated;
        let asked = draft.chance.in_hundred(72.0);
        if asked {
            draft.story.hold(
                later(&self.hours, last, draft.chance.between(60.0, 1_200.0)),
                HoldReason::Customer,
                None,
            )?;
        }
        let answers = if round == 0 { draft.topic.answer } else { draft.chance.pick(&words::NUDGES) };
        let wrote = draft.story.updated + secs(draft.chance.about(3.0 * 3600.0, 1.0));
        let body = draft.slots.fill(answers);
        draft.story.customer_writes(wrote, body)?;
        if draft.chance.in_hundred(30.0) {
            let at = later(&self.hours, wrote, draft.chance.between(120.0, 1_800.0));
            let body = draft.slots.fill(draft.chance.pick(&words::NOTES));
            draft.story.note(at, draft.agent.id, body)?;
        }
        let answered = self.after(draft, Metric::NextReply, wrote, 0.24, 0.7).max(draft.story.updated);
        let body = draft.slots.fill(draft.chance.pick(&words::ACKNOWLEDGEMENTS));
        draft.story.reply(answered, body)?;
        if draft.chance.in_hundred(12.0) {
            let reason = *draft.chance.pick(&words::THIRD_PARTIES);
            let held = later(&self.hours, answered, 600.0);
            draft.story.hold(held, HoldReason::ThirdParty, Some(reason))?;
            let back = later(&self.hours, held, draft.chance.about(9.0 * 3600.0, 0.7));
            draft.story.go_on(back)?;
        }
        Some(())
    }

    /// Another team turns out to be the right one.
    fn hand_over(&self, draft: &mut Draft<'_>) -> Option<()> {
        let crew = draft.chance.below(self.teams.len());
        if crew == draft.crew {
            return Some(());
        }
        let colleague = self.pick(crew, &mut draft.chance);
        let at = later(&self.hours, draft.story.updated, draft.chance.between(600.0, 7_200.0));
        let reason = *draft.chance.pick(&words::TRANSFERS);
        draft.story.transfer(at, self.teams[crew].id, colleague.id, reason)?;
        (draft.crew, draft.agent) = (crew, colleague);
        Some(())
    }

    /// Solved, now and then not really, rated, closed.
    fn solve(&self, draft: &mut Draft<'_>) -> Option<()> {
        let created = draft.story.created;
        let planned = self.after(draft, Metric::Resolution, created, 0.17, 0.75);
        let earliest = later(&self.hours, draft.story.updated, draft.chance.between(240.0, 3_600.0));
        let solved = planned.max(earliest);
        let body = draft.slots.fill(draft.topic.solution);
        draft.story.reply(solved, body)?;
        draft.story.resolve(solved + secs(draft.chance.between(1.0, 40.0)))?;
        if draft.chance.in_hundred(4.5) {
            let body = draft.slots.fill(draft.chance.pick(&words::STILL_BROKEN));
            let back = solved + secs(draft.chance.about(20.0 * 3600.0, 0.6).min(100.0 * 3600.0));
            draft.story.customer_writes(back, body)?;
            let again = self.after(draft, Metric::NextReply, back, 0.5, 0.6);
            let body = draft.slots.fill(draft.topic.solution);
            draft.story.reply(again, body)?;
            draft.story.resolve(again + secs(30.0))?;
        }
        let solved = draft.story.updated;
        if draft.chance.in_hundred(34.0) {
            self.rate(draft, solved)?;
        }
        let closed = (solved + TimeDelta::days(5) + secs(draft.chance.between(1.0, 300.0))).max(draft.story.updated);
        draft.story.close(closed)
    }

    fn rate(&self, draft: &mut Draft<'_>, solved: DateTime<Utc>) -> Option<()> {
        let slow = draft.story.is_slow(&self.calendars);
        let sour = slow || draft.agent.pace > 1.15 && draft.chance.in_hundred(25.0);
        let stars = if sour { [9.0, 16.0, 28.0, 30.0, 17.0] } else { [0.5, 1.5, 6.0, 34.0, 58.0] };
        let score = draft.chance.weighed(&stars);
        let comment = match score {
            3.. if draft.chance.in_hundred(45.0) => *draft.chance.pick(&words::PRAISE),
            0..=2 if draft.chance.in_hundred(60.0) => *draft.chance.pick(&words::BLAME),
            _ => "",
        };
        let at = solved + secs(draft.chance.about(5.0 * 3600.0, 1.0).min(110.0 * 3600.0));
        let stars = i16::try_from(score).unwrap_or(4) + 1;
        draft.story.rate(at, stars, comment)
    }
}

/// Somebody's pace follows from their name, so it is the same in every demo.
fn agent(name: &str) -> Agent {
    let id = agent_id(name);
    let mut chance = Chance::new(u64::try_from(id.uuid().as_u128() >> 64).unwrap_or_default());
    let (pace, in_office) = (chance.between(0.78, 1.28), !OUT_OF_OFFICE.contains(&name));
    let share = if in_office { 1.0 / pace } else { 0.35 };
    // Whoever signs in as the demo's agent finds a desk with work on it.
    let share = if name == logins::of(Role::Agent).name { 3.0 * share } else { share };
    Agent { id, pace, in_office, share }
}

#[allow(clippy::cast_possible_truncation)] // some days at most
fn secs(seconds: f64) -> TimeDelta {
    TimeDelta::microseconds((seconds * 1e6) as i64)
}

/// The instant at which `seconds` of working time have passed since `from`.
fn later(calendar: &Calendar, from: DateTime<Utc>, seconds: f64) -> DateTime<Utc> {
    calendar.due(from, secs(seconds.max(1.0))).unwrap_or(from + secs(seconds))
}

/// The instant since which `seconds` of working time have passed until `until`: by bisection, since the
/// time that passes only grows as the start moves back.
fn before(calendar: &Calendar, until: DateTime<Utc>, seconds: f64) -> DateTime<Utc> {
    let wanted = secs(seconds);
    let (mut early, mut late) = (until - TimeDelta::days(120), until);
    for _ in 0..40 {
        let middle = early + (late - early) / 2;
        if calendar.elapsed(middle, until) >= wanted { early = middle } else { late = middle }
    }
    early
}
