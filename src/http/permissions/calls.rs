//! The sample calls of calls.txt.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::LazyLock,
};

use axum::http::Method;
use kept_app::functions::{self, Function};

/// Read when the tests run, so that a sample is changed without building anything.
static SAMPLES: LazyLock<String> =
    LazyLock::new(|| fs::read_to_string(super::beside("calls.txt")).expect("the sample calls"));

/// What is sent with a request.
#[derive(Clone, Debug)]
pub enum Body {
    Nothing,
    Form(String),
    Json(String),
    /// Name, name of the file, content.
    Multipart(Vec<(String, Option<String>, String)>),
}

impl Body {
    /// What a sample says.
    pub fn of(text: &str) -> Self {
        match text {
            json if json.starts_with('{') => Self::Json(json.to_owned()),
            text => match text.strip_prefix("multipart ") {
                Some(fields) => {
                    // A sample is one line, what is sent may have several.
                    let field = |(name, value): (&str, &str)| (name.to_owned(), None, value.replace("\\n", "\n"));
                    Self::Multipart(fields.split('&').filter_map(|pair| pair.split_once('=')).map(field).collect())
                }
                None => Self::Form(text.to_owned()),
            },
        }
    }

    /// The same with one more field; `within` a field that has fields of its own, where it is not empty.
    pub fn with(&self, within: &str, name: &str) -> Self {
        let mut more = self.clone();
        match &mut more {
            Self::Nothing => {}
            Self::Form(text) if within.is_empty() => *text = format!("{text}&{name}=true"),
            Self::Form(text) => *text = format!("{text}&{within}[{name}]=true"),
            Self::Json(text) => {
                let mut json: serde_json::Value = serde_json::from_str(text).expect("JSON");
                // `query[filter]` as `/query/filter`.
                let place = within.replace('[', "/").replace(']', "");
                let place = if within.is_empty() { place } else { format!("/{place}") };
                json.pointer_mut(&place).expect("a place")[name] = true.into();
                *text = json.to_string();
            }
            Self::Multipart(fields) => fields.push((name.to_owned(), None, "true".to_owned())),
        }
        more
    }

    /// The fields that have fields of their own, at any depth and written as in `form[days]`, and no field: where a
    /// field can be added.
    pub fn places(&self) -> BTreeSet<String> {
        let mut places = BTreeSet::from([String::new()]);
        match self {
            Self::Form(text) => {
                for name in text.split('&').filter_map(|pair| pair.split('=').next()) {
                    // A list has no names in it.
                    let name = name.trim_end_matches("[]");
                    places.extend(name.match_indices('[').map(|(end, _)| name[..end].to_owned()));
                }
            }
            Self::Json(text) => objects(&serde_json::from_str(text).expect("JSON"), "", &mut places),
            Self::Nothing | Self::Multipart(_) => {}
        }
        places
    }

    pub const fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Form(_) => Some("application/x-www-form-urlencoded"),
            Self::Json(_) => Some("application/json"),
            Self::Multipart(_) => Some("multipart/form-data; boundary=X"),
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Nothing => Vec::new(),
            // Samples are written as people read them.
            Self::Form(text) => text.replace(' ', "+").into_bytes(),
            Self::Json(text) => text.clone().into_bytes(),
            Self::Multipart(fields) => {
                let part = |(name, file, content): &(String, Option<String>, String)| {
                    let file = file.as_ref().map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
                    format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
                };
                let parts: String = fields.iter().map(part).collect();
                format!("{parts}--X--\r\n").into_bytes()
            }
        }
    }
}

/// Adds the places of the objects that are in the one at `place`.
fn objects(json: &serde_json::Value, place: &str, to: &mut BTreeSet<String>) {
    let fields = json.as_object().into_iter().flatten();
    for (name, value) in fields.filter(|(_, value)| value.is_object()) {
        let place = if place.is_empty() { name.clone() } else { format!("{place}[{name}]") };
        objects(value, &place, to);
        to.insert(place);
    }
}

/// One line of calls.txt.
#[derive(Clone, Debug)]
pub struct Call {
    /// The whole name, with what stands after the #.
    pub name: &'static str,
    /// Whom it is for.
    pub audience: &'static str,
    pub method: Method,
    pub address: String,
    /// A template, as [`Body::of`] reads it.
    pub body: &'static str,
    pub is_function: bool,
}

impl Call {
    /// The name of what is called.
    pub fn operation(&self) -> &'static str {
        self.name.split('#').next().unwrap_or_default()
    }

    /// What is filled in.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        bracketed(&self.address).chain(bracketed(self.body))
    }
}

fn bracketed(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).filter_map(|part| part.split('>').next())
}

/// `tickets::take_ticket`.
pub fn name(function: &Function) -> String {
    let room = function.name.split("::").nth(1).unwrap_or_default();
    let name = function.path.trim_start_matches("/api/").trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{room}::{name}")
}

pub fn all() -> Vec<Call> {
    let functions: BTreeMap<String, &str> = functions::all().iter().map(|f| (name(f), f.path)).collect();
    let lines = SAMPLES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| read(line, &functions)).collect()
}

fn read(line: &'static str, functions: &BTreeMap<String, &str>) -> Call {
    let mut fields = line.split(" | ").map(str::trim_end);
    let name = fields.next().expect("a name");
    let audience = fields.next().unwrap_or_else(|| panic!("{name} is for nobody")).trim_end_matches(" |");
    let operation = name.split('#').next().unwrap_or_default();
    match operation.split_once(' ') {
        Some((method, path)) => Call {
            name,
            audience,
            method: method.parse().expect("a method"),
            address: fields.next().unwrap_or(path).to_owned(),
            body: fields.next().unwrap_or_default(),
            is_function: false,
        },
        None => Call {
            name,
            audience,
            method: Method::POST,
            address: functions.get(operation).unwrap_or_else(|| panic!("there is no {operation}")).to_string(),
            body: fields.next().unwrap_or_default(),
            is_function: true,
        },
    }
}
