//! What people typed, as HTML that is safe to show to anybody: first rendered, then sanitised.
//!
//! Nothing that was typed is lost on the way: an angle bracket is an angle bracket.
use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html};

/// Renders what staff write: Markdown, without HTML in it. Links open nothing but http, https, mailto and tel, and
/// remote pictures become links, because fetching one tells its server who reads.
pub fn to_safe_html(markdown: &str) -> String {
    let parser = Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES);
    // Addresses are looked for in plain words only: not in a link, not in code.
    let mut elsewhere = 0_usize;
    let events = TextMergeStream::new(parser).flat_map(|event| match event {
        // A line break typed is a line break meant, as in every mail program.
        Event::SoftBreak => vec![Event::HardBreak],
        Event::InlineHtml(text) => vec![Event::Text(text)],
        Event::Html(text) => vec![Event::Text(text), Event::HardBreak],
        Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
        Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            elsewhere += 1;
            vec![Event::Start(Tag::Link { link_type, dest_url, title, id })]
        }
        Event::Start(tag @ (Tag::Link { .. } | Tag::CodeBlock(_))) => {
            elsewhere += 1;
            vec![Event::Start(tag)]
        }
        Event::End(TagEnd::Image) => {
            elsewhere = elsewhere.saturating_sub(1);
            vec![Event::End(TagEnd::Link)]
        }
        Event::End(tag @ (TagEnd::Link | TagEnd::CodeBlock)) => {
            elsewhere = elsewhere.saturating_sub(1);
            vec![Event::End(tag)]
        }
        Event::Text(text) if elsewhere == 0 => linked(&text),
        other => vec![other],
    });
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, events);
    sanitise(&rendered)
}

/// Renders what customers write: plain text, every line as it was typed. They never heard of Markdown, and a log or a
/// part number full of its marks has to arrive as it is.
pub fn plain_to_safe_html(text: &str) -> String {
    let mut events = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            if inside {
                events.push(Event::End(TagEnd::Paragraph));
            }
            inside = false;
            continue;
        }
        events.push(if inside { Event::HardBreak } else { Event::Start(Tag::Paragraph) });
        inside = true;
        events.extend(linked(&spaced(line)));
    }
    if inside {
        events.push(Event::End(TagEnd::Paragraph));
    }
    let mut rendered = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut rendered, events.into_iter());
    sanitise(&rendered)
}

/// `line` with the spaces that HTML would swallow, those in front and those after another, made such as stay: a table or a
/// log keeps its columns. A tab is four of them.
fn spaced(line: &str) -> String {
    let mut spaced = String::with_capacity(line.len());
    let mut after_space = true;
    for c in line.trim_end().chars() {
        match c {
            '\t' => spaced.push_str("\u{a0}\u{a0}\u{a0}\u{a0}"),
            ' ' if after_space => spaced.push('\u{a0}'),
            c => spaced.push(c),
        }
        after_space = c == ' ' || c == '\t';
    }
    spaced
}

/// `text` with the web addresses in it made links.
fn linked<'a>(text: &str) -> Vec<Event<'a>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut events = Vec::new();
    for span in finder.spans(text) {
        let words = CowStr::from(span.as_str().to_owned());
        if span.kind().is_none() {
            events.push(Event::Text(words));
            continue;
        }
        events.push(Event::Start(Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: words.clone(),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }));
        events.push(Event::Text(words));
        events.push(Event::End(TagEnd::Link));
    }
    events
}

fn sanitise(html: &str) -> String {
    ammonia::Builder::default()
        .rm_tags(["img", "map", "area", "figure", "center"])
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .add_generic_attributes(["dir"])
        // What is too wide scrolls inside itself, and has to be reached by the keyboard for that.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("table", "tabindex", "0")
        .clean(html)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_17_script_in_a_message_never_reaches_the_page() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "<svg/onload=alert(1)>",
            "<a href='java\u{0}script:alert(1)'>x</a>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<style>*{background:url(https://evil.example)}</style>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "![x](https://evil.example/pixel.png)",
            "<form action=https://evil.example><button>go</button></form>",
        ] {
            let shown = [to_safe_html(attack), plain_to_safe_html(attack), sanitise(attack)];
            for html in shown.map(|html| html.to_lowercase()) {
                for forbidden in ["<script", "<iframe", "<style", "<img", "<svg", "<form", "=\"javascript:", "=\"data:"]
                {
                    assert!(!html.contains(forbidden), "{attack} became {html}");
                }
                // What is left of an attack is text; inside a tag nothing may listen for events.
                let tags = html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
                for tag in tags {
                    assert!(!tag.contains(" on"), "{attack} became {html}");
                }
            }
        }
    }

    #[test]
    fn what_looks_like_a_tag_is_shown() {
        let typed = "The file says <timeout>30</timeout> and <Probe id=\"7\"/>. If a<b and c>d it fails.";
        let shown = "<p>The file says &lt;timeout&gt;30&lt;/timeout&gt; and &lt;Probe id=\"7\"/&gt;. If a&lt;b and c&gt;d it fails.</p>\n";
        assert_eq!(to_safe_html(typed), shown);
        assert_eq!(plain_to_safe_html(typed), shown);
        let block = to_safe_html("<config>\n  <a>1</a>\n</config>\n\nSo it is.");
        assert!(block.contains("&lt;config&gt;") && block.contains("&lt;a&gt;1&lt;/a&gt;"), "{block}");
        assert!(block.contains("<p>So it is.</p>"), "{block}");
    }

    #[test]
    fn a_customers_words_keep_their_marks() {
        assert_eq!(
            plain_to_safe_html("# 7\n1) one_two_three\n  * star   7\n\nEnd"),
            "<p># 7<br>\n1) one_two_three<br>\n&nbsp;&nbsp;* star &nbsp;&nbsp;7</p>\n<p>End</p>\n"
        );
    }

    #[test]
    fn an_address_becomes_a_link() {
        let link = "<a href=\"https://example.org/a_b_c?d=1\" rel=\"noopener noreferrer nofollow\">https://example.org/a_b_c?d=1</a>";
        for html in [
            to_safe_html("See https://example.org/a_b_c?d=1."),
            plain_to_safe_html("See https://example.org/a_b_c?d=1."),
        ] {
            assert_eq!(html, format!("<p>See {link}.</p>\n"));
        }
        assert!(to_safe_html("![the display](https://example.org/a.png)").contains(">the display</a>"));
        assert!(!to_safe_html("`https://example.org`").contains("<a"));
        assert_eq!(to_safe_html("[https://a.example](https://b.example)").matches("<a ").count(), 1);
    }

    #[test]
    fn a_line_break_typed_is_a_line_break_shown() {
        assert_eq!(to_safe_html("one\ntwo"), "<p>one<br>\ntwo</p>\n");
    }

    #[test]
    fn links_do_not_tell_where_they_came_from() {
        assert_eq!(
            to_safe_html("[docs](https://example.org/a?b=1&c=2)"),
            "<p><a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"noopener noreferrer nofollow\">docs</a></p>\n"
        );
    }
}
