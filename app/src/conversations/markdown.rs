//! Markdown to HTML that is safe to show to anybody: first rendered, then sanitised.
use pulldown_cmark::{Options, Parser, html};

/// Renders what somebody typed. Raw HTML in it is treated like everything else: what is not on the list
/// of harmless elements is dropped, links open nothing but http, https, mailto and tel, and remote
/// pictures become links, because fetching one tells its server who reads.
pub fn to_safe_html(markdown: &str) -> String {
    let parser = Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES);
    // A line break typed is a line break meant, as in every mail program.
    let parser = parser.map(|event| match event {
        pulldown_cmark::Event::SoftBreak => pulldown_cmark::Event::HardBreak,
        other => other,
    });
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, parser);
    sanitise(&rendered)
}

fn sanitise(html: &str) -> String {
    ammonia::Builder::default()
        .rm_tags(["img", "map", "area", "figure", "center"])
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .add_generic_attributes(["dir"])
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
            let html = to_safe_html(attack).to_lowercase();
            for forbidden in ["<script", "<iframe", "<style", "<img", "<svg", "<form", "=\"javascript:", "=\"data:"] {
                assert!(!html.contains(forbidden), "{attack} became {html}");
            }
            // What is left of an attack is text; inside a tag nothing may listen for events.
            let tags = html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
            for tag in tags {
                assert!(!tag.contains(" on"), "{attack} became {html}");
            }
        }
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
