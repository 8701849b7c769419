//! Waybill's tools over HTTP: who gets in, and what garbage does.

mod client;

use crate::support::{Door, Home, Output, Served};
use serde_json::{Value, json};

/// A project with an issue that has a criterion, a server, and the door for its agents.
fn garden() -> (Home, Served, Door) {
    let home = Home::new();
    home.project("garden", &[("roses", "dry\n")]);
    home.consent("garden");
    home.json(&["-p", "garden", "issue", "new", "--title", "Water the roses"]);
    home.json(&["-p", "garden", "issue", "todo", "1", "add", "they are wet", "--criterion"]);
    let door = Door::open(&home);
    let server = home.serve();
    (home, server, door)
}

fn start(home: &Home) -> Value {
    home.json(&["-p", "garden", "session", "start", "--issue", "1", "--tool", "waiting"])
}

/// A call over plain HTTP, as the older generation begins.
fn hello(server: &Served, headers: &[(&str, &str)]) -> (u16, String) {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}});
    let mut all =
        vec![("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
    all.extend(headers);
    let response = server.request("POST", "/mcp", &all, body.to_string().as_bytes());
    (response.status, response.body)
}

#[test]
fn a_token_that_is_not_good_gets_nothing_and_no_hint() {
    let (home, server, door) = garden();
    let (other, elsewhere, other_door) = garden();
    start(&home);
    start(&other);
    let (agent, foreign) = (door.next(), other_door.next());
    let host = server.host();
    let shown =
        |token: &str| hello(&server, &[("Host", &host), ("Authorization", &format!("Bearer {token}"))]);
    assert_eq!(shown(&agent.token).0, 200, "a good one gets in");
    let forged = format!("{}0", &agent.token[1..]);
    for token in [foreign.token.as_str(), &forged, "", &elsewhere.token, "../../etc/passwd"] {
        assert_eq!(shown(token), (401, String::new()), "{token:?} is told nothing, not even why");
    }
    assert_eq!(hello(&server, &[("Host", &host)]), (401, String::new()), "nor is who shows none");
    home.json(&["-p", "garden", "session", "end", "1"]);
    assert_eq!(shown(&agent.token), (401, String::new()), "a session that is ended has no agents");
    let mut refused = home.command(&["mcp"]);
    refused.env("WAYBILL_TOKEN", &foreign.token);
    let refused = Output::of(refused);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "over standard streams as well");
    drop(foreign);
    other.json(&["-p", "garden", "session", "end", "1"]);
}

#[test]
fn no_page_of_another_site_reaches_the_tools() {
    let (_home, server, _door) = garden();
    let (host, token) = (server.host(), format!("Bearer {}", server.token));
    let own = format!("http://{host}");
    let call = |host: &str, origin: Option<&str>| {
        let mut headers = vec![("Host", host), ("Authorization", token.as_str())];
        headers.extend(origin.map(|origin| ("Origin", origin)));
        hello(&server, &headers).0
    };
    assert_eq!(call(&host, None), 200);
    assert_eq!(call(&host, Some(&own)), 200);
    for name in ["evil.example", "127.0.0.1.evil.example", "localhost:1", ""] {
        assert_eq!(call(name, None), 403, "a rebound name ({name:?}) does not pass even with the token");
    }
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        assert_eq!(call(&host, Some(origin)), 403, "a page of {origin} does not pass even with the token");
    }
}

#[test]
fn garbage_leaves_the_server_up() {
    let (home, server, _door) = garden();
    let (host, token) = (server.host(), format!("Bearer {}", server.token));
    let before = home.json(&["-p", "garden", "issue", "list"]);
    let huge = vec![b'['; 5 * 1024 * 1024];
    for body in
        [&b"{"[..], b"", b"null", b"[]", b"\xff\xfe", b"{\"jsonrpc\":\"2.0\",\"method\":\"x\"}", &huge]
    {
        let headers = [
            ("Host", host.as_str()),
            ("Authorization", &token),
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
        ];
        let answer = server.request("POST", "/mcp", &headers, body);
        assert!(!(200..300).contains(&answer.status) || answer.status == 202, "{body:.40?}: {answer:?}");
    }
    assert_eq!(hello(&server, &[("Host", &host), ("Authorization", &token)]).0, 200, "it goes on");
    assert_eq!(home.json(&["-p", "garden", "issue", "list"]), before, "and nothing has changed");
}
