//! What a query asks for, as parts that each have an index: which issues pass, and how a list of them is walked.

use super::keys::Keys;
use crate::error::StoreError;
use crate::people;
use crate::row::all;
use crate::viewer::{Viewer, guest_updated_at};
use rusqlite::Connection;
use rusqlite::types::Value;
use waybill_domain::Millis;
use waybill_domain::ids::ProjectId;
use waybill_domain::issue::{Execution, Priority, Status};
use waybill_domain::query::{ACTIVE, Age, CLOSED, Has, Query};

/// One thing that is asked for, with the index that finds it. `d` names the index's table, `i` the issues.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) from: &'static str,
    /// The issue's key in `d`.
    pub(super) key: &'static str,
    /// The alternatives, each the condition that the index begins with.
    pub(super) branches: Vec<Condition>,
    /// Whether the index goes on with `closed`.
    pub(super) closed: bool,
    /// Whether it then goes on with the number.
    pub(super) ordered: bool,
    /// Whether what is asked for says itself which of `closed` it is.
    pub(super) tells_state: bool,
    /// The same asked of `issues i`.
    pub(super) condition: Condition,
}

/// SQL with its values.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    fn new(sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self { sql: sql.into(), values: values.into_iter().collect() }
    }
}

/// All that a query asks for but its words.
#[derive(Debug)]
pub(super) struct Filter {
    /// Which of `closed` is asked for: 0, 1 or both.
    pub(super) closed: Vec<i64>,
    /// The least that is asked for: the project's issues.
    pub(super) base: Part,
    pub(super) parts: Vec<Part>,
    /// Labels that are not borne.
    without: Vec<Part>,
    /// What is asked without an index of its own, of `issues i`.
    pub(super) rest: Vec<Condition>,
}

fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

impl Filter {
    /// `everything`: without a status in it, a query asks for all issues and not only for the active ones.
    pub(super) fn new(
        connection: &Connection,
        viewer: &Viewer,
        project: &ProjectId,
        query: &Query,
        everything: bool,
        now: Millis,
    ) -> Result<Self, StoreError> {
        let everything = everything || !query.numbers.is_empty();
        let (closed, statuses) = states(&query.statuses, everything);
        let mut maker = Maker { connection, project: text(project.as_str()), parts: Vec::new() };
        maker.statuses(&statuses);
        maker.priorities(&query.priorities);
        maker.numbers(&query.numbers);
        maker.labels(&query.labels)?;
        maker.authors(viewer, &query.authors)?;
        maker.assigned(viewer, &query.assigned);
        maker.having(query);
        maker.claimed(viewer, query.claimed);
        maker.executions(&query.executions);
        maker.updated(viewer, query.updated, now);
        let Maker { parts, project, .. } = maker;
        let mut unwanted = Maker { connection, project: project.clone(), parts: Vec::new() };
        for name in &query.without_labels {
            unwanted.labels(&[vec![name.clone()]])?;
        }
        let without = unwanted.parts;
        let rest = without
            .iter()
            .map(|part| Condition::new(format!("NOT {}", part.condition.sql), part.condition.values.clone()))
            .collect();
        let base = Part {
            from: "issues d INDEXED BY issues_by_state",
            key: "d.key",
            branches: vec![Condition::new("d.project_id = ?", [project.clone()])],
            closed: true,
            ordered: true,
            tells_state: false,
            condition: Condition::new("i.project_id = ?", [project]),
        };
        Ok(Self { closed, base, parts, without, rest })
    }

    /// Whether every issue of the project passes.
    pub(super) fn is_all(&self) -> bool {
        self.parts.is_empty() && self.without.is_empty() && self.closed.len() == 2
    }

    /// The issues that pass: each part read from its index alone, and what they have in common.
    pub(super) fn keys(&self, connection: &Connection) -> Result<Keys, StoreError> {
        let mut keys: Option<Keys> = None;
        let mut state_is_told = self.closed.len() == 2;
        for part in &self.parts {
            let found = self.keys_of(connection, part)?;
            state_is_told |= part.closed || part.tells_state;
            match &mut keys {
                Some(keys) => keys.intersect(&found),
                None => keys = Some(found),
            }
        }
        let mut keys = match keys {
            Some(mut keys) if !state_is_told => {
                keys.intersect(&self.keys_of(connection, &self.base)?);
                keys
            }
            Some(keys) => keys,
            None => self.keys_of(connection, &self.base)?,
        };
        for part in &self.without {
            keys.subtract(&self.keys_of(connection, part)?);
        }
        Ok(keys)
    }

