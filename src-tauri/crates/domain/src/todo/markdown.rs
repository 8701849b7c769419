//! Todos as Markdown that a person edits, and back: both are the same rows (SPEC 3, "Todos").
//!
//! Reading back what was written changes nothing. A line that was edited in place keeps its id; a line that is
//! gone drops its todo; what cannot be read is reported by line, and then nothing is changed.

use super::{Todo, TodoFault, TodoKind, TodoStatus, check_content, one_line};
use crate::ids::TodoId;
use std::fmt::Write as _;

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct LineFault {
    /// Counted from 1.
    pub line: usize,
    pub what: String,
}

/// What reading a text asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The todos in their new order; an id that no todo had before is new.
    pub todos: Vec<Todo>,
    /// Todos whose lines are gone.
    pub dropped: Vec<TodoId>,
}

/// Writes todos as Markdown: criteria above steps, steps under their phases.
pub fn write(todos: &[Todo]) -> String {
    let mut out = String::new();
    for (kind, heading) in [(TodoKind::Criterion, "## Criteria"), (TodoKind::Step, "## Steps")] {
        let mut of_kind = todos.iter().filter(|todo| todo.kind == kind).peekable();
        if of_kind.peek().is_none() {
            continue;
        }
        let _ = writeln!(out, "{heading}");
        let mut phase: Option<&str> = None;
        for todo in of_kind {
            if todo.phase.as_deref() != phase {
                phase = todo.phase.as_deref();
                // A heading without words ends the phase before it.
                let _ = writeln!(out, "{}", format!("### {}", phase.unwrap_or_default()).trim_end());
            }
            let _ = writeln!(out, "- [{}] {}", mark(todo.status), todo.content);
            for note in &todo.notes {
                let _ = writeln!(out, "  - note: {note}");
            }
        }
    }
    out
}

/// Reads an edited text against the todos that were there.
pub fn read(text: &str, before: &[Todo]) -> Result<Reading, Vec<LineFault>> {
    let lines = parse(text)?;
    let matched = pair(before, &lines);
    let mut todos = Vec::new();
    let started = started(before, &lines, &matched);
    for (at, (line, old)) in lines.into_iter().zip(&matched).enumerate() {
        let old = old.map(|index| &before[index]);
        let status = match line.status {
            TodoStatus::InProgress if started != Some(at) => TodoStatus::Pending,
            status => status,
        };
        todos.push(Todo {
            id: old.map_or_else(TodoId::generate, |old| old.id.clone()),
            kind: line.kind,
            content: line.content,
            status,
            phase: line.phase,
            notes: notes(old, line.notes),
        });
    }
    let kept = |todo: &&Todo| todos.iter().any(|new| new.id == todo.id);
    let dropped = before.iter().filter(|todo| !kept(todo)).map(|todo| todo.id.clone()).collect();
    Ok(Reading { todos, dropped })
}

/// The one line that is in progress: the first that was not before, since starting one puts the former back.
fn started(before: &[Todo], lines: &[Line], matched: &[Option<usize>]) -> Option<usize> {
    let says_so = |at: &usize| lines[*at].status == TodoStatus::InProgress;
    let was_before = |at: usize| matched[at].is_some_and(|i| before[i].status == TodoStatus::InProgress);
    let newly = (0..lines.len()).filter(says_so).find(|&at| !was_before(at));
    newly.or_else(|| (0..lines.len()).find(says_so))
}

/// Notes are append-only: what a person removed stays, what is new is appended.
fn notes(old: Option<&Todo>, lines: Vec<String>) -> Vec<String> {
    let mut notes = old.map(|old| old.notes.clone()).unwrap_or_default();
    let mut known = notes.clone();
    for line in lines {
        match known.iter().position(|note| *note == line) {
            Some(index) => drop(known.remove(index)),
            None => notes.push(line),
        }
    }
    notes
}

const fn mark(status: TodoStatus) -> char {
    match status {
        TodoStatus::Pending => ' ',
        TodoStatus::InProgress => '>',
        TodoStatus::Completed => 'x',
        TodoStatus::Abandoned => '-',
    }
}

struct Line {
    kind: TodoKind,
    content: String,
    status: TodoStatus,
    phase: Option<String>,
    notes: Vec<String>,
}

