//! What a file is, judged by its bytes and never by its name. Pure: no I/O.
use sha2::{Digest as _, Sha256};

/// Signatures of every format we know lie within this much of the start.
const HEAD: usize = 8192;
/// Long enough for any name a person gives, short enough for every file system.
const NAME_MAX: usize = 150;
/// What is stored when the bytes say nothing.
const UNKNOWN: &str = "application/octet-stream";
const TEXT: &str = "text/plain";

/// Watches the bytes of one file go by, however they are cut, and says at the end what they were.
#[derive(Debug, Default)]
pub struct Sniffer {
    head: Vec<u8>,
    sha: Sha256,
    size: u64,
    /// A character of UTF-8 that the last chunk cut in two.
    cut: Vec<u8>,
    binary: bool,
}

/// What [`Sniffer`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// IANA media type.
    pub content_type: &'static str,
    pub size: u64,
    pub sha256: Vec<u8>,
}

impl Sniffer {
    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        let wanted = HEAD.saturating_sub(self.head.len()).min(chunk.len());
        self.head.extend_from_slice(&chunk[..wanted]);
        self.size += chunk.len() as u64;
        self.sha.update(chunk);
        if !self.binary {
            self.read_text(chunk);
        }
    }

    /// Bytes seen so far.
    pub const fn size(&self) -> u64 {
        self.size
    }

    pub fn finish(self) -> Found {
        let signature = infer::get(&self.head).map(|kind| kind.mime_type());
        let is_text = !self.binary && self.cut.is_empty();
        let content_type = signature.unwrap_or(if is_text { TEXT } else { UNKNOWN });
        Found { content_type, size: self.size, sha256: self.sha.finalize().to_vec() }
    }

    fn read_text(&mut self, chunk: &[u8]) {
        let joined;
        let bytes = if self.cut.is_empty() {
            chunk
        } else {
            joined = [self.cut.as_slice(), chunk].concat();
            self.cut.clear();
            joined.as_slice()
        };
        let (valid, rest) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, &[][..]),
            // No `error_len`: the bytes end inside a character, the next chunk may complete it.
            Err(e) if e.error_len().is_none() => {
                let (start, rest) = bytes.split_at(e.valid_up_to());
                (std::str::from_utf8(start).unwrap_or_default(), rest)
            }
            Err(_) => {
                self.binary = true;
                return;
            }
        };
        self.binary = valid.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'));
        self.cut.extend_from_slice(rest);
    }
}

/// Whether a browser may show the type in place: it runs nothing and fetches nothing. Everything else,
/// SVG and PDF among it, is handed over as a download.
pub fn is_safe_inline(content_type: &str) -> bool {
    is_picture(content_type) || content_type == TEXT
}

/// Whether it is a picture made of pixels that every browser shows.
pub fn is_picture(content_type: &str) -> bool {
    matches!(content_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// The name a sender gave, as we keep and show it: the last part of any path, on one line, without the
/// invisible characters that make `gpj.exe` read as `exe.jpg`, at most 150 characters with its extension kept.
pub fn clean_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !is_invisible(*c)).collect();
    let line = crate::core::text::one_line(&visible);
    let name = line.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if name.is_empty() {
        return "file".to_owned();
    }
    if name.chars().count() <= NAME_MAX {
        return name.to_owned();
    }
    let extension = name.rsplit_once('.').map(|(_, e)| e).filter(|e| e.chars().count() <= 12);
    let kept = NAME_MAX - extension.map_or(0, |e| e.chars().count() + 1);
    let stem: String = name.chars().take(kept).collect();
    extension.map_or_else(|| stem.clone(), |e| format!("{stem}.{e}"))
}

/// Characters that change how a name reads and cannot be seen: direction marks and joiners.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(bytes: &[u8]) -> Found {
        let mut sniffer = Sniffer::default();
        sniffer.push(bytes);
        sniffer.finish()
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

    #[test]
    fn the_bytes_decide_what_a_file_is() {
        assert_eq!(found(PNG).content_type, "image/png");
        assert_eq!(found(b"%PDF-1.7\n%rest").content_type, "application/pdf");
        assert_eq!(found("Grüße, 0.0 mg/l\r\n\tseit Dienstag".as_bytes()).content_type, TEXT);
        assert_eq!(found(b"half a character \xc3").content_type, UNKNOWN);
        assert_eq!(found(b"a\0b").content_type, UNKNOWN);
        assert_eq!(found(b"\x1b[31mred").content_type, UNKNOWN);
        assert_eq!(found(b"").content_type, TEXT);
    }

    #[test]
    fn threat_19_nothing_that_runs_may_be_shown_in_place() {
        for active in [
            &b"<!DOCTYPE html><script>alert(1)</script>"[..],
            b"<html onload=alert(1)>",
            b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            b"%PDF-1.7\n",
            b"PK\x03\x04whatever",
        ] {
            assert!(!is_safe_inline(found(active).content_type), "{active:?}");
        }
        // Without a signature it is text, and text/plain with nosniff runs nowhere.
        assert_eq!(found(b"<svg onload=alert(1)>").content_type, TEXT);
    }

    #[test]
    fn threat_22_a_name_is_never_a_path() {
        for (raw, name) in [
            ("../../etc/passwd", "passwd"),
            ("/etc/shadow", "shadow"),
            ("C:\\Windows\\system.ini", "system.ini"),
            ("..", "file"),
            ("", "file"),
            ("a\0b\r\nc.txt", "a b c.txt"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            (".htaccess", "htaccess"),
            ("Bericht März.pdf", "Bericht März.pdf"),
        ] {
            assert_eq!(clean_name(raw), name, "{raw:?}");
        }
        let long = clean_name(&format!("{}.jpeg", "x".repeat(4096)));
        assert_eq!((long.len(), long.ends_with("x.jpeg")), (NAME_MAX, true));
    }

    proptest! {
        #[test]
        fn a_clean_name_has_1_to_150_characters_and_none_that_hurts(raw in ".{0,300}") {
            let name = clean_name(&raw);
            prop_assert!((1..=NAME_MAX).contains(&name.chars().count()));
            prop_assert!(!name.chars().any(|c| c.is_control() || is_invisible(c) || c == '/' || c == '\\'));
        }

        #[test]
        fn how_the_bytes_are_cut_changes_nothing(
            bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0_usize..200, text in ".{0,100}"
        ) {
            for all in [bytes, text.into_bytes()] {
                let (a, b) = all.split_at(at.min(all.len()));
                let mut sniffer = Sniffer::default();
                sniffer.push(a);
                sniffer.push(b);
                prop_assert_eq!(sniffer.finish(), found(&all));
            }
        }
    }
}
