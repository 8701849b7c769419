//! Agents at one connection each, spoken to line by line: what they may not do stays undone, whatever they send.

use super::{Access, Tools};
use crate::app::{App, Config};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};
use waybill_domain::ids::ProjectId;
use waybill_domain::issue::{Priority, Status, Via};
use waybill_domain::principal::Principal;
use waybill_domain::run::Network;
use waybill_domain::session::{AgentPath, SessionState};
use waybill_domain::todo::TodoKind;
use waybill_engine::Place;
use waybill_engine::secrets::Forgetful;
use waybill_store::agent_tokens::{self, Bearer};
use waybill_store::issues::NewIssue;
use waybill_store::origin::Origin;
use waybill_store::projects::{self, NewProject};
use waybill_store::runs::RunConfig;
use waybill_store::sessions::{NewSession, Session};
use waybill_store::{issues, sessions, todos};

mod over_http;

const OPERATOR: Principal = Principal::Operator;

/// A project with issues that are ready, in a data directory of its own.
async fn tracker(ready: usize) -> (TempDir, App, ProjectId) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let config = Config {
        home: home.path().to_owned(),
        place: Place {
            user_home: home.path().to_owned(),
            user_name: "ana".to_owned(),
            user_path: std::ffi::OsString::new(),
            environment: Vec::new(),
            program: None,
        },
        secrets: Arc::new(Forgetful::default()),
        clock: Arc::new(|| 1_000),
        engine: false,
        follow: true,
    };
    let app = App::open(config).await.expect("opens");
    let written = app.store().write(move |w| {
        let new = NewProject {
            slug: "garden".to_owned(),
            name: "Garden".to_owned(),
            root_path: "/repository".into(),
            git_common_dir: "/repository/.git".into(),
            default_branch: "main".to_owned(),
            github_repo: None,
        };
        let project = projects::insert(w, &new, &OPERATOR)?;
        for number in 0..ready {
            let title = format!("Thing {number}");
            let new = NewIssue { title, body: String::new(), priority: Priority::Low, labels: Vec::new() };
            let issue = issues::insert(w, &project.id, &new, &OPERATOR)?;
            issues::make_move(w, &issue, Status::Triaged, Via::Operator, &OPERATOR)?;
        }
        Ok(project.id)
    });
    let project = written.await.expect("is written");
    (home, app, project)
}

/// A session bound to the issue with this number, and a token for an agent of it.
async fn session(app: &App, project: &ProjectId, issue: Option<i64>, path: &str) -> (Session, String) {
    session_until(app, project, issue, path, 10_000).await
}

/// The same with a token that is good until then; the clock stands at 1,000.
async fn session_until(
    app: &App,
    project: &ProjectId,
    issue: Option<i64>,
    path: &str,
    until: i64,
) -> (Session, String) {
    let token = format!("token-of-{path}-{}", waybill_domain::ids::TokenId::generate());
    let (project, agent, kept) = (project.clone(), path.parse::<AgentPath>().expect("a path"), token.clone());
    let written = app.store().write(move |w| {
        let config = RunConfig {
            tool: "demo".to_owned(),
            model: None,
            effort: None,
            timeout_ms: 60_000,
            memory_mb: 512,
            cpu_count: 1,
            network: Network::None,
            weak_isolation_allowed: false,
        };
        let new = NewSession { title: "Talk".to_owned(), config, base_branch: "main".to_owned() };
        let mut session = sessions::insert(w, &project, &new, &OPERATOR)?;
        if let Some(number) = issue {
            let issue = issues::get(w, &project, number)?;
            session = sessions::bind(w, &session, Some(&issue), &OPERATOR)?;
        }
        let origin = Origin { session: Some(session.id.clone()), ..Origin::default() };
        agent_tokens::insert(w, &kept, &Bearer { project_id: project, agent, origin }, until)?;
        Ok(session)
    });
    (written.await.expect("is written"), token)
}

/// A connection of an agent.
struct Line {
    input: WriteHalf<DuplexStream>,
    output: BufReader<ReadHalf<DuplexStream>>,
    next: i64,
}

