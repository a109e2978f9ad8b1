//! What a browser fetches for a page, compressed as it asks: the document, and everything that the document names
//! to be loaded with it.
use std::collections::BTreeSet;

use kept_app::{core::Role, portal::link};

use super::Bench;
use crate::bench::{
    Outcome,
    client::{Ask, Client},
    table::{Line, Unit},
};

/// What a portal page and a first view of the desk may take, in kilobytes.
const PORTAL: f64 = 250.0;
const DESK: f64 = 450.0;

pub async fn pages(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let mut client = Client::open(bench.first.address).await?;
    let agent = client.sign_in(Role::Agent).await?;
    let executive = client.sign_in(Role::Ceo).await?;
    let long = bench.filled.long;
    let track = format!("/track/{}", link::token(&bench.desk.app.secret, long.id));
    Ok(vec![
        page(&mut client, "the form", Ask::get("/submit")).await?.at_most(PORTAL),
        page(&mut client, "a request by its link", Ask::get(track)).await?.at_most(PORTAL),
        page(&mut client, "the desk", Ask::get("/desk").of(&agent)).await?.at_most(DESK),
        page(&mut client, "a list", Ask::get("/desk/open").of(&agent)).await?.at_most(DESK),
        page(&mut client, "a ticket", Ask::get(format!("/tickets/{}", long.number)).of(&agent)).await?.at_most(DESK),
        page(&mut client, "the executive page", Ask::get("/executive").of(&executive)).await?,
    ])
}

async fn page(client: &mut Client, name: &str, ask: Ask) -> Outcome<Line> {
    let readable = client.send(&ask).await?.body;
    let document = client.send(&ask.compressed()).await?.body.len();
    let mut sizes = Sizes { document, ..Sizes::default() };
    let mut wanted = loaded_by(std::str::from_utf8(&readable)?);
    let mut fetched = BTreeSet::new();
    while let Some(path) = wanted.pop_first() {
        if !fetched.insert(path.clone()) {
            continue;
        }
        sizes.add(&path, client.send(&Ask::get(&path).compressed()).await?.body.len());
        if path.ends_with(".js") {
            let script = client.send(&Ask::get(&path)).await?.body;
            wanted.extend(imported_by(std::str::from_utf8(&script)?, &path));
        }
    }
    Ok(Line::new(format!("transferred for {name}"), kilobytes(sizes.total()), Unit::Kilobytes).note(sizes.told()))
}

#[derive(Default)]
struct Sizes {
    document: usize,
    wasm: usize,
    script: usize,
    style: usize,
    font: usize,
    other: usize,
}

impl Sizes {
    fn add(&mut self, path: &str, bytes: usize) {
        let kind = match path.rsplit('.').next() {
            Some("wasm") => &mut self.wasm,
            Some("js") => &mut self.script,
            Some("css") => &mut self.style,
            Some("woff2") => &mut self.font,
            _ => &mut self.other,
        };
        *kind += bytes;
    }

    const fn total(&self) -> usize {
        self.document + self.wasm + self.script + self.style + self.font + self.other
    }

    fn told(&self) -> String {
        let parts = [
            ("document", self.document),
            ("wasm", self.wasm),
            ("scripts", self.script),
            ("style", self.style),
            ("font", self.font),
            ("other", self.other),
        ];
        parts.map(|(name, bytes)| format!("{name} {:.1}", kilobytes(bytes))).join(", ")
    }
}

fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1e3
}

/// The addresses of this server that the document has loaded with it: styles, scripts, preloads, its icon.
fn loaded_by(html: &str) -> BTreeSet<String> {
    const LOADED: [&str; 4] = ["stylesheet", "preload", "modulepreload", "icon"];
    let links = tags(html, "<link ").filter(|tag| attribute(tag, "rel").is_some_and(|rel| LOADED.contains(&rel)));
    let links = links.filter_map(|tag| attribute(tag, "href"));
    let scripts = tags(html, "<script ").filter_map(|tag| attribute(tag, "src"));
    links.chain(scripts).filter(|address| address.starts_with('/')).map(str::to_owned).collect()
}

/// The opening tags that begin so, without their ends.
fn tags<'a>(html: &'a str, start: &'static str) -> impl Iterator<Item = &'a str> {
    html.split(start).skip(1).filter_map(|rest| rest.split('>').next())
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let at = tag.match_indices(name).find(|(at, _)| {
        let begins = *at == 0 || tag.as_bytes()[at - 1].is_ascii_whitespace();
        begins && tag[at + name.len()..].starts_with("=\"")
    })?;
    tag[at.0 + name.len() + 2..].split('"').next()
}

/// What the module at `path` imports from beside it, before it runs.
fn imported_by(script: &str, path: &str) -> BTreeSet<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let after = ["from", "import"].into_iter().flat_map(|word| script.split(word).skip(1));
    let named = after.filter_map(|rest| {
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()?.strip_prefix("./")
    });
    named.map(|name| format!("{folder}/{name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_loads_its_styles_scripts_and_preloads_and_no_links_of_the_text() {
        let html = r#"<head><link rel="icon" href="/favicon.svg"><link data-x="1" href="/pkg/kept.css" rel="stylesheet"/>
            <link rel="modulepreload" href="/pkg/kept.js"><link rel="preload" href="/pkg/a.wasm" as="fetch">
            <link rel="canonical" href="/elsewhere"><link rel="preload" href="https://cdn.example/x.js">
            <script type="module" src="/app.js"></script><script>import("/no.js")</script></head><a href="/desk">"#;
        let loaded: Vec<String> = loaded_by(html).into_iter().collect();
        assert_eq!(loaded, ["/app.js", "/favicon.svg", "/pkg/a.wasm", "/pkg/kept.css", "/pkg/kept.js"]);
    }

    #[test]
    fn a_module_loads_what_it_imports_and_not_what_it_may_import_later() {
        let script = r#"import { a } from './snippets/x/inline0.js';import*as b from"./b.js";import './c.js';
            const later = () => import(`./d.js`); const from = "./no"; export { e } from "https://far.example/e.js";"#;
        let imported: Vec<String> = imported_by(script, "/pkg/kept.js").into_iter().collect();
        assert_eq!(imported, ["/pkg/b.js", "/pkg/c.js", "/pkg/snippets/x/inline0.js"]);
    }
}
