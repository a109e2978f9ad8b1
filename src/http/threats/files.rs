//! Files that strangers send, and how they come back.
use axum::http::{StatusCode, header};
use axum_test::{TestResponse, TestServer, multipart::MultipartForm};
use futures::TryStreamExt as _;
use kept_app::core::Role;
use sqlx::PgPool;

use super::{House, attached, file, request_of, said};

/// Two ways to the file `name`: the link on the guest's page, and the agent's own right to it.
async fn ways_to(house: &House, track: &str, name: &str) -> [(TestServer, String); 2] {
    let id: uuid::Uuid = sqlx::query_scalar("select id from attachments where name = $1 order by id desc limit 1")
        .bind(name)
        .fetch_one(house.db())
        .await
        .unwrap();
    let guest = house.visitor(None).await;
    let page = guest.get(&format!("/track/{track}")).await.text();
    let key = page.split(&format!("/files/{id}?key=")).nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    [(guest, format!("/files/{id}?key={key}")), (house.visitor(Some(Role::Agent)).await, format!("/files/{id}"))]
}

async fn send(house: &House, name: &str, bytes: &[u8]) -> String {
    let form = request_of("guest@customer.example", "A file for you").add_part("files", attached(name, bytes));
    file(&house.visitor(None).await, form).await
}

fn is_harmless(answer: &TestResponse) -> bool {
    said(answer, header::X_CONTENT_TYPE_OPTIONS) == "nosniff"
        && said(answer, header::CONTENT_SECURITY_POLICY).contains("sandbox")
}

#[sqlx::test]
async fn threat_19_what_a_browser_would_run_is_only_ever_a_download(db: PgPool) {
    let house = House::open(db).await;
    let html: &[u8] = b"<!DOCTYPE html><html><script>alert(1)</script>";
    let svg: &[u8] = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let active: [(&str, &[u8]); 7] = [
        ("page.html", html),
        ("innocent.png", html),
        ("picture.svg", svg),
        ("picture.jpg", svg),
        ("data.xml", b"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><script>1</script></html>"),
        ("paper.pdf", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"),
        ("program.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0"),
    ];
    for (name, bytes) in active {
        let track = send(&house, name, bytes).await;
        for (browser, path) in ways_to(&house, &track, name).await {
            let answer = browser.get(&path).await;
            answer.assert_status_ok();
            assert_eq!(answer.as_bytes().as_ref(), bytes, "{name} comes back whole");
            let kind = said(&answer, header::CONTENT_TYPE);
            assert!(is_harmless(&answer), "{name}");
            assert!(said(&answer, header::CONTENT_DISPOSITION).starts_with("attachment"), "{name}: {kind}");
            assert_eq!(kind, "application/octet-stream", "{name}");
        }
    }
    // A picture is shown, and just as harmless.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    let track = send(&house, "probe.html", png).await;
    for (browser, path) in ways_to(&house, &track, "probe.html").await {
        let answer = browser.get(&path).await;
        assert!(said(&answer, header::CONTENT_DISPOSITION).starts_with("inline") && is_harmless(&answer));
        assert_eq!(said(&answer, header::CONTENT_TYPE), "image/png");
    }
}

#[sqlx::test]
async fn threat_13_no_name_of_a_file_ends_the_header_it_stands_in(db: PgPool) {
    let house = House::open(db).await;
    let mut kept_names = 0;
    // As a sender may encode what a quoted name must not hold, and what a careless one just sends.
    for name in
        ["a%0D%0ASet-Cookie: evil=1.txt", "a\"; filename=\"b.html", "März – „Bericht“;.txt", "a\tb\x0bc\x7f.txt"]
    {
        let form = request_of("guest@customer.example", "A file for you").add_part("files", attached(name, "x"));
        let sent = house.visitor(None).await.post("/submit").multipart(form).await;
        // What no form can hold is not even read.
        if sent.status_code() == StatusCode::BAD_REQUEST {
            continue;
        }
        let track = said(&sent, header::LOCATION).trim_start_matches("/sent/").to_owned();
        kept_names += 1;
        let kept: String = sqlx::query_scalar("select name from attachments order by id desc limit 1")
            .fetch_one(house.db())
            .await
            .unwrap();
        assert!(!kept.chars().any(char::is_control), "{kept:?}");
        for (browser, path) in ways_to(&house, &track, &kept).await {
            let answer = browser.get(&path).await;
            answer.assert_status_ok();
            assert!(answer.maybe_header(header::SET_COOKIE).is_none(), "{name}");
            let value = said(&answer, header::CONTENT_DISPOSITION);
            let encoded = value.split_once("filename*=UTF-8''").expect("the form of RFC 8187").1;
            assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)), "{value}");
        }
    }
    assert!(kept_names >= 2, "{kept_names} files were kept");
}

#[sqlx::test]
async fn threat_22_no_name_leads_out_of_the_store(db: PgPool) {
    let house = House::open(db).await;
    let before = stored(&house).await.len();
    let browser = house.visitor(None).await;
    let long = "x".repeat(4096);
    for name in ["../../etc/passwd", "/etc/shadow", "..\\..\\boot.ini", "a\0/../b", "..", "C:\\x", &long] {
        for path in ["/uploads", "/submit"] {
            let form = match path {
                "/uploads" => MultipartForm::new(),
                _ => request_of("guest@customer.example", "A file for you"),
            };
            let form = form.add_part("files", attached(name, "canary"));
            let answer = browser.post(path).multipart(form).await;
            assert!(!answer.status_code().is_server_error(), "{name:?}: {}", answer.text());
        }
    }
    let names: Vec<String> = sqlx::query_scalar("select name from attachments").fetch_all(house.db()).await.unwrap();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(
            !name.contains(['/', '\\', '\0']) && !name.starts_with("..") && name.chars().count() <= 150,
            "{name:?}"
        );
    }
    let stored = stored(&house).await;
    assert!(stored.len() > before + 10);
    for path in stored {
        let id = path.strip_prefix("attachments/").expect("in its place");
        assert!(id.parse::<uuid::Uuid>().is_ok(), "{path}");
    }
    // Nor does an address.
    for path in ["/files/../attachments", "/files/..%2F..%2Fetc%2Fpasswd", "/pkg/..%2f..%2f..%2fetc%2fpasswd"] {
        let answer = browser.get(path).await;
        assert!(answer.status_code() != StatusCode::OK && !answer.text().contains("root:"), "{path}");
    }
}

async fn stored(house: &House) -> Vec<String> {
    let objects: Vec<_> = house.site.app.files.list(None).try_collect().await.unwrap();
    objects.into_iter().map(|object| object.location.to_string()).collect()
}
