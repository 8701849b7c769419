//! Files at issues: uploaded and read over HTTP, safe to show, and gone when they belong to nothing.

use crate::support::{Home, Served};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const MOST: usize = 25 * 1024 * 1024;
/// The start of a real image; what follows is of no interest to a server.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

fn garden() -> (Home, Served) {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    let server = home.serve();
    (home, server)
}

/// Uploads a file and expects it to be stored.
#[track_caller]
fn stored(server: &Served, query: &str, bytes: &[u8]) -> Value {
    let response = server.upload(query, bytes);
    assert_eq!(response.status, 201, "{query}: {response:?}");
    response.json()
}

fn id(attachment: &Value) -> &str {
    attachment["id"].as_str().expect("an id")
}

/// Every file below the folder of attachments.
fn on_disk(home: &Home) -> Vec<PathBuf> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in folder.read_dir().into_iter().flatten() {
            let path = entry.expect("is read").path();
            if path.is_dir() { below(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    below(&home.data().join("attachments"), &mut found);
    found
}

#[test]
fn a_file_comes_back_as_it_went_and_stands_at_its_issue() {
    let (_home, server) = garden();
    let shot = stored(&server, "project=garden&name=shot.png&number=1", PNG);
    assert_eq!((&shot["name"], &shot["media_type"]), (&json!("shot.png"), &json!("image/png")), "{shot:#}");
    let note = stored(&server, "project=garden&name=note.png&number=1", "dürre\n".as_bytes());
    assert_eq!(note["media_type"], "text/plain", "what it is is told from its bytes, not from its name");
    let response = server.attachment(id(&note), &[]);
    assert_eq!((response.status, response.body.as_str()), (200, "dürre\n"), "byte for byte");

    let listed = server.call("attachment_list", &json!({"project": "garden", "number": 1}));
    let names: Vec<_> = listed.as_array().into_iter().flatten().map(|file| &file["name"]).collect();
    assert_eq!(names, ["shot.png", "note.png"], "the issue shows its files in the order they came");
    let issue = server.call("issue_get", &json!({"project": "garden", "number": 1}));
    assert_eq!(issue["attachments"], 2, "and their number");

    server.call("attachment_remove", &json!({"id": id(&shot)}));
    assert_eq!(server.attachment(id(&shot), &[]).status, 404, "a removed file is gone");
    assert_eq!(server.attachment(id(&note), &[]).status, 200, "and no other one");
}

#[test]
fn a_file_uploaded_before_its_issue_is_filed_belongs_to_it_then() {
    let (_home, server) = garden();
    let draft = stored(&server, "project=garden&name=draft.txt", b"words");
    let filed = server.call(
        "issue_create",
        &json!({"project": "garden", "title": "With a file", "attachments": [id(&draft)]}),
    );
    assert_eq!(filed["attachments"], 1, "it is filed with its file: {filed:#}");
    let twice = json!({"project": "garden", "title": "Again", "attachments": [id(&draft)]});
    let refused = server.post("issue_create", twice.to_string().as_bytes());
    assert_eq!(refused.status, 409, "one file is at one issue: {refused:?}");
    let counts = server.call("issue_counts", &json!({"project": "garden"}));
    assert_eq!(counts["open"], 2, "what was refused is not filed");
}

#[test]
fn only_what_is_safe_to_show_is_shown_by_a_browser() {
    let (_home, server) = garden();
    let page = b"<!doctype html><script>fetch('/api/v1/call/project_list')</script>";
    let drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (name, bytes, kind, disposition) in [
        ("shot.png", PNG, "image/png", "inline"),
        ("page.html", page, "text/plain; charset=utf-8", "inline"),
        ("drawing.svg", drawing, "text/plain; charset=utf-8", "inline"),
        ("paper.pdf", b"%PDF-1.7 ...", "application/octet-stream", "attachment"),
        ("tool.exe", b"MZ\x90\0\x03\0", "application/octet-stream", "attachment"),
    ] {
        let file = stored(&server, &format!("project=garden&name={name}&number=1"), bytes);
        let response = server.attachment(id(&file), &[]);
        assert_eq!(
            response.header("content-type"),
            Some(kind),
            "{name} is answered as nothing that could run"
        );
        let shown = response.header("content-disposition").expect("it says what to do with it");
        assert!(shown.starts_with(disposition) && shown.ends_with(name), "{name}: {shown}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "and no browser guesses");
        let policy = response.header("content-security-policy").expect("a policy");
        assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{name}: {policy}");
        assert_eq!(response.header("cross-origin-resource-policy"), Some("same-origin"), "{name}");
        let length = response.header("content-length").and_then(|length| length.parse().ok());
        assert_eq!(length, Some(bytes.len()), "{name}: progress can be shown");
    }
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let (_home, server) = garden();
    let shot = stored(&server, "project=garden&name=shot.png&number=1", PNG);
    let first = server.attachment(id(&shot), &[]);
    let tag = first.header("etag").expect("a tag").to_owned();
    assert!(first.header("cache-control").is_some_and(|value| value.contains("immutable")), "{first:?}");
    let second = server.attachment(id(&shot), &[("If-None-Match", &tag)]);
    assert_eq!((second.status, second.body.as_str()), (304, ""), "the bytes stay where they are");
    assert_eq!(server.attachment(id(&shot), &[("If-None-Match", "\"other\"")]).status, 200);
}

#[test]
fn one_byte_more_than_25_mb_is_refused_and_leaves_nothing() {
    let (home, server) = garden();
    let mut bytes = vec![0_u8; MOST + 1];
    let told = server.upload("project=garden&name=large.bin&number=1", &bytes);
    assert_eq!((told.status, &told.json()["code"]), (413, &json!("invalid")), "{told:?}");
    assert_eq!(on_disk(&home), Vec::<PathBuf>::new(), "nothing of it is on the disk");
    bytes.pop();
    let largest = stored(&server, "project=garden&name=large.bin&number=1", &bytes);
    assert_eq!(largest["size"], MOST, "25 MB are allowed");
    assert_eq!(on_disk(&home).len(), 1, "and lie there once");
    stored(&server, "project=garden&name=again.bin&number=1", &bytes);
    assert_eq!(on_disk(&home).len(), 1, "the same bytes take no room twice");
}

#[test]
fn a_length_that_lies_is_found_out() {
    let (home, server) = garden();
    let (host, token) = (server.host(), format!("Bearer {}", server.token));
    // No length at all: pieces, and more of them than are allowed.
    let piece = vec![b'x'; 1024 * 1024];
    let mut body = Vec::new();
    for _ in 0..26 {
        body.extend(format!("{:x}\r\n", piece.len()).as_bytes());
        body.extend(&piece);
        body.extend(b"\r\n");
    }
    body.extend(b"0\r\n\r\n");
    let headers = [("Host", host.as_str()), ("Authorization", &token)];
    let told = server.send_pieces("/api/v1/attachments?project=garden&name=x&number=1", &headers, &body);
    assert_eq!(told.status, 413, "{told:?}");
    assert_eq!(on_disk(&home), Vec::<PathBuf>::new(), "nothing of it is on the disk");
}

#[test]
fn a_name_leads_nowhere() {
    let (home, server) = garden();
    for (given, kept) in [
        ("..%2F..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("..%5C..%5Cboot.ini", "boot.ini"),
        ("%2Fabsolute", "absolute"),
        ("..", "attachment"),
        ("a%0D%0ASet-Cookie:%20x", "aSet-Cookie: x"),
        ("photo%E2%80%AEgnp.exe", "photognp.exe"),
    ] {
        let file = stored(&server, &format!("project=garden&name={given}&number=1"), b"words");
        assert_eq!(file["name"], kept, "{given}");
        let response = server.attachment(id(&file), &[]);
        assert_eq!(response.header("set-cookie"), None, "{given} is a name and nothing else");
    }
    let folder = home.data().join("attachments");
    for path in on_disk(&home) {
        assert!(path.starts_with(&folder), "{path:?} lies elsewhere");
    }
    for path in ["..", "..%2F..%2Fserve.token", "0", "%00", "01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let response = server.attachment(path, &[]);
        assert_eq!(response.status, 404, "{path} is no attachment: {response:?}");
        assert!(!response.body.contains(&server.token), "{path}");
    }
}

#[test]
fn an_upload_without_its_issue_or_project_is_refused_before_it_is_stored() {
    let (home, server) = garden();
    for (query, status) in [
        ("project=garden&name=x&number=99", 404),
        ("project=nowhere&name=x", 404),
        ("project=garden", 400),
        ("project=garden&name=x&number=one", 400),
    ] {
        let refused = server.upload(query, b"words");
        assert_eq!(refused.status, status, "{query}: {refused:?}");
        assert!(refused.json()["message"].is_string(), "{query}: it says why");
    }
    assert_eq!(on_disk(&home), Vec::<PathBuf>::new(), "nothing is stored that belongs nowhere");
}

#[test]
fn only_the_token_and_the_key_of_the_page_open_a_file() {
    let (_home, server) = garden();
    let host = server.host();
    let shot = stored(&server, "project=garden&name=shot.png&number=1", PNG);
    let path = format!("/api/v1/attachments/{}", id(&shot));
    let refused =
        server.request("POST", "/api/v1/attachments?project=garden&name=x", &[("Host", &host)], b"x");
    assert_eq!(refused.status, 401, "nobody uploads without the token");

    let answer = server.post("project_list", b"{}");
    let key = answer.header("waybill-attachment-key").expect("the page is told its key").to_owned();
    assert!(key.len() == 64 && !key.contains(&server.token), "from which the token cannot be told");
    let get = |path: &str, headers: &[(&str, &str)]| server.request("GET", path, headers, b"");
    let with_key = format!("{path}?key={key}");
    assert_eq!(get(&with_key, &[("Host", &host)]).status, 200, "an image shows with the key");
    let ours = [("Host", host.as_str()), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(get(&with_key, &ours).status, 200, "in our own page");
    for site in ["cross-site", "same-site"] {
        let theirs = [("Host", host.as_str()), ("Sec-Fetch-Site", site)];
        assert_eq!(get(&with_key, &theirs).status, 401, "not in a {site} page, whatever it knows");
    }
    for address in [path.clone(), format!("{path}?key="), format!("{path}?key={}", "0".repeat(64))] {
        let refused = get(&address, &[("Host", &host)]);
        assert_eq!(refused.status, 401, "{address}: {refused:?}");
    }
    assert_eq!(get(&with_key, &[("Host", "evil.example")]).status, 403, "nor under another name");
    let as_token = [("Host", host.as_str()), ("Authorization", &format!("Bearer {key}"))];
    let call = server.request("POST", "/api/v1/call/project_list", &as_token, b"{}");
    assert_eq!(call.status, 401, "the key opens files and nothing else");
    let with_query =
        server.request("POST", &format!("/api/v1/call/project_list?key={key}"), &[("Host", &host)], b"{}");
    assert_eq!(with_query.status, 401, "wherever it stands");
}

#[test]
fn an_upload_that_is_killed_leaves_no_row_and_what_it_left_is_read_by_nobody() {
    let (home, server) = garden();
    let (host, token) = (server.host(), format!("Bearer {}", server.token));
    let headers = [("Host", host.as_str()), ("Authorization", &token)];
    let path = "/api/v1/attachments?project=garden&name=x.bin&number=1";
    let half = server.begin(path, &headers, MOST, &PNG.repeat(20_000));
    assert_eq!(on_disk(&home).len(), 1, "it is on its way to the disk");
    server.kill();
    drop(half);
    let server = home.serve();
    let listed = server.call("attachment_list", &json!({"project": "garden", "number": 1}));
    assert_eq!(listed, json!([]), "half a file is no attachment");
    stored(&server, "project=garden&name=x.bin&number=1", PNG);
    let listed = server.call("attachment_list", &json!({"project": "garden", "number": 1}));
    assert_eq!(listed[0]["size"], PNG.len(), "and the next try is a whole one");
}
