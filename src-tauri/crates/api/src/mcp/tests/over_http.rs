//! Tokens as they are shown at the door: who has none that is good learns nothing, not even why.

use super::{OPERATOR, seen, session, session_until, tracker};
use crate::app::App;
use crate::http::{self, Serve};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use waybill_store::agent_tokens;

/// A server on a free port, until it is dropped.
struct Server {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Server {
    async fn start(app: &App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = Serve { token: "the-operators-own".to_owned(), ui: "no-ui".into() };
        let stopped = async move { drop(stopped.await) };
        tokio::spawn(http::serve(app.clone(), listener, serve, stopped));
        Self { address, _stop: stop }
    }

    /// The status, the head and the body of the answer.
    async fn ask(&self, token: &str, method: &str, params: &Value) -> (u16, String, String) {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
             Content-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        stream.write_all((head + &body).as_bytes()).await.expect("it is asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer of HTTP");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, head.to_lowercase(), body.to_owned())
    }

    /// What a token that is good is answered.
    async fn result(&self, token: &str, method: &str, params: &Value) -> Value {
        let (status, _, body) = self.ask(token, method, params).await;
        assert_eq!(status, 200, "{method}: {body}");
        let answer: Value = serde_json::from_str(&body).expect("JSON");
        answer["result"].clone()
    }
}

#[tokio::test]
async fn a_subagents_token_sees_no_tracker_and_is_refused_by_name() {
    let (_home, app, project) = tracker(3).await;
    let (_, token) = session(&app, &project, Some(1), "primary.subagents.x").await;
    let server = Server::start(&app).await;
    let before = seen(&app).await;
    let listed = server.result(&token, "tools/list", &json!({})).await;
    let names: Vec<_> = listed["tools"].as_array().expect("tools").iter().map(|tool| &tool["name"]).collect();
    assert_eq!(names, ["submit"], "none of the tracker's tools is there for it");
    for tool in ["issue", "todo", "checkpoint", "ask", "form", "inbox", "run", "session"] {
        let call = json!({"name": tool, "arguments": {"action": "list"}});
        let refused = server.result(&token, "tools/call", &call).await;
        assert_eq!(refused["isError"], true, "{tool}: {refused}");
        let why = refused["content"][0]["text"].as_str().expect("a text");
        assert!(why.contains(&format!("'{tool}'")), "it is told which tool it may not use: {why}");
    }
    assert_eq!(seen(&app).await, before, "and nothing has changed");
}

#[tokio::test]
async fn a_forged_expired_revoked_or_foreign_token_gets_401_and_no_hint() {
    let (_home, app, project) = tracker(1).await;
    let (_other_home, other, other_project) = tracker(1).await;
    let (_, good) = session(&app, &project, Some(1), "primary").await;
    let (_, foreign) = session(&other, &other_project, Some(1), "primary").await;
    let (_, expired) = session_until(&app, &project, Some(1), "primary", 1_000).await;
    let (over, revoked) = session(&app, &project, Some(1), "primary").await;
    app.store().write(move |w| agent_tokens::revoke_of_session(w, &over.id)).await.expect("is revoked");
    let server = Server::start(&app).await;
    let call = json!({"name": "issue", "arguments": {"action": "get"}});
    assert_eq!(server.result(&good, "tools/call", &call).await["isError"], false, "a good one gets in");
    let forged = format!("{good}0");
    let hash = agent_tokens::hash(&good);
    let mut answers = Vec::new();
    for token in [forged.as_str(), &expired, &revoked, &foreign, &hash, "", "' OR 1=1 --"] {
        let (status, head, body) = server.ask(token, "tools/call", &call).await;
        assert_eq!((status, body.as_str()), (401, ""), "{token:?}");
        answers.push(
            head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect::<Vec<_>>(),
        );
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "all are answered alike: {answers:#?}");
    let issue = app.call(&OPERATOR, "issue_get", json!({"project": "garden", "number": 1})).await;
    assert!(issue.is_ok(), "the operator goes on");
}
