//! `waybill serve`: who is let in, what is answered, how changes are followed, and that only the interface is served.

use crate::support::{ASSET, Home, PAGE, Served};
use serde_json::json;

const OPEN_TO_ANYONE: &str = "http://evil.example";

fn garden() -> (Home, Served) {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    let server = home.serve();
    (home, server)
}

#[test]
fn only_the_holder_of_the_token_gets_in() {
    let (_home, server) = garden();
    let host = server.host();
    let wrong = "0".repeat(server.token.len());
    let half = &server.token[..server.token.len() / 2];
    for (path, method) in [("/api/v1/call/project_list", "POST"), ("/api/v1/events", "GET")] {
        let unnamed = server.request(method, path, &[("Host", &host)], b"{}");
        assert_eq!(unnamed.status, 401, "without a token nothing is told: {unnamed:?}");
        for shown in
            [format!("Bearer {wrong}"), format!("Bearer {half}"), "Bearer ".to_owned(), server.token.clone()]
        {
            let refused = server.request(method, path, &[("Host", &host), ("Authorization", &shown)], b"{}");
            assert_eq!(refused.status, 401, "{shown:?} is not the token: {refused:?}");
            assert!(!refused.body.contains("garden"), "a refusal tells nothing: {refused:?}");
        }
    }
    let listed = server.call("project_list", &json!({}));
    assert_eq!(listed[0]["slug"], "garden", "with the token the same commands answer as everywhere");
}

#[test]
fn no_page_of_another_site_reaches_it() {
    let (_home, server) = garden();
    let (host, token) = (server.host(), format!("Bearer {}", server.token));
    let port = server.port;
    let call = |headers: &[(&str, &str)]| server.request("POST", "/api/v1/call/project_list", headers, b"{}");
    for name in
        ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1:1".to_owned(), String::new()]
    {
        let refused = call(&[("Host", &name), ("Authorization", &token)]);
        assert_eq!(refused.status, 403, "a rebound name ({name:?}) does not pass even with the token");
    }
    for origin in [OPEN_TO_ANYONE, "null", "http://127.0.0.1:1", "https://localhost"] {
        let refused = call(&[("Host", &host), ("Origin", origin), ("Authorization", &token)]);
        assert_eq!(refused.status, 403, "a page of {origin} does not pass even with the token");
        assert_eq!(refused.header("access-control-allow-origin"), None, "nor may it read the answer");
    }
    let own = format!("http://{host}");
    assert_eq!(
        call(&[("Host", &host), ("Origin", &own), ("Authorization", &token)]).status,
        200,
        "our own page does"
    );
    let page = server.request("GET", "/", &[("Host", "evil.example")], b"");
    assert_eq!(page.status, 403, "the page itself is not served under another name either");
}

