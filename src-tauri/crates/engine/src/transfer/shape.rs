//! Making an entry fit Waybill's tables without losing anything of it.

use super::entry::{Comment, Entry, Person, Todo};
use super::formats::Format;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use waybill_domain::Millis;
use waybill_domain::ids::{IssueId, PersonId};
use waybill_domain::issue::{BODY_MAX_BYTES, Status, TITLE_MAX_CHARS, UpdateKind};
use waybill_domain::principal::Principal;
use waybill_domain::text::{cut, has_hidden_characters};
use waybill_domain::todo::{CONTENT_MAX_CHARS, TodoStatus, one_line};
use waybill_store::transfer::{Arrival, ArrivalPerson, ArrivalTodo, ArrivalUpdate};

/// The most labels of an issue and the most characters of one, as the store has them.
const LABELS_MAX: usize = 20;
const LABEL_MAX_CHARS: usize = 50;
/// The last millisecond of the year 9999.
const LATEST: Millis = 253_402_300_799_999;

/// Makes entries fit; remembers who was met, so that everyone is written once.
#[derive(Debug)]
pub(super) struct Shaper {
    pub format: Format,
    /// When the import is made.
    pub now: Millis,
    /// Who makes it: the author of what has none.
    pub importer: Principal,
    met: HashSet<PersonId>,
    people: Vec<ArrivalPerson>,
}

impl Shaper {
    pub fn new(format: Format, now: Millis, importer: Principal) -> Self {
        Self { format, now, importer, met: HashSet::new(), people: Vec::new() }
    }

    /// Who was met since this was last asked.
    pub fn people(&mut self) -> Vec<ArrivalPerson> {
        std::mem::take(&mut self.people)
    }

    /// The issue that comes of an entry.
    pub fn shape(&mut self, entry: &mut Entry) -> Arrival {
        let created_by = self.author(entry.author.as_ref());
        let created_at = in_range(entry.created_at.or(entry.updated_at).unwrap_or(self.now));
        let updated_at = in_range(entry.updated_at.unwrap_or(created_at)).max(created_at);
        let (title, mut body) = title(entry);
        body.push_str(&without_nul(std::mem::take(&mut entry.body)));
        let mut pieces = pieces(body).into_iter();
        let body = pieces.next().unwrap_or_default();
        let mut updates: Vec<ArrivalUpdate> =
            pieces.map(|rest| comment(created_by.clone(), rest, created_at)).collect();
        let comments = std::mem::take(&mut entry.comments);
        updates.extend(comments.into_iter().flat_map(|comment| self.comments(comment, created_at)));
        let labels = labels(entry);
        let note = note(entry);
        let metadata = json!({
            "source": self.format, "external_id": entry.external_id, "url": entry.url,
        });
        for (at, piece) in pieces_of(&note).into_iter().enumerate() {
            updates.push(ArrivalUpdate {
                author: Principal::System.to_string(),
                kind: UpdateKind::SystemNote,
                body: piece,
                metadata: (at == 0).then(|| metadata.clone()),
                created_at: self.now,
            });
        }
        let resolved = entry.status == Status::Resolved;
        Arrival {
            id: IssueId::generate(),
            external_id: entry.external_id.clone(),
            title,
            body,
            status: entry.status,
            priority: entry.priority,
            created_by,
            created_at,
            updated_at,
            resolved_at: resolved.then(|| in_range(entry.closed_at.unwrap_or(updated_at))),
            labels,
            updates,
            todos: todos(std::mem::take(&mut entry.todos)),
            files: Vec::new(),
        }
    }

    fn comments(&mut self, told: Comment, issue_at: Millis) -> Vec<ArrivalUpdate> {
        let author = self.author(told.author.as_ref());
        let at = in_range(told.at.unwrap_or(issue_at));
        let body = without_nul(told.body);
        if body.trim().is_empty() {
            return Vec::new();
        }
        pieces(body).into_iter().map(|piece| comment(author.clone(), piece, at)).collect()
    }