impl Line {
    async fn open(app: &App, token: &str) -> Self {
        let (ours, theirs) = tokio::io::duplex(1024 * 1024);
        let (incoming, outgoing) = tokio::io::split(theirs);
        tokio::spawn(Tools::new(app.clone(), Access::Token(token.into())).serve(incoming, outgoing));
        let (output, input) = tokio::io::split(ours);
        let mut line = Self { input, output: BufReader::new(output), next: 0 };
        let hello = json!({"protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}});
        let answer = line.ask("initialize", hello).await;
        assert_eq!(answer["result"]["serverInfo"]["name"], "waybill", "{answer}");
        line.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string()).await;
        line
    }

    async fn send(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).await.expect("is sent");
        self.input.write_all(b"\n").await.expect("is sent");
    }

    async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()).await;
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).await.expect("is read");
            assert!(read > 0, "the server closed the connection at {method}");
            let answer: Value = serde_json::from_str(&line).expect("JSON");
            if answer["id"] == id {
                return answer;
            }
        }
    }

    /// A tool's answer, or its error.
    async fn call(&mut self, tool: &str, arguments: Value) -> Result<Value, String> {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments})).await;
        let result = &answer["result"];
        if result["isError"] == false {
            return Ok(result["structuredContent"].clone());
        }
        let text = result["content"][0]["text"].as_str().or_else(|| answer["error"]["message"].as_str());
        Err(text.unwrap_or_default().to_owned())
    }

    async fn tools(&mut self) -> Vec<String> {
        let answer = self.ask("tools/list", json!({})).await;
        let tools = answer["result"]["tools"].as_array().cloned().unwrap_or_default();
        tools.iter().filter_map(|tool| tool["name"].as_str().map(str::to_owned)).collect()
    }
}

#[tokio::test]
async fn a_subagent_has_no_tracker_and_is_told_why() {
    let (_home, app, project) = tracker(1).await;
    let (_, token) = session(&app, &project, Some(1), "primary.subagents.x").await;
    let mut line = Line::open(&app, &token).await;
    assert_eq!(line.tools().await, ["submit"], "the tracker is the root's alone");
    for tool in ["issue", "todo", "checkpoint", "ask", "form"] {
        let refusal = line.call(tool, json!({"action": "list"})).await.expect_err("is refused");
        assert!(refusal.contains("primary.subagents.x") && refusal.contains(tool), "by name: {refusal}");
    }
    let answer = json!({"contract": "prompt", "answer": {"prompt": "Do it."}});
    assert_eq!(line.call("submit", answer).await.expect("is taken")["accepted"], true);
}

