//! Every server function with its address and the names of what it takes. The door on the web answers these and
//! no others, and refuses a call that says more than was asked: serde by itself passes over the rest in silence.
use std::{any::type_name, collections::BTreeMap, fmt, sync::LazyLock};

use leptos::server_fn::{
    Http, ServerFn,
    codec::{Json, PostUrl},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, Visitor, value::Error},
    forward_to_deserialize_any,
};

macro_rules! functions {
    ($($room:ident: $($name:ident),+;)+) => {
        /// All of them.
        pub fn all() -> Vec<Function> {
            vec![$($(Function::of::<crate::$room::api::$name>(),)+)+]
        }
    };
}

functions! {
    audit: ListAudit, VerifyAudit;
    categories: CategoryLines, SaveCategory;
    conversations: RemoveUpload;
    desk: ListTickets, ViewCounts, DeskHome, OpenTicket, TicketChoices, MarkTicketRead;
    escalations: ReadEscalations, AcknowledgeEscalation;
    notifications: NotificationBell, NotificationPage, ReadNotifications, NotificationPreferences,
        SetNotificationPreferences, ListMailbox, ReadMailbox;
    people: WhoAmI, AboutSignIn, AboutLink, SetupNeeded, MyAccount, TimeZones, ListUsers, CountUsers, OpenUser,
        TeamsForNewUser, InviteUser, InviteUserAgain, ChangeUser, EndUserSessions, ListSessions;
    portal: LoadForm, PreviewPledge, CheckPhone, CountryOptions, LoadSent, LoadTrack, LoadMyPage, LoadMyTickets,
        LoadMyTicket;
    reports: CompanyReport, ReadTeam, ReadMonitor, ReadAttainment, ReadPerson, OwnRatings, RatePerson, AdminState, ReadSystem;
    routing: RoutingPage, SaveRule, MoveRuleUp, MoveRuleDown, RemoveRule;
    settings: ReadSettings, SaveSettings;
    sla: OpenPolicies, OpenCalendars, ProbeCalendar;
    teams: ActiveTeams, TeamsAndCandidates, SaveTeam, PutMember, DropMember;
    tickets: TakeTicket, AssignTicket, TransferTicket, StartTicket, HoldTicket, ResolveTicket, CloseTicket,
        SetTicketPriority, SetTicketCategory, SetTicketTags, EscalateTicket, WatchTicket, ReplyNotNeeded, WriteMessage;
}

/// A server function, as far as the door has to know it.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// `/api/take_ticket` and a number.
    pub path: &'static str,
    /// Its type, with the modules before it.
    pub name: &'static str,
    fields: &'static [&'static str],
    format: Format,
}

/// How a server function reads what is sent to it, whatever a request says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Form,
    Json,
}

/// A protocol of server functions that the door can look into; there is no other.
trait Reads {
    const FORMAT: Format;
}

impl<Output> Reads for Http<PostUrl, Output> {
    const FORMAT: Format = Format::Form;
}

impl<Output> Reads for Http<Json, Output> {
    const FORMAT: Format = Format::Json;
}

impl Function {
    fn of<F: ServerFn<Protocol: Reads> + DeserializeOwned>() -> Self {
        let mut fields: &'static [&'static str] = &[];
        // Nothing is read: it fails once it has named its fields.
        let _ = F::deserialize(Asked(&mut fields));
        Self { path: F::PATH, name: type_name::<F>(), fields, format: F::Protocol::FORMAT }
    }

    /// Whether `body`, as the function is going to read it, holds nothing beside what it asks for. What stands within
    /// a field, as in `form[name]`, is looked after by the field's own type.
    pub fn takes(&self, body: &[u8]) -> bool {
        let asked = |name: &str| self.fields.contains(&name);
        match self.format {
            Format::Form => form_urlencoded::parse(body).all(|(name, _)| asked(outermost(&name))),
            Format::Json => serde_json::from_slice(body).is_ok_and(|Names(sent)| sent.iter().all(|name| asked(name))),
        }
    }
}

/// The names of a JSON object's fields.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = object.next_entry()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        json.deserialize_map(Fields)
    }
}

fn outermost(name: &str) -> &str {
    name.split_once('[').map_or(name, |(outermost, _)| outermost)
}

/// The function at `path`.
pub fn at(path: &str) -> Option<&'static Function> {
    static BY_PATH: LazyLock<BTreeMap<&'static str, Function>> =
        LazyLock::new(|| all().into_iter().map(|function| (function.path, function)).collect());
    BY_PATH.get(path)
}

/// A deserializer that writes down which fields it is asked for.
struct Asked<'a>(&'a mut &'static [&'static str]);

fn nothing_to_read<T>() -> Result<T, Error> {
    Err(Error::custom("there is nothing to read"))
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        nothing_to_read()
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        nothing_to_read()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(ending: &str) -> Function {
        all().into_iter().find(|function| function.name.ends_with(ending)).expect("it is there")
    }

    #[test]
    fn what_a_function_asks_for_is_known_by_name() {
        assert_eq!(function("tickets::api::AssignTicket").fields, ["id", "assignee", "version"]);
        assert!(function("WhoAmI").fields.is_empty());
    }

    #[test]
    fn what_was_not_asked_for_is_found_in_forms_and_in_json() {
        let (form, json) = (function("SaveTeam"), function("OpenTicket"));
        assert!(form.takes(b"id=1&form[name]=A&form%5Bactive%5D=true"));
        assert!(form.takes(b""));
        assert!(!form.takes(b"form[name]=A&%72ole=admin"));
        assert!(json.takes(br#"{"number": 1, "before": null}"#));
        assert!(!json.takes(br#" {"number": 1, "internal": {}}"#));
        assert!(!json.takes(b"[1, null]"));
        assert!(!json.takes(br#"{"number": 1"#));
    }

    #[test]
    fn a_form_is_looked_at_as_a_form_and_json_as_json_whatever_it_looks_like() {
        let (form, json) = (function("SaveTeam"), function("OpenTicket"));
        // JSON with an asked-for name, and a form with two that were not.
        assert!(!form.takes(br#"{"id":"a&role=x&b"}"#));
        assert!(!json.takes(b"number=1"));
        assert!(!json.takes(b""));
    }
}