#[test]
fn every_answer_carries_a_strict_content_policy() {
    let (_home, server) = garden();
    for response in [server.get("/"), server.get("/assets/app-1a2b.js"), server.post("project_list", b"{}")] {
        let policy = response.header("content-security-policy").expect("each answer has a policy");
        assert!(policy.contains("default-src 'self'"), "nothing comes from elsewhere: {policy}");
        assert!(policy.contains("object-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "no page may frame it: {policy}");
        let scripts = policy.split(';').map(str::trim).find(|part| part.starts_with("script-src"));
        assert_eq!(scripts, Some("script-src 'self'"), "no inline script, no eval");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "types are not guessed");
    }
}

#[test]
fn the_interface_is_served_and_nothing_beside_it() {
    let (home, server) = garden();
    std::fs::write(home.root().join("secret.txt"), "not for the browser").expect("is written");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", server.ui.join("assets/passwd.txt")).expect("a link is made");

    assert_eq!(server.get("/").body, PAGE, "the page is served");
    assert_eq!(server.get("/p/garden/issues/1").body, PAGE, "a path of the application's own is its page");
    let asset = server.get("/assets/app-1a2b.js");
    assert_eq!((asset.status, asset.body.as_str()), (200, ASSET), "its files are served");
    assert!(
        asset.header("content-type").is_some_and(|kind| kind.starts_with("text/javascript")),
        "with their type"
    );
    assert_eq!(server.get("/assets/gone.js").status, 404, "a file that is not there is not the page");
    for path in [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "//etc/passwd",
        "/assets//../../secret.txt",
        "/./../secret.txt",
        "/../data/serve.token",
        "/assets/passwd.txt",
    ] {
        let response = server.get(path);
        assert!(
            !response.body.contains("not for the browser")
                && !response.body.contains(&server.token)
                && !response.body.contains("root:"),
            "{path} leads out of the interface: {response:?}"
        );
    }
    assert_eq!(
        server.request("PUT", "/index.html", &[("Host", &server.host())], b"x").status,
        405,
        "nothing is written"
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_a_sentence() {
    let (_home, server) = garden();
    let unknown = server.post("issue_explode", b"{}");
    assert_eq!((unknown.status, &unknown.json()["code"]), (404, &json!("not_found")), "an unknown command");
    for body in ["{", "[1,", "\"", "nonsense", "{}{}"] {
        let refused = server.post("issue_list", body.as_bytes());
        assert_eq!(refused.status, 400, "{body:?} is not JSON: {refused:?}");
        assert_eq!(refused.json()["code"], "invalid", "a caller can tell whose fault it is");
    }
    let missing = server.post("issue_create", b"{}");
    assert_eq!(missing.status, 400, "an argument that is missing is named: {missing:?}");
    assert!(missing.json()["message"].as_str().is_some_and(|told| told.contains("project")), "{missing:?}");
    let nobody = server.post("issue_get", br#"{"project": "garden", "number": 9}"#);
    assert_eq!(nobody.status, 404, "{nobody:?}");
    let title = json!({"project": "garden", "title": "x".repeat(2 * 1024 * 1024)}).to_string();
    let large = server.post("issue_create", title.as_bytes());
    assert_eq!(large.status, 413, "a body of 2 MB is not read: {}", large.status);
    assert_eq!(
        server.call("issue_list", &json!({"project": "garden"}))["items"],
        json!([]),
        "and nothing was filed"
    );
    assert_eq!(
        server
            .request(
                "GET",
                "/api/v1/call/issue_list",
                &[("Host", &server.host()), ("Authorization", &format!("Bearer {}", server.token))],
                b""
            )
            .status,
        405,
        "a command is posted"
    );
}

#[test]
fn what_another_process_files_is_told_and_a_lost_connection_resumes_where_it_was() {
    let (home, server) = garden();
    let mut events = server.events(None);
    let first = home.json(&["issue", "new", "--title", "Water the roses", "-p", "garden"]);
    let change = events.changed("issues");
    assert!(
        change["ids"].as_array().is_some_and(|ids| ids.contains(&first["id"])),
        "it says which issue a process elsewhere on the same file has filed: {change}"
    );
    drop(events);

    let second = home.json(&["issue", "new", "--title", "Prune the roses", "-p", "garden"]);
    let mut resumed = server.events(change["seq"].as_i64());
    let missed = resumed.changed("issues");
    assert!(
        missed["ids"]
            .as_array()
            .is_some_and(|ids| ids.contains(&second["id"]) && !ids.contains(&first["id"])),
        "what was missed meanwhile is told, and nothing twice: {missed}"
    );
    let up_to_date = server.events(missed["seq"].as_i64()).next_event().map(|(name, _)| name);
    assert_eq!(up_to_date.as_deref(), Some("resumed"), "who missed nothing is told so");

    server.ends_well();
    assert!(resumed.next_event().is_none(), "and is ended with the server");
}

#[test]
fn the_token_is_for_its_owner_and_for_as_long_as_the_server_runs() {
    let (_home, server) = garden();
    let file = server.token_file.clone();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().expect("the file of the token").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "no other user of the machine reads it");
    }
    assert!(server.token.len() >= 32, "nobody guesses it");
    let token = server.token.clone();
    let output = server.ends_well();
    // Who cannot be asked to end cannot tidy up either.
    assert!(!file.exists() || cfg!(windows), "the token goes with the server");
    assert!(!output.stderr.contains(&token), "and is in no log");
}

#[test]
fn a_second_server_has_a_port_and_a_token_of_its_own() {
    let (home, server) = garden();
    let port = server.port.to_string();
    let ui = server.ui.to_str().expect("a path in UTF-8");
    let error = home.waybill(&["serve", "--port", &port, "--ui", ui, "--json"]).error(4);
    assert!(error["message"].as_str().is_some_and(|told| told.contains(&port)), "it names the port: {error}");
    assert_eq!(
        server.call("project_list", &json!({}))[0]["slug"],
        "garden",
        "the first one is not disturbed"
    );
    let later = home.serve();
    assert_ne!(later.token, server.token, "a token opens one server");
    server.ends_well();
    let token = std::fs::read_to_string(&later.token_file).expect("the file of the token is there");
    assert_eq!(token, later.token, "and leaves the token of the other, which still runs");
    let elsewhere = home.root().join("no-interface");
    let elsewhere = elsewhere.to_str().expect("a path in UTF-8");
    let error = home.waybill(&["serve", "--ui", elsewhere, "--json"]).error(3);
    assert!(
        error["message"].as_str().is_some_and(|told| told.contains(elsewhere)),
        "a folder without an interface is named, and no other one is served instead: {error}"
    );
}
