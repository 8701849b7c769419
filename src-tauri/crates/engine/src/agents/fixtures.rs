//! For the tests of the parsers: the streams recorded from the real programs, and a turn to read them with.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use waybill_domain::agent::{AgentEvent, Usage};

use super::{Exit, KeySource, Mask, Outcome, Reader, Tool, Turn};

/// The session that every recorded stream speaks of.
pub const SESSION: &str = "11111111-2222-4333-8444-555555555555";

/// A turn with nothing chosen.
pub fn turn() -> Turn {
    Turn {
        executable: PathBuf::from("/tools/program"),
        prompt: "Write a greeting.".to_owned(),
        system_prompt: None,
        claude_md: None,
        model: None,
        effort: None,
        resume: None,
        new_session_id: None,
        workspace: PathBuf::from("/workspace"),
        in_dir: PathBuf::from("/in"),
        out_dir: PathBuf::from("/out"),
        is_root: false,
        key: KeySource::None,
        base_url: None,
        tool_access: None,
        earlier: Usage::default(),
    }
}

/// What a recorded stream is read as, and what comes of it.
pub struct Read {
    pub events: Vec<AgentEvent>,
    pub outcome: Outcome,
}

impl Read {
    /// The words of the failure, for assertions.
    pub fn failure(&self) -> (&str, &str) {
        self.outcome
            .failure
            .as_ref()
            .map_or(("none", ""), |failure| (failure.kind.as_str(), &failure.sentence))
    }

    /// All text that a reader would see.
    pub fn text(&self) -> String {
        let texts = self.events.iter().filter_map(|event| match event {
            AgentEvent::Text { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    pub fn raw(&self) -> Vec<&AgentEvent> {
        self.events.iter().filter(|event| matches!(event, AgentEvent::Raw { .. })).collect()
    }
}

/// Reads the recorded stream `name` as the tool whose name it begins with.
pub fn read(name: &str, turn: &Turn) -> Read {
    read_until(name, turn, usize::MAX, None)
}

/// Reads a recorded failure: it is of this kind, is told in these words, and the stream says its end.
pub fn read_failure(name: &str, kind: &str, words: &str) -> Read {
    let read = read(name, &turn());
    assert!(!read.outcome.ok, "{name} did not succeed");
    let (found, sentence) = read.failure();
    assert_eq!(found, kind, "{name}: {sentence}");
    assert!(sentence.contains(words), "{name}: {sentence}");
    assert!(
        matches!(read.events.last(), Some(AgentEvent::Finished { ok: false, .. })),
        "{name} says its end"
    );
    read
}

/// Reads at most `lines` lines, as if the program had then ended as `exit` says instead of as recorded.
pub fn read_until(name: &str, turn: &Turn, lines: usize, exit: Option<Exit>) -> Read {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/streams"));
    let file = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let index: Value = serde_json::from_str(&file("index.json")).unwrap();
    let ended = &index[name];
    let tool = Tool::built_in(name.split('-').next().unwrap()).unwrap();
    let mut reader = Reader::new(tool.adapter().parser(turn), Arc::new(Mask::none()));
    let mut events = Vec::new();
    for line in file(&format!("{name}.jsonl")).lines().take(lines) {
        events.extend(reader.line(line));
    }
    for line in ended["stderr"].as_array().unwrap() {
        events.extend(reader.stderr_line(line.as_str().unwrap()));
    }
    let number = |key: &str| ended[key].as_i64().map(|number| i32::try_from(number).unwrap());
    let recorded = Exit { code: number("code"), signal: number("signal"), stopped: None };
    let (rest, outcome) = reader.end(exit.unwrap_or(recorded));
    events.extend(rest);
    Read { events, outcome }
}
