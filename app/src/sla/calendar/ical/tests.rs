use proptest::prelude::*;

use super::*;
use crate::sla::calendar::Calendar;
use crate::sla::forms;
use crate::sla::spec::{CalendarSpec, Week};

const ZONE: Tz = Tz::Europe__Berlin;

fn now() -> DateTime<Utc> {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

/// The holidays as the form shows them, and the notes.
fn lines(file: &str) -> (Vec<String>, Vec<String>) {
    lines_in(file, ZONE)
}

fn lines_in(file: &str, zone: Tz) -> (Vec<String>, Vec<String>) {
    let imported = read(file.as_bytes(), zone, now()).unwrap();
    (imported.holidays.iter().map(forms::calendar::holiday_line).collect(), imported.notes)
}

/// A file with these lines as its only event.
fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
}

#[test]
fn public_holidays_from_google_are_whole_days() {
    let (days, notes) = lines(include_str!("samples/google.ics"));
    assert_eq!(days, ["2026-04-03 Good Friday, the day of rest", "2026-12-25 Christmas Day"]);
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn hours_from_outlook_are_parts_of_days_in_the_calendars_zone() {
    let (days, notes) = lines(include_str!("samples/outlook.ics"));
    assert_eq!(
        days,
        [
            "2026-10-01 12:00-13:30 Fire drill",
            "2026-12-24 14:00-18:00 Office closes early",
            "2026-12-31 22:00-24:00 Stock-taking",
            "2027-01-01 00:00-06:00 Stock-taking",
        ]
    );
    assert_eq!(
        notes,
        [
            "“Fire drill” is in the time zone “Castle Rock Time”, which we do not know: its times are taken for times in Europe/Berlin.",
            "1 task or other entry was left out.",
        ]
    );
    let (days, _) = lines_in(include_str!("samples/outlook.ics"), Tz::Europe__Lisbon);
    assert_eq!(days[1], "2026-12-24 13:00-17:00 Office closes early");
}

#[test]
fn what_nextcloud_repeats_moves_and_cancels_is_understood() {
    let (days, notes) = lines(include_str!("samples/nextcloud.ics"));
    assert_eq!(
        days[..5],
        [
            "01-01 New Year’s Day",
            "2026-01-07 09:00-10:00 Staff meeting",
            "2026-03-05 11:00-12:00 Staff meeting (moved)",
            "2026-04-01 09:00-10:00 Staff meeting",
            "2026-12-24 Company holidays",
        ]
    );
    assert_eq!((days.len(), days.last().unwrap().as_str()), (13, "2027-01-01 Company holidays"));
    assert_eq!(notes, ["1 cancelled event was left out."]);
}

#[test]
fn a_day_of_every_year_stays_one_however_it_is_said() {
    for rule in ["FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=26;WKST=MO", "BYMONTH=12;FREQ=YEARLY"] {
        let (days, notes) = lines(&event(&format!("DTSTART;VALUE=DATE:20201226\nRRULE:{rule}\nSUMMARY:Boxing Day")));
        assert_eq!((days, notes.len()), (vec!["12-26 Boxing Day".to_owned()], 0), "{rule}");
    }
    let (days, _) = lines(&event("DTSTART:20201224T140000\nDTEND:20201225T000000\nRRULE:FREQ=YEARLY\nSUMMARY:Eve"));
    assert_eq!(days, ["12-24 14:00-24:00 Eve"], "hours that are the same wherever one is");
}

#[test]
fn other_rules_are_written_out_and_without_end_for_ten_years() {
    let fourth = "DTSTART;VALUE=DATE:20241128\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\nSUMMARY:Thanksgiving";
    let (days, notes) = lines(&event(fourth));
    assert_eq!(
        (days.len(), days[2].as_str(), days[12].as_str()),
        (13, "2026-11-26 Thanksgiving", "2036-11-27 Thanksgiving")
    );
    assert_eq!(
        notes,
        ["“Thanksgiving” repeats by a rule of its own: its dates until the end of 2036 are written out."]
    );
    let until = "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY;UNTIL=20280501\nSUMMARY:May Day";
    let (days, notes) = lines(&event(until));
    assert_eq!((days.len(), days[2].as_str(), notes.len()), (3, "2028-05-01 May Day", 0));
    let without =
        "DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE;VALUE=DATE:20270501\nRDATE;VALUE=DATE:20260502";
    assert_eq!(lines(&event(without)).0, ["2026-05-01", "2026-05-02", "2028-05-01"]);
}

#[test]
fn what_is_not_understood_is_said() {
    let notes = |text: &str| lines(&event(text)).1;
    assert_eq!(notes("SUMMARY:Some day"), ["“Some day” has no date that we can read and was left out."]);
    assert_eq!(notes("DTSTART:2026-12-25"), ["An event without a name has no date that we can read and was left out."]);
    assert_eq!(notes("DTSTART:20261225T100000Z\nSUMMARY:Bell"), ["“Bell” takes no time and was left out."]);
    assert_eq!(
        notes("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20280101\nSUMMARY:Sabbatical"),
        ["“Sabbatical” is longer than a year and was left out."]
    );
    let (days, said) = lines(&event("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=HOURLY\nSUMMARY:Drip"));
    assert_eq!(days, ["2026-12-25 Drip"]);
    assert_eq!(
        said,
        ["“Drip” repeats in a way that we do not understand (FREQ=HOURLY): only its first date was taken."]
    );
    for odd in [
        "RRULE:FREQ=YEARLY;BYDAY=XX",
        "RRULE:nonsense",
        "RRULE:FREQ=YEARLY\nRRULE:FREQ=DAILY",
        "EXDATE:never",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261224",
    ] {
        let (days, said) = lines(&event(&format!("DTSTART;VALUE=DATE:20261225\n{odd}")));
        assert_eq!((days.len(), said.len()), (1, 1), "{odd}: {said:?}");
    }
}

#[test]
fn calendars_one_after_the_other_are_read_as_one() {
    let file = event("DTSTART;VALUE=DATE:20261225") + &event("DTSTART;VALUE=DATE:20261226");
    assert_eq!(lines(&file), (vec!["2026-12-25".to_owned(), "2026-12-26".to_owned()], Vec::new()));
}

#[test]
fn a_file_that_is_none_is_refused_where_it_stops_making_sense() {
    let refused = |file: &str| read(file.as_bytes(), ZONE, now()).unwrap_err();
    assert_eq!(refused(""), Unreadable::Line(1));
    assert_eq!(refused("<!DOCTYPE html><html>"), Unreadable::Line(1));
    assert_eq!(refused("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR"), Unreadable::Empty);
    assert_eq!(
        refused("BEGIN:VCALENDAR\nX-A:b\nBEGIN:VEVENT\nDTSTART:20261225\nEND:VTODO\nEND:VCALENDAR"),
        Unreadable::Line(5)
    );
    assert!(matches!(refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n"), Unreadable::Line(_)), "cut off");
    assert_eq!(read(&[0xff, 0xfe, 0x42], ZONE, now()), Err(Unreadable::NoText));
    assert_eq!(refused(&"BEGIN:VCALENDAR\n".repeat(50_000)), Unreadable::Line(MAX_DEPTH + 1));
    assert_eq!(read(&vec![b'x'; MAX_BYTES + 1], ZONE, now()), Err(Unreadable::TooLarge));
}

#[test]
fn a_file_with_too_much_in_it_is_refused_soon() {
    let many = |each: &str| format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", each.repeat(MAX_BYTES / each.len() - 1));
    let begun = std::time::Instant::now();
    let days = many("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20261231\nSUMMARY:A\nEND:VEVENT\n");
    assert_eq!(
        read(days.as_bytes(), ZONE, now()).map(|found| found.holidays.len()),
        Ok(364),
        "the same days are taken once"
    );
    let daily = many("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY\nEND:VEVENT\n");
    assert_eq!(read(daily.as_bytes(), ZONE, now()), Err(Unreadable::TooMany));
    let never =
        many("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n");
    let never = read(never.as_bytes(), ZONE, now()).unwrap();
    assert_eq!(never.notes.len(), 2, "said once: {:?}", never.notes);
    // Seconds on a slow machine without optimisation; without the limits hours.
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn a_name_that_looks_like_hours_is_still_a_name() {
    let (days, _) = lines(&event("DTSTART;VALUE=DATE:20261225\nSUMMARY:10:00-12:00 is free"));
    assert_eq!(days, ["2026-12-25 00:00-24:00 10:00-12:00 is free"]);
}

/// Words that calendar files are made of, and others.
fn words() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VALARM",
        "END:VALARM",
        "DTSTART;VALUE=DATE:20261225",
        "DTSTART:20261225T100000Z",
        "DTSTART;TZID=Europe/Paris:20261025T023000",
        "DTEND;VALUE=DATE:20261227",
        "DTEND:20261226T000000Z",
        "DURATION:PT36H",
        "DURATION:P9999999999W",
        "SUMMARY:A\\nb",
        "SUMMARY:22:00",
        "RRULE:FREQ=YEARLY",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "RRULE:FREQ=DAILY;UNTIL=99991231",
        "EXDATE:20261225T100000Z",
        "RDATE;VALUE=DATE:20270101,20270102",
        "RECURRENCE-ID:20261225T100000Z",
        "UID:x",
        "STATUS:CANCELLED",
        " folded",
        "DTSTART:99999999T999999",
        "DTSTART;VALUE=DATE:99991231",
        "\u{feff}",
    ]);
    let line = prop_oneof![8 => known.prop_map(str::to_owned), 1 => "\\PC{0,20}"];
    prop::collection::vec(line, 0..25).prop_map(|lines| lines.join("\r\n"))
}

proptest! {
    #[test]
    fn whatever_a_file_says_comes_back_as_a_form_that_can_be_saved(text in words()) {
        for file in [text.clone(), event(&text)] {
            let Ok(imported) = read(file.as_bytes(), ZONE, now()) else { continue };
            prop_assert!(imported.holidays.len() <= MAX_HOLIDAYS && imported.notes.len() <= MAX_NOTES + 3);
            let week = Week::every_day(&[crate::sla::spec::Shift { from: WallTime::MIDNIGHT, to: WallTime::END }]);
            let spec = CalendarSpec { zone: ZONE.to_string(), weekly: week, holidays: imported.holidays, ..CalendarSpec::always() };
            let typed = forms::calendar::typed("Office", &spec);
            let again = forms::calendar::read(&typed).unwrap();
            prop_assert_eq!(forms::calendar::typed("Office", &again), typed);
            prop_assert!(Calendar::new(again).is_ok());
        }
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, ZONE, now());
    }
}