fn parse(text: &str) -> Result<Vec<Line>, Vec<LineFault>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut faults = Vec::new();
    // A list without a heading is a plan.
    let (mut kind, mut phase) = (TodoKind::Step, None);
    for (index, raw) in text.lines().enumerate() {
        let fault = |what: &str| LineFault { line: index + 1, what: what.to_owned() };
        let indented = raw.starts_with([' ', '\t']);
        let line = raw.trim();
        if line.is_empty() {
            continue;
        }
        if line == "## Criteria" || line == "## Steps" {
            kind = if line == "## Steps" { TodoKind::Step } else { TodoKind::Criterion };
            phase = None;
        } else if let Some(heading) =
            line.strip_prefix("###").filter(|rest| rest.is_empty() || rest.starts_with(' '))
        {
            phase = Some(one_line(heading)).filter(|phase| !phase.is_empty());
        } else if indented {
            match (note(line), lines.last_mut()) {
                (Some(note), Some(todo)) => todo.notes.push(note),
                (Some(_), None) => faults.push(fault("a note stands before any todo")),
                (None, _) => faults.push(fault("only notes ('- note: …') stand below a todo")),
            }
        } else {
            match item(line) {
                Ok((status, content)) => {
                    lines.push(Line { kind, content, status, phase: phase.clone(), notes: Vec::new() });
                }
                Err(what) => faults.push(fault(&what)),
            }
        }
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

fn note(line: &str) -> Option<String> {
    let text = line.strip_prefix("- note:").or_else(|| line.strip_prefix("* note:"))?;
    Some(one_line(text)).filter(|note| !note.is_empty())
}

fn item(line: &str) -> Result<(TodoStatus, String), String> {
    let unreadable = || "not a todo; write '- [ ] what is to be done'".to_owned();
    let rest = line.strip_prefix("- [").or_else(|| line.strip_prefix("* [")).ok_or_else(unreadable)?;
    let mut chars = rest.chars();
    let status = match chars.next() {
        Some(' ') => TodoStatus::Pending,
        Some('x' | 'X') => TodoStatus::Completed,
        Some('>' | '/') => TodoStatus::InProgress,
        Some('-') => TodoStatus::Abandoned,
        _ => return Err("the mark is none of [ ], [x], [>], [/], [-]".to_owned()),
    };
    let content = chars.as_str().strip_prefix(']').ok_or_else(unreadable)?;
    let content = check_content(content).map_err(|fault: TodoFault| fault.to_string())?;
    Ok((status, content.to_owned()))
}

/// Whether a line is a todo.
type Rule<'a> = &'a dyn Fn(&Todo, &Line) -> bool;

/// For each line the todo that it is: the same text first, then what was edited in its place, then what moved to
/// another kind or phase.
fn pair(before: &[Todo], lines: &[Line]) -> Vec<Option<usize>> {
    let mut matched: Vec<Option<usize>> = vec![None; lines.len()];
    let mut free: Vec<bool> = vec![true; before.len()];
    let same_text = |todo: &Todo, line: &Line| todo.content == line.content;
    let same_place = |todo: &Todo, line: &Line| todo.kind == line.kind && todo.phase == line.phase;
    let rules: [Rule<'_>; 3] = [
        &|todo, line| {
            same_text(todo, line)
                && same_place(todo, line)
                && todo.status == line.status
                && todo.notes == line.notes
        },
        &|todo, line| same_text(todo, line) && same_place(todo, line),
        &|todo, line| same_text(todo, line),
    ];
    for rule in rules {
        for (at, line) in
            lines.iter().enumerate().filter(|(at, _)| matched[*at].is_none()).collect::<Vec<_>>()
        {
            if let Some(index) = (0..before.len()).find(|&index| free[index] && rule(&before[index], line)) {
                (matched[at], free[index]) = (Some(index), false);
            }
        }
    }
    edited_in_place(before, lines, &mut matched, &mut free);
    matched
}

/// Pairs a line of new text with the free todo that stood at the same place: behind the same neighbour, and of the
/// same kind.
fn edited_in_place(before: &[Todo], lines: &[Line], matched: &mut [Option<usize>], free: &mut [bool]) {
    for at in 0..lines.len() {
        if matched[at].is_some() {
            continue;
        }
        let follows = if at == 0 { Some(0) } else { matched[at - 1].map(|index| index + 1) };
        let stands_before = matched.get(at + 1).copied().flatten().and_then(|index| index.checked_sub(1));
        let fits = |index: usize| free.get(index) == Some(&true) && before[index].kind == lines[at].kind;
        if let Some(index) = [follows, stands_before].into_iter().flatten().find(|&index| fits(index)) {
            (matched[at], free[index]) = (Some(index), false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn todo(kind: TodoKind, status: TodoStatus, content: &str, phase: Option<&str>, notes: &[&str]) -> Todo {
        Todo {
            id: TodoId::generate(),
            kind,
            content: content.to_owned(),
            status,
            phase: phase.map(str::to_owned),
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
        }
    }

    fn example() -> Vec<Todo> {
        use TodoKind::{Criterion, Step};
        use TodoStatus::{Abandoned, Completed, InProgress, Pending};
        vec![
            todo(Criterion, Pending, "the importer keeps labels", None, &[]),
            todo(Criterion, Completed, "a second import changes nothing", None, &[]),
            todo(Step, InProgress, "read the parser", Some("explore"), &["dates are local time"]),
            todo(Step, Abandoned, "try the old API", Some("explore"), &[]),
        ]
    }

    #[test]
    fn it_is_written_as_the_specification_shows() {
        let expected = "## Criteria\n- [ ] the importer keeps labels\n- [x] a second import changes nothing\n## Steps\n### explore\n- [>] read the parser\n  - note: dates are local time\n- [-] try the old API\n";
        assert_eq!(write(&example()), expected);
    }

    #[test]
    fn a_line_edited_in_place_keeps_its_id_and_a_removed_one_is_dropped() {
        let before = example();
        let edited = write(&before)
            .replace("read the parser", "read the whole parser")
            .replace("- [-] try the old API\n", "");
        let reading = read(&edited, &before).expect("is read");
        assert_eq!(reading.todos[2].id, before[2].id, "its times and notes belong to it");
        assert_eq!(reading.todos[2].notes, before[2].notes);
        assert_eq!(reading.dropped, [before[3].id.clone()]);
    }

    #[test]
    fn unreadable_lines_are_named_and_nothing_is_taken() {
        let faults = read("## Steps\n- [?] what\nplain words\n  - note: fine\n- [ ] good\n    deeper\n", &[])
            .expect_err("refused");
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [2, 3, 4, 6]);
    }

    #[test]
    fn a_note_that_was_removed_from_the_text_stays_and_a_new_one_is_appended() {
        let before = example();
        let edited = write(&before).replace("dates are local time", "dates are UTC");
        let reading = read(&edited, &before).expect("is read");
        assert_eq!(
            reading.todos[2].notes,
            ["dates are local time", "dates are UTC"],
            "notes are append-only"
        );
    }

    #[test]
    fn starting_another_in_the_text_puts_the_former_back() {
        let before = example();
        let edited = format!("{}- [>] ask for the new one\n", write(&before));
        let reading = read(&edited, &before).expect("is read");
        assert_eq!(reading.todos[2].status, TodoStatus::Pending, "the former one stands earlier in the text");
        assert_eq!(reading.todos[4].status, TodoStatus::InProgress, "the one that was just started is it");
    }

    /// Short texts of what could be taken for syntax, and of what people write.
    fn words() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "a", "b", "note:", "- ", "[x]", "[ ]", "#", "## Steps", "### ", " ", "  ", "é", "東", "*", ">",
            "1.",
        ];
        proptest::collection::vec(proptest::sample::select(PIECES), 0..5).prop_map(|pieces| pieces.concat())
    }

    fn any_todos() -> impl Strategy<Value = Vec<Todo>> {
        let text = "[\\PC&&[^\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}]]{0,20}";
        let one =
            (0..2_usize, 0..4_usize, text, proptest::option::of(text), proptest::collection::vec(text, 0..3));
        proptest::collection::vec(one, 0..12).prop_map(|rows| {
            let mut busy = false;
            let mut todos: Vec<Todo> = Vec::new();
            for (kind, status, content, phase, notes) in rows {
                let Ok(content) = check_content(&content) else { continue };
                let status = match TodoStatus::ALL[status] {
                    TodoStatus::InProgress if std::mem::replace(&mut busy, true) => TodoStatus::Pending,
                    status => status,
                };
                let clean = |text: &String| Some(one_line(text)).filter(|text| !text.is_empty());
                let kind = TodoKind::ALL[kind];
                let phase = phase.as_ref().and_then(clean).filter(|_| kind == TodoKind::Step);
                let notes: Vec<String> = notes.iter().filter_map(clean).collect();
                let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
                todos.push(todo(kind, status, content, phase.as_deref(), &notes));
            }
            todos.sort_by_key(|todo| todo.kind);
            todos
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn reading_back_what_was_written_changes_nothing(todos in any_todos()) {
            let text = write(&todos);
            let reading = read(&text, &todos);
            prop_assert_eq!(reading, Ok(Reading { todos, dropped: Vec::new() }), "{}", text);
        }

        #[test]
        fn whatever_is_typed_is_read_or_refused_by_line(lines in proptest::collection::vec(words(), 0..8)) {
            let text = lines.join("\n");
            if let Err(faults) = read(&text, &example()) {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| fault.line >= 1 && fault.line <= text.lines().count()));
            }
        }
    }
}
