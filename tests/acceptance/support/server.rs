//! `waybill serve` for the time of a test, spoken to over a plain socket so that every header is the test's own.

use super::{Home, Output, Process};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// How long an answer or an event may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The page that the tests serve, and one of its assets.
pub const PAGE: &str = "<!doctype html><title>Waybill under test</title>";
pub const ASSET: &str = "export const tested = true;";

/// A running `waybill serve`; it is asked to end, and ends, when dropped.
pub struct Served {
    process: Option<Process>,
    pub port: u16,
    pub token: String,
    pub token_file: PathBuf,
    /// The folder of the interface that it serves.
    pub ui: PathBuf,
}

impl Served {
    pub(super) fn start(home: &Home, change: impl FnOnce(&mut Command)) -> Self {
        let ui = home.root().join("ui");
        std::fs::create_dir_all(ui.join("assets")).expect("the folder is made");
        std::fs::write(ui.join("index.html"), PAGE).expect("the page is written");
        std::fs::write(ui.join("assets").join("app-1a2b.js"), ASSET).expect("the asset is written");
        let ui_text = ui.to_str().expect("a path in UTF-8");
        let mut command = home.command(&["serve", "--json", "--ui", ui_text]);
        change(&mut command);
        let mut process = Process::start_reading(command);
        let mut line = String::new();
        BufReader::new(process.take_stdout()).read_line(&mut line).expect("its first line is read");
        let Ok(told) = serde_json::from_str::<Value>(&line) else {
            panic!("it tells where it is: {line:?}: {:?}", process.output());
        };
        let token_file = PathBuf::from(told["token_file"].as_str().expect("the file of the token"));
        let token = std::fs::read_to_string(&token_file).expect("the token is in its file");
        let port = told["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port");
        Self { process: Some(process), port, token, token_file, ui }
    }

    /// The processes that descend from it, each with its name, where the system tells.
    #[cfg(windows)]
    pub fn tree(&self) -> Vec<(u32, String)> {
        super::traces::tree(self.process.as_ref().expect("it runs").id())
    }

    /// Asks it to end, and expects that it ends well where it could be asked.
    #[track_caller]
    pub fn ends_well(mut self) -> Output {
        let mut process = self.process.take().expect("it runs");
        let asked = process.ask_to_end();
        let output = process.output();
        assert!(!asked || output.code == Some(0), "asked to end, it ends well: {output:?}");
        output
    }

    /// Kills it without warning.
    pub fn kill(mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill();
        process.output();
    }