    fn keys_of(&self, connection: &Connection, part: &Part) -> Result<Keys, StoreError> {
        let mut keys = Keys::default();
        for branch in self.branches(part) {
            let sql = format!("SELECT {} AS key FROM {} WHERE {}", part.key, part.from, branch.sql);
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(rusqlite::params_from_iter(&branch.values))?;
            while let Some(row) = rows.next()? {
                keys.insert(row.get(0)?);
            }
        }
        Ok(keys)
    }

    /// The ranges of a part's index: its alternatives, each with each state that is asked for.
    pub(super) fn branches(&self, part: &Part) -> Vec<Condition> {
        if !part.closed {
            return part.branches.clone();
        }
        let with_state = |branch: &Condition, closed: i64| {
            let values = branch.values.iter().cloned().chain([Value::Integer(closed)]);
            Condition::new(format!("{} AND d.closed = ?", branch.sql), values)
        };
        part.branches
            .iter()
            .flat_map(|branch| self.closed.iter().map(move |closed| with_state(branch, *closed)))
            .collect()
    }

    /// How many entries a part's index holds, counted up to `most`.
    pub(super) fn count_of(
        &self,
        connection: &Connection,
        part: &Part,
        most: i64,
    ) -> Result<i64, StoreError> {
        let mut count = 0;
        for branch in self.branches(part) {
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT {most})",
                part.from, branch.sql
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let found: i64 =
                statement.query_row(rusqlite::params_from_iter(&branch.values), |row| row.get(0))?;
            count += found;
            if count >= most {
                break;
            }
        }
        Ok(count)
    }

    /// What is still to be asked of `issues i` when a part (by its place; `None`: the base) is walked.
    pub(super) fn others(&self, walked: Option<usize>) -> Vec<Condition> {
        let state_is_told = walked.is_none_or(|index| self.parts[index].closed)
            || self.parts.iter().any(|part| part.tells_state)
            || self.closed.len() == 2;
        let state = (!state_is_told).then(|| {
            Condition::new("i.closed = ?", self.closed.iter().map(|closed| Value::Integer(*closed)))
        });
        let others = self.parts.iter().enumerate().filter(|(index, _)| Some(*index) != walked);
        others.map(|(_, part)| part.condition.clone()).chain(state).chain(self.rest.iter().cloned()).collect()
    }
}

/// Which states are asked for, and which statuses when they are not all of those states.
fn states(asked: &[Status], everything: bool) -> (Vec<i64>, Vec<Status>) {
    if asked.is_empty() {
        return (if everything { vec![0, 1] } else { vec![0] }, Vec::new());
    }
    let of = |all: &[Status]| all.iter().copied().filter(|status| asked.contains(status)).collect::<Vec<_>>();
    let (active, closed) = (of(&ACTIVE), of(&CLOSED));
    let states = [(0, &active), (1, &closed)].into_iter().filter(|(_, statuses)| !statuses.is_empty());
    let states: Vec<i64> = states.map(|(state, _)| state).collect();
    let whole = |some: &[Status], all: &[Status]| some.is_empty() || some.len() == all.len();
    if !states.is_empty() && whole(&active, &ACTIVE) && whole(&closed, &CLOSED) {
        return (states, Vec::new());
    }
    // An issue never rests at `reopened`: who asks for nothing else finds nothing.
    let statuses = if states.is_empty() { asked.to_vec() } else { [active, closed].concat() };
    (if states.is_empty() { vec![0, 1] } else { states }, statuses)
}

struct Maker<'a> {
    connection: &'a Connection,
    project: Value,
    parts: Vec<Part>,
}