#[tokio::test]
async fn an_agent_works_its_issue_under_its_own_name_and_session() {
    let (_home, app, project) = tracker(2).await;
    let (talk, token) = session(&app, &project, Some(1), "primary").await;
    let (at, criterion) = (project.clone(), "it works".to_owned());
    let proposed = app.store().write(move |w| {
        let issue = issues::get(w, &at, 1)?;
        todos::add(w, &issue, TodoKind::Criterion, &criterion, None, &OPERATOR)
    });
    proposed.await.expect("is added");
    let mut line = Line::open(&app, &token).await;
    let issue = line.call("issue", json!({"action": "get"})).await.expect("the bound one");
    assert_eq!((&issue["number"], &issue["title"]), (&json!(1), &json!("Thing 0")));
    let plan = json!({"action": "set", "steps": ["read", "write", {"content": "test", "phase": "check"}]});
    line.call("todo", plan.clone()).await.expect("a plan");
    line.call("todo", json!({"action": "start", "todo": "wri"})).await.expect("its beginning will do");
    let replanned = line.call("todo", plan).await.expect("the same plan");
    assert_eq!(replanned["steps"][1]["status"], "in_progress", "what stays in a plan stays what it was");
    assert_eq!(replanned["criteria"][0]["content"], "it works", "a plan leaves the criteria alone");
    let dropped = line.call("todo", json!({"action": "drop", "todo": "it works"})).await;
    assert_eq!(dropped, Err("only the operator drops the criterion \"it works\"".to_owned()));
    let resolved = line.call("issue", json!({"action": "transition", "status": "resolved"})).await;
    assert!(resolved.expect_err("is refused").contains("checkpoint"), "the operator signs off");
    let claimed = line.call("todo", json!({"action": "done", "todo": "it works"})).await.expect("a claim");
    assert!(claimed["next"].as_str().is_some_and(|next| next.contains("checkpoint")), "{claimed}");
    let filed = line.call("issue", json!({"action": "create", "title": "Beside"})).await.expect("is filed");
    assert_eq!(filed["child_of"], 1, "what comes up while an issue is worked on belongs below it");
    line.call("issue", json!({"action": "comment", "body": "Done."})).await.expect("is said");
    let ask = json!({"question": "Which?", "choices": ["a", "b"]});
    assert_eq!(line.call("ask", ask).await.expect("is asked")["waiting"], true);
    let asked = app.store().read(move |r| sessions::by_id(r, &talk.id)).await.expect("is read");
    assert_eq!((asked.state, asked.open_questions), (SessionState::Paused, 1), "the operator is waited for");
    let updates = json!({"project": "garden", "number": 1});
    let updates = app.call(&OPERATOR, "issue_updates", updates).await.expect("are read");
    let said = &updates["items"].as_array().expect("a page")[0];
    assert_eq!(said["author"]["user_id"], "agent:primary");
    assert_eq!(said["metadata"]["origin"]["session"], json!(asked.id), "which session it came from is kept");
}

#[tokio::test]
async fn a_session_that_works_on_no_issue_is_told_how_to_bind() {
    let (_home, app, project) = tracker(1).await;
    let (_, token) = session(&app, &project, None, "primary").await;
    let mut line = Line::open(&app, &token).await;
    let refusal = line.call("todo", json!({"action": "list"})).await.expect_err("is refused");
    assert!(refusal.contains("waybill session bind 1") && refusal.contains("\"bind\": true"), "{refusal}");
    let filed = json!({"action": "create", "title": "New", "bind": true});
    assert_eq!(line.call("issue", filed).await.expect("is filed")["bound"], true);
    assert_eq!(line.call("todo", json!({"action": "list"})).await.expect("is bound now")["issue"], 2);
}