    /// Sends a request with exactly these headers, and reads the answer.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let mut stream = self.send(method, path, headers, body);
        let mut bytes = Vec::new();
        // A server that refuses a body may close before all of it was sent; what it said is still read.
        drop(stream.read_to_end(&mut bytes));
        Response::parse(&bytes)
    }

    /// Gets a path as the interface's own page would.
    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path, &[("Host", &self.host())], b"")
    }

    /// Posts a command with the token.
    pub fn post(&self, command: &str, body: &[u8]) -> Response {
        let (host, token) = (self.host(), format!("Bearer {}", self.token));
        let headers =
            [("Host", host.as_str()), ("Authorization", &token), ("Content-Type", "application/json")];
        self.request("POST", &format!("/api/v1/call/{command}"), &headers, body)
    }

    /// Sends a file with the token; `query` says what it is for.
    pub fn upload(&self, query: &str, bytes: &[u8]) -> Response {
        let (host, token) = (self.host(), format!("Bearer {}", self.token));
        let headers = [("Host", host.as_str()), ("Authorization", &token)];
        self.request("POST", &format!("/api/v1/attachments?{query}"), &headers, bytes)
    }

    /// Gets an attachment with the token and these headers beside it.
    pub fn attachment(&self, id: &str, more: &[(&str, &str)]) -> Response {
        let (host, token) = (self.host(), format!("Bearer {}", self.token));
        let mut headers = vec![("Host", host.as_str()), ("Authorization", &token)];
        headers.extend(more);
        self.request("GET", &format!("/api/v1/attachments/{id}"), &headers, b"")
    }

    /// Posts a body of no told length; `pieces` is how it goes over the wire.
    pub fn send_pieces(&self, path: &str, headers: &[(&str, &str)], pieces: &[u8]) -> Response {
        let mut stream = self.connect();
        let head = format!("POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n");
        stream.write_all((head + &named(headers) + "\r\n").as_bytes()).expect("the request is sent");
        drop(stream.write_all(pieces));
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        Response::parse(&bytes)
    }

    /// Begins to post a body of `length` bytes: waits until the server reads it, and sends only its first part.
    pub fn begin(&self, path: &str, headers: &[(&str, &str)], length: usize, part: &[u8]) -> TcpStream {
        let mut stream = self.connect();
        let head = format!("POST {path} HTTP/1.1\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n");
        stream.write_all((head + &named(headers) + "\r\n").as_bytes()).expect("the request is sent");
        let mut line = String::new();
        let mut lines = BufReader::new(stream.try_clone().expect("the socket is shared"));
        lines.read_line(&mut line).expect("the server answers");
        assert!(line.contains(" 100 "), "it wants the body: {line}");
        stream.write_all(part).expect("a part is sent");
        stream
    }

    /// Does a command and expects success.
    #[track_caller]
    pub fn call(&self, command: &str, args: &Value) -> Value {
        let response = self.post(command, args.to_string().as_bytes());
        assert_eq!(response.status, 200, "{command} {args}: {response:?}");
        response.json()
    }

    /// Follows what changes, from now on or after a number of the change log.
    #[track_caller]
    pub fn events(&self, after: Option<i64>) -> Events {
        let path =
            after.map_or_else(|| "/api/v1/events".to_owned(), |seq| format!("/api/v1/events?after={seq}"));
        let (host, token) = (self.host(), format!("Bearer {}", self.token));
        let stream = self.send("GET", &path, &[("Host", &host), ("Authorization", &token)], b"");
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(lines.read_line(&mut head).expect("the head is read"), 0, "events follow: {head}");
        }
        assert!(head.contains(" 200 "), "events are answered: {head}");
        assert!(head.contains("text/event-stream"), "events come as a stream: {head}");
        Events(lines)
    }

    /// Its own name, as a browser sends it.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit is set");
        stream
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> TcpStream {
        let mut stream = self.connect();
        // HTTP/1.0: the answer ends with the connection and comes in one piece.
        let named = named(headers);
        let head = format!("{method} {path} HTTP/1.0\r\nContent-Length: {}\r\n{named}\r\n", body.len());
        stream.write_all(head.as_bytes()).expect("the request is sent");
        // A body that is refused by its length is not read to its end.
        drop(stream.write_all(body));
        stream
    }
}

fn named(headers: &[(&str, &str)]) -> String {
    headers.iter().fold(String::new(), |head, (name, value)| head + name + ": " + value + "\r\n")
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let asked = process.ask_to_end();
            let output = process.output();
            assert!(
                std::thread::panicking() || output.code == Some(0) || !asked,
                "asked to end, it ends well: {output:?}"
            );
        }
    }
}

/// An HTTP answer.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Response {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("an HTTP answer is expected: {text:?}"));
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// Its body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("JSON is expected: {error}: {self:?}"))
    }
}

/// A stream of server-sent events.
pub struct Events(BufReader<TcpStream>);

impl Events {
    /// The next event: its name and data; none when the server has ended the stream.
    pub fn next_event(&mut self) -> Option<(String, Value)> {
        let (mut name, mut data) = (String::new(), Value::Null);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).expect("an event comes in time") == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("event", value)) => value.clone_into(&mut name),
                Some(("data", value)) => data = serde_json::from_str(value).expect("data is JSON"),
                _ if line.trim_end().is_empty() && !name.is_empty() => return Some((name, data)),
                _ => {}
            }
        }
    }

    /// The next `changed` event that carries a tag.
    #[track_caller]
    pub fn changed(&mut self, tag: &str) -> Value {
        loop {
            let (name, data) = self.next_event().unwrap_or_else(|| panic!("the stream ended before {tag}"));
            let tags = data["tags"].as_array().cloned().unwrap_or_default();
            if name == "changed" && tags.iter().any(|found| found == tag) {
                return data;
            }
        }
    }
}
