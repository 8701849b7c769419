//! An issue as another system tells it, before it is made to fit: what every format is read into.

use crate::transfer::control::TransferError;
use std::path::PathBuf;
use waybill_domain::Millis;
use waybill_domain::issue::{Priority, Status};
use waybill_domain::link::Relation;
use waybill_domain::todo::{TodoKind, TodoStatus};

/// An issue of another system.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// What it is called there, the same at every import.
    pub external_id: String,
    /// Names that an earlier import may have used for it.
    pub aliases: Vec<String>,
    pub title: String,
    pub body: String,
    pub status: Status,
    pub priority: Priority,
    pub author: Option<Person>,
    pub created_at: Option<Millis>,
    pub updated_at: Option<Millis>,
    pub closed_at: Option<Millis>,
    pub labels: Vec<String>,
    pub comments: Vec<Comment>,
    pub todos: Vec<Todo>,
    /// The relation of this issue to the one of that name.
    pub links: Vec<(Relation, String)>,
    /// Where it comes from, for people: "GitHub issue #12, https://…".
    pub origin: String,
    /// Where it can be looked at.
    pub url: Option<String>,
    /// What Waybill has no place for, one sentence each.
    pub facts: Vec<String>,
    /// Files of it, by the name that they are shown under.
    pub files: Vec<(String, PathBuf)>,
}

impl Entry {
    /// An open issue with nothing but its name.
    pub fn new(external_id: impl Into<String>, title: impl Into<String>, origin: impl Into<String>) -> Self {
        Self {
            external_id: external_id.into(),
            aliases: Vec::new(),
            title: title.into(),
            body: String::new(),
            status: Status::Open,
            priority: Priority::Medium,
            author: None,
            created_at: None,
            updated_at: None,
            closed_at: None,
            labels: Vec::new(),
            comments: Vec::new(),
            todos: Vec::new(),
            links: Vec::new(),
            origin: origin.into(),
            url: None,
            facts: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Adds a section to the body, when there is anything to say.
    pub fn section(&mut self, heading: &str, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !self.body.is_empty() {
            self.body.push_str("\n\n");
        }
        self.body.push_str("## ");
        self.body.push_str(heading);
        self.body.push_str("\n\n");
        self.body.push_str(text);
    }

    /// Adds a fact, when there is one.
    pub fn fact(&mut self, what: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.facts.push(format!("{what}: {value}."));
        }
    }

    /// Adds a step or criterion.
    pub fn todo(&mut self, kind: TodoKind, content: &str, done: bool) {
        let status = if done { TodoStatus::Completed } else { TodoStatus::Pending };
        self.todos.push(Todo { kind, content: content.to_owned(), status });
    }
}

/// Someone of another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub handle: String,
    pub name: Option<String>,
}

impl Person {
    /// Someone of whom one word is known; `None` when it is empty.
    pub fn called(handle: &str) -> Option<Self> {
        let handle = waybill_domain::todo::one_line(handle.trim().trim_start_matches('@'));
        (!handle.is_empty()).then_some(Self { handle, name: None })
    }
}

/// A comment of another system.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    pub author: Option<Person>,
    pub body: String,
    pub at: Option<Millis>,
}

/// A todo of another system.
#[derive(Debug, Clone)]
pub(super) struct Todo {
    pub kind: TodoKind,
    pub content: String,
    pub status: TodoStatus,
}

/// Takes what a format reads, in the order in which it stands there.
pub(super) trait Sink {
    /// Takes an issue that stood at a line of a file.
    fn entry(&mut self, file: &str, line: Option<i64>, entry: Entry) -> Result<(), TransferError>;
    /// Tells of something that cannot be read.
    fn skip(&mut self, file: &str, line: Option<i64>, what: String) -> Result<(), TransferError>;
    /// Tells of something that the format holds and Waybill does not.
    fn note(&mut self, sentence: &str);
    /// Adds to what there is to be read.
    fn expect(&mut self, entries: i64);
}

/// Reads a list of Markdown items, ticked or not, as criteria; answers the lines that are no items.
pub(super) fn criteria(text: &str, entry: &mut Entry) -> String {
    let mut others = Vec::new();
    for line in text.lines() {
        match item(line.trim()) {
            Some((done, content)) => entry.todo(TodoKind::Criterion, content, done),
            None => others.push(line),
        }
    }
    others.join("\n").trim().to_owned()
}

/// A list item: whether it is ticked, and what it says.
pub(super) fn item(line: &str) -> Option<(bool, &str)> {
    let rest = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).or_else(|| {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0)
            .then(|| line[digits..].strip_prefix(". ").or_else(|| line[digits..].strip_prefix(") ")))?
    })?;
    let ticked = ["[x] ", "[X] "].iter().find_map(|tick| rest.strip_prefix(tick)).map(|rest| (true, rest));
    let found = ticked.unwrap_or_else(|| (false, rest.strip_prefix("[ ] ").unwrap_or(rest)));
    (!found.1.trim().is_empty()).then(|| (found.0, found.1.trim()))
}