#[tokio::test]
async fn a_token_that_is_revoked_ends_what_its_open_connection_may() {
    let (_home, app, project) = tracker(1).await;
    let (talk, token) = session(&app, &project, Some(1), "primary").await;
    let mut line = Line::open(&app, &token).await;
    line.call("issue", json!({"action": "get"})).await.expect("is let in");
    app.store().write(move |w| agent_tokens::revoke_of_session(w, &talk.id)).await.expect("is revoked");
    let refusal = line.call("issue", json!({"action": "get"})).await.expect_err("is refused");
    assert_eq!(refusal, "the token is missing or wrong");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_agents_that_claim_at_once_never_get_the_same_issue() {
    const ROUNDS: usize = 1_000;
    let (_home, app, project) = tracker(4).await;
    let (_, first) = session(&app, &project, None, "primary").await;
    let (_, second) = session(&app, &project, None, "primary").await;
    let (mut one, mut other) = (Line::open(&app, &first).await, Line::open(&app, &second).await);
    for round in 0..ROUNDS {
        let claim = || json!({"action": "claim"});
        let (a, b) = tokio::join!(one.call("issue", claim()), other.call("issue", claim()));
        let number = |claimed: Result<Value, String>| {
            claimed.expect("four are ready")["issue"]["number"].as_i64().expect("a number")
        };
        let (a, b) = (number(a), number(b));
        assert_ne!(a, b, "round {round}: both were given #{a}");
        for (line, number) in [(&mut one, a), (&mut other, b)] {
            let release = json!({"action": "release", "number": number});
            line.call("issue", release).await.expect("it is theirs to release");
        }
    }
}

#[tokio::test]
async fn what_one_session_has_claimed_no_other_gives_back() {
    let (_home, app, project) = tracker(1).await;
    let (_, first) = session(&app, &project, None, "primary").await;
    let (_, second) = session(&app, &project, None, "primary").await;
    let (mut one, mut other) = (Line::open(&app, &first).await, Line::open(&app, &second).await);
    let claimed = one.call("issue", json!({"action": "claim"})).await.expect("it is ready");
    assert_eq!(claimed["issue"]["claimed_by"], "agent:primary@session-1", "not any root agent's");
    let release = json!({"action": "release", "number": 1});
    let refusal = other.call("issue", release.clone()).await.expect_err("is refused");
    assert!(refusal.contains("claimed by agent:primary@session-1"), "it says whose it is: {refusal}");
    let seen = app.call(&OPERATOR, "issue_get", json!({"project": "garden", "number": 1})).await;
    let holder = &seen.expect("is read")["claimed_by"];
    assert_eq!((&holder["kind"], &holder["user_id"]), (&json!("agent"), &json!("agent:primary@session-1")));
    one.call("issue", release).await.expect("it is its own to give back");
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    fn value(&mut self, depth: usize) -> Value {
        let kinds = if depth == 0 { 6 } else { 8 };
        match self.roll(kinds) {
            0 => Value::Null,
            1 => json!(self.roll(2) == 0),
            2 => json!(i64::MIN + i64::try_from(self.roll(1 << 30)).unwrap_or(0)),
            3 => json!(1e308),
            4 => json!("\u{202e}\0 ' OR 1=1 -- ../../"),
            5 => json!("x".repeat(self.roll(40_000))),
            6 => (0..self.roll(4)).map(|_| self.value(depth - 1)).collect(),
            _ => (0..self.roll(4)).map(|at| (format!("key{at}"), self.value(depth - 1))).collect(),
        }
    }
}

/// Everything that an agent could change, as the operator sees it.
async fn seen(app: &App) -> Vec<Value> {
    let project = json!({ "project": "garden" });
    let mut seen = Vec::new();
    for query in ["issue_list", "session_list", "run_list", "label_list", "inbox_list", "issue_counts"] {
        seen.push(app.call(&OPERATOR, query, project.clone()).await.expect("is read"));
    }
    seen.push(app.call(&OPERATOR, "notification_list", json!({})).await.expect("is read"));
    for number in 1..=3 {
        let issue = json!({"project": "garden", "number": number});
        for query in ["issue_get", "issue_updates", "todo_list", "link_list"] {
            seen.push(app.call(&OPERATOR, query, issue.clone()).await.expect("is read"));
        }
    }
    seen
}

#[tokio::test]
async fn a_thousand_malformed_calls_change_nothing() {
    let (_home, app, project) = tracker(3).await;
    let (_, token) = session(&app, &project, Some(1), "primary").await;
    let before = seen(&app).await;
    let mut line = Line::open(&app, &token).await;
    let mut dice = Dice(20_261_121);
    let tools = ["issue", "todo", "checkpoint", "ask", "form", "submit", "inbox", "run", "", "../issue"];
    let actions =
        ["get", "create", "comment", "transition", "link", "claim", "set", "add", "done", "drop", ""];
    for round in 0..1_000 {
        let tool = tools[dice.roll(tools.len())];
        let mut arguments = json!({"action": actions[dice.roll(actions.len())], "unknown": dice.value(2)});
        for name in ["number", "title", "body", "todo", "steps", "status", "reason", "question", "fields"] {
            if dice.roll(2) == 0 {
                arguments[name] = dice.value(3);
            }
        }
        match dice.roll(4) {
            0 => line.send(&"{\"jsonrpc\": ".repeat(dice.roll(50))).await,
            1 => line.send(&dice.value(3).to_string()).await,
            2 => drop(line.ask("tools/call", json!({"name": dice.value(1), "arguments": arguments})).await),
            _ => {
                let answer = line.call(tool, arguments.clone()).await;
                assert!(answer.is_err(), "round {round}: {tool} took {arguments}");
            }
        }
    }
    line.call("issue", json!({"action": "get"})).await.expect("the server is up");
    assert_eq!(seen(&app).await, before, "nothing that was malformed has changed anything");
}