    /// The principal of someone there. The same name of the same system is always the same guest, and never one whom
    /// the operator invited, whatever they are called.
    fn author(&mut self, person: Option<&Person>) -> String {
        let Some(person) = person else { return self.importer.to_string() };
        let mut hasher = Sha256::new();
        hasher.update(b"waybill person\0");
        hasher.update(self.format.as_str());
        hasher.update([0]);
        hasher.update(person.handle.to_lowercase());
        let digest = hasher.finalize();
        let mut bits = [0; 16];
        bits.copy_from_slice(&digest[..16]);
        let id = PersonId::of_bits(bits);
        let author = Principal::Guest(id.to_string()).to_string();
        if self.met.insert(id.clone()) {
            let name = person.name.as_deref().map(shown).filter(|name| !name.is_empty());
            self.people.push(ArrivalPerson { id, handle: shown(&person.handle), display_name: name });
        }
        author
    }
}

fn comment(author: String, body: String, created_at: Millis) -> ArrivalUpdate {
    ArrivalUpdate { author, kind: UpdateKind::Comment, body, metadata: None, created_at }
}

fn in_range(at: Millis) -> Millis {
    at.clamp(0, LATEST)
}

/// The title, and the beginning of the body: a title that does not fit stands there whole.
fn title(entry: &Entry) -> (String, String) {
    let whole = shown(&entry.title);
    if whole.is_empty() {
        let first = entry.body.lines().map(shown).find(|line| !line.is_empty());
        return (cut(&first.unwrap_or_else(|| shown(&entry.origin)), TITLE_MAX_CHARS), String::new());
    }
    if whole.chars().count() <= TITLE_MAX_CHARS {
        return (whole, String::new());
    }
    let gap = if entry.body.is_empty() { "" } else { "\n\n" };
    (cut(&whole, TITLE_MAX_CHARS), format!("{whole}{gap}"))
}

/// A text on one line without characters that would hide something.
fn shown(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !has_hidden_characters(c.encode_utf8(&mut [0; 4])))
        .collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tables end a text at a NUL; it stands as the character for what cannot be shown.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn pieces_of(text: &str) -> Vec<String> {
    pieces(text.to_owned())
}

/// A text in pieces of at most 16 KB, cut at line ends where there are any, none of it lost.
fn pieces(text: String) -> Vec<String> {
    if text.len() <= BODY_MAX_BYTES {
        return vec![text];
    }
    let mut pieces = Vec::new();
    let mut rest = text.as_str();
    while rest.len() > BODY_MAX_BYTES {
        let most = rest.floor_char_boundary(BODY_MAX_BYTES);
        // A line end in the last half: a piece is not made tiny for it.
        let at = rest[..most].rfind('\n').map(|at| at + 1).filter(|at| *at > most / 2).unwrap_or(most);
        let (piece, after) = rest.split_at(at);
        pieces.push(piece.to_owned());
        rest = after;
    }
    // What is left of nothing but white space is no comment.
    if !rest.trim().is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

/// The labels that fit; the others are told in the note.
fn labels(entry: &mut Entry) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut left = Vec::new();
    for label in std::mem::take(&mut entry.labels) {
        let label = shown(&label);
        if label.is_empty() || kept.iter().any(|known| known.eq_ignore_ascii_case(&label)) {
            continue;
        }
        if kept.len() == LABELS_MAX {
            left.push(label);
        } else if label.chars().count() > LABEL_MAX_CHARS {
            let short = cut(&label, LABEL_MAX_CHARS);
            if !kept.contains(&short) {
                kept.push(short);
            }
            left.push(label);
        } else {
            kept.push(label);
        }
    }
    entry.fact("Labels there", &left.join(", "));
    kept
}

/// Where the issue comes from and what has no place in it.
fn note(entry: &Entry) -> String {
    let link = entry.url.as_ref().map(|url| format!(", {}", shown(url))).unwrap_or_default();
    let mut note = format!("Imported: {}{link}", shown(&entry.origin));
    for fact in &entry.facts {
        note.push_str("\n\n");
        note.push_str(&without_nul(fact.clone()));
    }
    note
}