impl Maker<'_> {
    /// A part by a column of the issues, with its alternatives.
    fn column(&mut self, from: &'static str, column: &str, closed: bool, values: Vec<Value>) {
        let branch = |value: Value| {
            Condition::new(format!("d.project_id = ? AND d.{column} = ?"), [self.project.clone(), value])
        };
        self.parts.push(Part {
            from,
            key: "d.key",
            branches: values.iter().cloned().map(branch).collect(),
            closed,
            ordered: true,
            tells_state: false,
            condition: Condition::new(format!("i.{column} IN ({})", marks(values.len())), values),
        });
    }

    /// A part of which an index holds exactly the issues that pass.
    fn flag(&mut self, from: &'static str, condition: &str) {
        let branch = Condition::new(format!("d.project_id = ? AND d.{condition}"), [self.project.clone()]);
        self.parts.push(Part {
            from,
            key: "d.key",
            branches: vec![branch],
            closed: true,
            ordered: true,
            tells_state: false,
            condition: Condition::new(format!("i.{condition}"), []),
        });
    }

    /// A part by what is true of the linked run.
    fn run(&mut self, condition: &str, values: Vec<Value>) {
        let asked = |alias: &str| {
            format!(
                "{alias}.project_id = ? AND {alias}.run_id IN (SELECT id FROM runs WHERE project_id = ? AND {condition})"
            )
        };
        let values: Vec<Value> =
            [self.project.clone(), self.project.clone()].into_iter().chain(values).collect();
        self.parts.push(Part {
            from: "issues d INDEXED BY issues_by_run",
            key: "d.key",
            branches: vec![Condition::new(asked("d"), values.clone())],
            closed: false,
            ordered: false,
            tells_state: false,
            condition: Condition::new(asked("i"), values),
        });
    }

    fn statuses(&mut self, statuses: &[Status]) {
        if !statuses.is_empty() {
            let words = statuses.iter().map(|status| text(status.as_str())).collect();
            self.column("issues d INDEXED BY issues_by_status", "status", false, words);
            self.parts.iter_mut().for_each(|part| part.tells_state = true);
        }
    }

    fn priorities(&mut self, priorities: &[Priority]) {
        if priorities.is_empty() {
            return;
        }
        let mut priorities = priorities.to_vec();
        priorities.sort_unstable();
        priorities.dedup();
        let words: Vec<Value> = priorities.iter().map(|priority| text(priority.as_str())).collect();
        // The index orders by urgency, which is an expression: the branch must be written as it is there.
        let branch = |priority: &Priority| {
            let rank = Value::Integer(i64::from(rank(*priority)));
            Condition::new(
                format!("d.project_id = ? AND {} = ?", super::PRIORITY_RANK),
                [self.project.clone(), rank],
            )
        };
        self.parts.push(Part {
            from: "issues d INDEXED BY issues_by_priority",
            key: "d.key",
            branches: priorities.iter().map(branch).collect(),
            closed: true,
            ordered: true,
            tells_state: false,
            condition: Condition::new(format!("i.priority IN ({})", marks(words.len())), words),
        });
    }

    fn numbers(&mut self, numbers: &[i64]) {
        if numbers.is_empty() {
            return;
        }
        let asked =
            |alias: &str| format!("{alias}.project_id = ? AND {alias}.number IN ({})", marks(numbers.len()));
        let values = || [self.project.clone()].into_iter().chain(numbers.iter().copied().map(Value::Integer));
        self.parts.push(Part {
            from: "issues d",
            key: "d.key",
            branches: vec![Condition::new(asked("d"), values())],
            closed: false,
            ordered: false,
            tells_state: false,
            condition: Condition::new(asked("i"), values()),
        });
    }

    fn labels(&mut self, groups: &[Vec<String>]) -> Result<(), StoreError> {
        for names in groups {
            let mut ids = Vec::new();
            for name in names {
                ids.extend(all(
                    self.connection,
                    "SELECT id FROM labels WHERE project_id = ?1 AND name = ?2 COLLATE NOCASE",
                    (&self.project, name),
                    |row| Ok(text(row.get::<_, String>("id")?)),
                )?);
            }
            self.parts.push(Part {
                from: "issue_labels d INDEXED BY issue_labels_by_number",
                key: "d.issue_key",
                branches: ids.iter().map(|id| Condition::new("d.label_id = ?", [id.clone()])).collect(),
                closed: true,
                ordered: true,
                tells_state: false,
                condition: Condition::new(
                    format!(
                        "EXISTS (SELECT 1 FROM issue_labels b WHERE b.issue_id = i.id AND b.label_id IN ({}))",
                        marks(ids.len())
                    ),
                    ids,
                ),
            });
        }
        Ok(())
    }

    fn authors(&mut self, viewer: &Viewer, names: &[String]) -> Result<(), StoreError> {
        const INDEX: &str = "issues d INDEXED BY issues_by_author";
        if let Some(author) = viewer.only_by() {
            self.column(INDEX, "created_by", true, vec![text(author)]);
        }
        let mut authors: Vec<Value> = Vec::new();
        for name in names {
            authors.push(text(match name.as_str() {
                "me" => viewer.user_id(),
                handle => people::by_handle(self.connection, handle)?.unwrap_or_else(|| handle.to_owned()),
            }));
        }
        if !authors.is_empty() {
            self.column(INDEX, "created_by", true, authors);
        }
        Ok(())
    }

    fn assigned(&mut self, viewer: &Viewer, targets: &[String]) {
        const INDEX: &str = "issues d INDEXED BY issues_by_assignment";
        if targets.is_empty() {
            return;
        }
        if viewer.is_guest() {
            return self.nothing();
        }
        // `IS` is `=` that knows NULL, and as good for the index.
        let value = |target: &String| if target == "none" { Value::Null } else { text(target.as_str()) };
        let branch = |value: Value| {
            Condition::new("d.project_id = ? AND d.assignment IS ?", [self.project.clone(), value])
        };
        let any = vec!["i.assignment IS ?"; targets.len()].join(" OR ");
        self.parts.push(Part {
            from: INDEX,
            key: "d.key",
            branches: targets.iter().map(|target| branch(value(target))).collect(),
            closed: true,
            ordered: true,
            tells_state: false,
            condition: Condition::new(format!("({any})"), targets.iter().map(value)),
        });
    }

    fn having(&mut self, query: &Query) {
        for has in &query.has {
            match has {
                Has::Pr => self.run("pr_number IS NOT NULL", Vec::new()),
                Has::Todo => self.flag("issues d INDEXED BY issues_with_todos", "todos > 0"),
                Has::Attachment => {
                    self.flag("issues d INDEXED BY issues_with_attachments", "attachments > 0");
                }
                Has::Run => self.flag("issues d INDEXED BY issues_with_run", "run_id IS NOT NULL"),
                Has::Link => self.flag("issues d INDEXED BY issues_with_links", "links > 0"),
            }
        }
        if query.no_label {
            self.flag("issues d INDEXED BY issues_without_label", "labels = 0");
        }
    }

    fn claimed(&mut self, viewer: &Viewer, claimed: bool) {
        match (claimed, viewer.is_guest()) {
            (false, _) => {}
            (true, true) => self.nothing(),
            (true, false) => self.flag("issues d INDEXED BY issues_claimed", "claimed_by IS NOT NULL"),
        }
    }

    /// Guests are not told what an issue is assigned to nor who works on it, so that they find nothing by it.
    fn nothing(&mut self) {
        self.parts.push(Part {
            from: "issues d",
            key: "d.key",
            branches: Vec::new(),
            closed: false,
            ordered: true,
            tells_state: false,
            condition: Condition::new("0", []),
        });
    }

    fn executions(&mut self, executions: &[Execution]) {
        let words: Vec<Value> =
            executions.iter().flat_map(|word| run_statuses(*word)).map(|word| text(*word)).collect();
        if !words.is_empty() {
            self.run(&format!("status IN ({})", marks(words.len())), words);
        }
    }

    fn updated(&mut self, viewer: &Viewer, age: Option<Age>, now: Millis) {
        let (compare, bound) = match age {
            None => return,
            Some(Age::Within(span)) => (">=", now.saturating_sub(span)),
            Some(Age::Before(span)) => ("<", now.saturating_sub(span)),
        };
        let (from, column): (_, fn(&str) -> String) = if viewer.is_guest() {
            // Kept for nobody: guests are few, and read each issue's updates.
            ("issues d INDEXED BY issues_by_state", guest_updated_at)
        } else {
            ("issues d INDEXED BY issues_by_update", |alias| format!("{alias}.updated_at"))
        };
        let branch = format!("d.project_id = ? AND {} {compare} ?", column("d"));
        self.parts.push(Part {
            from,
            key: "d.key",
            branches: vec![Condition::new(branch, [self.project.clone(), Value::Integer(bound)])],
            closed: true,
            ordered: viewer.is_guest(),
            tells_state: false,
            condition: Condition::new(format!("{} {compare} ?", column("i")), [Value::Integer(bound)]),
        });
    }
}

/// How urgent, as the index of priorities orders.
const fn rank(priority: Priority) -> u8 {
    match priority {
        Priority::Critical => 3,
        Priority::High => 2,
        Priority::Medium => 1,
        Priority::Low => 0,
    }
}

/// The run statuses that a derived word stands for.
const fn run_statuses(word: Execution) -> &'static [&'static str] {
    match word {
        Execution::New => &[],
        Execution::Running => &["pending", "running"],
        Execution::Completed => &["completed"],
        Execution::Failed => &["failed", "cancelled"],
    }
}