/// The todos: a content that is too long goes on in a note, and at most one is in progress.
fn todos(read: Vec<Todo>) -> Vec<ArrivalTodo> {
    let mut started = false;
    let mut todos = Vec::new();
    for todo in read {
        let whole = shown(&todo.content);
        if whole.is_empty() {
            continue;
        }
        let fits = whole.chars().count() <= CONTENT_MAX_CHARS;
        let status = match todo.status {
            TodoStatus::InProgress if std::mem::replace(&mut started, true) => TodoStatus::Pending,
            other => other,
        };
        todos.push(ArrivalTodo {
            kind: todo.kind,
            content: cut(&whole, CONTENT_MAX_CHARS),
            status,
            phase: None,
            notes: if fits { Vec::new() } else { vec![one_line(&whole)] },
        });
    }
    todos
}

#[cfg(test)]
mod tests {
    use super::{Entry, Format, Shaper, pieces};
    use crate::transfer::entry::{Comment, Person};
    use proptest::prelude::*;
    use waybill_domain::issue::{UpdateKind, check_body, check_comment, check_title};
    use waybill_domain::principal::Principal;
    use waybill_domain::todo::{TodoKind, check_content};

    fn shaper() -> Shaper {
        Shaper::new(Format::Beads, 1_000, Principal::Operator)
    }

    #[test]
    fn a_title_that_is_too_long_or_hides_something_costs_nothing() {
        let long = format!("wide \u{202e}{}", "word ".repeat(60));
        let mut entry = Entry::new("x", long, "x");
        entry.body = "body".to_owned();
        let arrival = shaper().shape(&mut entry);
        assert_eq!(arrival.title.chars().count(), 200);
        assert!(!arrival.title.contains('\u{202e}'), "a mark that turns the text would show another title");
        let whole = "word ".repeat(60);
        assert!(
            arrival.body.starts_with(&format!("wide {}", whole.trim())),
            "the whole title is in the body"
        );
        assert!(arrival.body.ends_with("\n\nbody"));
    }

    #[test]
    fn the_same_name_there_is_the_same_person_here() {
        let mut shaper = shaper();
        let mut made = |handle: &str| {
            let mut entry = Entry::new("x", "x", "x");
            entry.author = Person::called(handle);
            shaper.shape(&mut entry).created_by
        };
        assert_eq!(made("Ada"), made("@ada"), "a comment and an issue of one person have one author");
        assert_ne!(made("ada"), made("bob"));
        assert_eq!(made(""), "operator", "what has no author is the importer's");
        assert_eq!(shaper.people().len(), 2, "everyone is written once");
    }

    proptest! {
        #[test]
        fn whatever_an_entry_holds_it_fits_and_nothing_of_it_is_lost(
            title in "\\PC{0,300}", body in "[a-zé\n]{0,40000}", content in "\\PC{0,700}", told in "[a-z \n]{0,40000}",
        ) {
            let mut entry = Entry::new("x", title, "origin");
            entry.body.clone_from(&body);
            entry.todo(TodoKind::Step, &content, false);
            entry.comments.push(Comment { author: None, body: told.clone(), at: None });
            let arrival = shaper().shape(&mut entry);
            prop_assert!(check_title(&arrival.title).is_ok(), "{:?}", arrival.title);
            prop_assert!(check_body(&arrival.body).is_ok());
            for todo in &arrival.todos {
                prop_assert!(check_content(&todo.content).is_ok(), "{:?}", todo.content);
            }
            let comments = arrival.updates.iter().filter(|update| update.kind == UpdateKind::Comment);
            let mut all = arrival.body.clone();
            for comment in comments {
                prop_assert!(check_comment(&comment.body).is_ok());
                all.push_str(&comment.body);
            }
            prop_assert!(all.contains(body.trim_end()) && all.contains(told.trim()), "something was lost");
        }

        #[test]
        fn pieces_make_the_whole_again(text in "[a-zé\n]{0,60000}") {
            let whole = pieces(text.clone()).concat();
            prop_assert_eq!(whole.trim_end(), text.trim_end());
        }
    }
}
