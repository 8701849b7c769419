//! The checklist and its Markdown are the same rows, and only what differs is touched.

use super::*;
use crate::issues::{NewIssue, by_id, insert, make_move};
use crate::open::Store;
use crate::projects::{self, NewProject};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use waybill_domain::Millis;
use waybill_domain::issue::{Priority, Status, UpdateKind, Via};

const OPERATOR: Principal = Principal::Operator;

/// A project with one issue, and a clock that every write moves on.
struct World {
    _directory: tempfile::TempDir,
    store: Store,
    clock: Arc<AtomicI64>,
    issue: Issue,
}

impl World {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let clock = Arc::new(AtomicI64::new(1_000));
        let read = Arc::clone(&clock);
        let store =
            Store::open(directory.path(), Arc::new(move || read.load(Ordering::SeqCst))).expect("opens");
        let new = NewProject {
            slug: "demo".to_owned(),
            name: "Demo".to_owned(),
            root_path: "/repository".into(),
            git_common_dir: "/repository/.git".into(),
            default_branch: "main".to_owned(),
            github_repo: None,
        };
        let issue = store.write_blocking(move |w| {
            let project = projects::insert(w, &new, &OPERATOR)?;
            file(w, &project.id)
        });
        Self { issue: issue.expect("is filed"), _directory: directory, store, clock }
    }

    /// Writes a second later than the write before.
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Write<'_>, &Issue) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.clock.fetch_add(1_000, Ordering::SeqCst);
        let issue = self.issue.clone();
        self.store.write_blocking(move |w| work(w, &by_id(w, &issue.id)?))
    }

    fn rows(&self) -> Vec<TodoRow> {
        self.store.read_blocking(|r| list(r, &self.issue.id)).expect("reads")
    }

    fn markdown(&self) -> String {
        self.store.read_blocking(|r| super::markdown(r, &self.issue.id)).expect("reads")
    }

    fn set(&self, text: &str) -> Result<(), StoreError> {
        let text = text.to_owned();
        self.write(move |w, issue| set(w, issue, &text, None, &OPERATOR))
    }

    /// The system notes of the issue, oldest first.
    fn notes(&self) -> Vec<String> {
        let updates = self.store.read_blocking(|r| crate::issue_updates::page(r, &self.issue.id, None, 200));
        let notes = updates.expect("reads").into_iter().rev();
        notes
            .filter(|update| update.kind == UpdateKind::SystemNote)
            .filter_map(|update| update.body)
            .collect()
    }
}

fn file(write: &Write<'_>, project: &waybill_domain::ids::ProjectId) -> Result<Issue, StoreError> {
    let new = NewIssue {
        title: "one".to_owned(),
        body: String::new(),
        priority: Priority::Medium,
        labels: Vec::new(),
    };
    insert(write, project, &new, &OPERATOR)
}

const EXAMPLE: &str = "## Criteria
- [ ] the importer keeps labels
- [x] a second import changes nothing
## Steps
### explore
- [>] read the parser
  - note: dates are local time
- [-] try the old API
";

#[test]
fn reading_back_what_was_written_touches_no_row() {
    let world = World::new();
    world.set(EXAMPLE).expect("is read");
    let rows = world.rows();
    assert_eq!(world.markdown(), EXAMPLE, "the list is the text that was typed");
    assert_eq!(rows[1].completed_at, Some(2_000), "a completed todo says since when");
    let text = world.markdown();
    let before = text.clone();
    world.write(move |w, issue| set(w, issue, &text, Some(&before), &OPERATOR)).expect("is read");
    assert_eq!(world.rows(), rows, "ids, times, notes and order stay");
}

#[test]
fn only_the_edited_line_is_touched_and_its_id_stays() {
    let world = World::new();
    world.set(EXAMPLE).expect("is read");
    let before = world.rows();
    world.set(&EXAMPLE.replace("keeps labels", "keeps all labels")).expect("is read");
    let after = world.rows();
    assert_eq!(after[0].todo.id, before[0].todo.id);
    assert_eq!((after[0].created_at, after[0].updated_at), (2_000, 3_000));
    assert_eq!(after[1..], before[1..], "its neighbours are as they were");
    world.set(&world.markdown().replace("- [ ] the importer keeps all labels\n", "")).expect("is read");
    let left: Vec<_> = world.rows().into_iter().map(|row| (row.todo.id, row.updated_at)).collect();
    let expected: Vec<_> = before[1..].iter().map(|row| (row.todo.id.clone(), row.updated_at)).collect();
    assert_eq!(left, expected, "a removed line drops its todo, and what moves up keeps its times");
}

#[test]
fn a_line_that_cannot_be_read_or_a_list_that_moved_on_changes_nothing() {
    let world = World::new();
    world.set(EXAMPLE).expect("is read");
    let before = world.rows();
    let faults = world.set("## Steps\n- [?] what\nplain words\n- [ ] good\n").expect_err("is refused");
    assert!(
        matches!(&faults, StoreError::Invalid(text) if text.contains("line 2") && text.contains("line 3"))
    );
    assert_eq!(world.rows(), before, "not even the good line is taken");
    let stale =
        world.write(|w, issue| set(w, issue, "- [ ] mine\n", Some("- [ ] an older list\n"), &OPERATOR));
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "what another wrote meanwhile is not lost");
    assert_eq!(world.rows(), before);
    let long = "- [ ] step\n".repeat(201);
    assert!(matches!(world.set(&long), Err(StoreError::Invalid(_))), "200 todos fit");
    let note = format!("- [ ] step\n  - note: {}\n", "n".repeat(1_001));
    assert!(matches!(world.set(&note), Err(StoreError::Invalid(_))), "1,000 characters of a note fit");
}

#[test]
fn churn_leaves_no_trace_in_the_history_and_criteria_do() {
    let world = World::new();
    world.set("## Criteria\n- [ ] it works\n- [ ] it is fast\n## Steps\n- [ ] try\n").expect("is read");
    let ids: Vec<_> = world.rows().into_iter().map(|row| row.todo.id).collect();
    let issue = world.store.read_blocking(|r| by_id(r, &world.issue.id)).expect("reads");
    let agent = Principal::Agent("primary".to_owned());
    let act = |todo: &TodoId, change: Edit, who: &Principal| {
        let (todo, who) = (todo.clone(), who.clone());
        world.write(move |w, issue| edit(w, issue, &todo, &change, &who))
    };
    let status = |status| Edit { status: Some(status), ..Edit::default() };
    act(&ids[2], status(TodoStatus::InProgress), &agent).expect("starts");
    act(&ids[2], Edit { note: Some("half\nway".to_owned()), ..Edit::default() }, &agent).expect("is noted");
    act(&ids[2], status(TodoStatus::Completed), &agent).expect("is done");
    assert_eq!(world.rows()[2].todo.notes, ["half way"], "a note is one line");
    assert!(world.notes().is_empty(), "steps and notes stay on their rows");
    let after = world.store.read_blocking(|r| by_id(r, &issue.id)).expect("reads");
    assert_eq!(after.updated_at, issue.updated_at, "nor do they bring the issue to the top of a list");
    assert_eq!((after.todos, after.todos_done), (3, 1), "but the lists count them");
    act(&ids[0], status(TodoStatus::Completed), &agent).expect("is claimed");
    act(&ids[1], status(TodoStatus::Completed), &OPERATOR).expect("is completed");
    act(&ids[1], status(TodoStatus::Pending), &OPERATOR).expect("is taken back");
    world
        .write(|w, issue| make_move(w, issue, Status::Resolved, Via::Operator, &OPERATOR))
        .expect("is resolved");
    assert_eq!(
        world.notes(),
        [
            "primary claims that a criterion is met: it works",
            "Criterion completed: it is fast",
            "Closed with 1 of 2 criteria completed.",
        ]
    );
    assert_eq!(world.rows()[1].completed_at, None, "what is not completed was completed at no time");
}

#[test]
fn an_agent_drops_no_criterion_and_rewords_none_of_the_operators() {
    let world = World::new();
    world.set("## Criteria\n- [ ] it works\n").expect("is read");
    let agent = Principal::Agent("primary".to_owned());
    let by_agent = |text: &'static str| {
        let agent = agent.clone();
        world.write(move |w, issue| set(w, issue, text, None, &agent))
    };
    let refused = [
        "",
        "## Criteria\n- [-] it works\n",
        "## Criteria\n- [ ] it compiles\n",
        "## Steps\n- [ ] it works\n",
    ];
    for text in refused {
        let result = by_agent(text);
        assert!(matches!(result, Err(StoreError::Forbidden(_))), "{text:?} would weaken what done means");
    }
    by_agent("## Criteria\n- [x] it works\n- [ ] it is tested\n## Steps\n- [ ] test it\n")
        .expect("claims, proposes");
    let origins: Vec<_> = world.rows().into_iter().map(|row| row.origin_agent).collect();
    assert_eq!(origins, [None, Some("primary".to_owned()), Some("primary".to_owned())]);
    by_agent("## Criteria\n- [x] it works\n- [ ] it is well tested\n")
        .expect("its own it may reword, steps it may drop");
    world.set("").expect("the operator drops what they like");
    assert!(world.rows().is_empty());
}

#[test]
fn a_todo_is_added_at_the_end_of_its_kind_or_phase_and_moved_among_its_kind() {
    let world = World::new();
    world.set("## Steps\n### a\n- [ ] one\n### b\n- [ ] two\n").expect("is read");
    let add_one = |kind, content: &'static str, phase: Option<&'static str>| {
        world.write(move |w, issue| add(w, issue, kind, content, phase, &OPERATOR)).expect("is added")
    };
    add_one(TodoKind::Step, "one more", Some("a"));
    let last = add_one(TodoKind::Step, "new phase", Some("c"));
    add_one(TodoKind::Criterion, "done", None);
    assert_eq!(
        world.markdown(),
        "## Criteria\n- [ ] done\n## Steps\n### a\n- [ ] one\n- [ ] one more\n### b\n- [ ] two\n### c\n- [ ] new phase\n"
    );
    let move_to = |position| {
        let (todo, change) = (last.clone(), Edit { position: Some(position), ..Edit::default() });
        world.write(move |w, issue| edit(w, issue, &todo, &change, &OPERATOR)).expect("moves");
        world.rows().iter().map(|row| row.todo.content.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        move_to(0),
        ["done", "new phase", "one", "one more", "two"],
        "first of the steps, below criteria"
    );
    assert_eq!(move_to(99), ["done", "one", "one more", "two", "new phase"], "past the end is the end");
    let unknown = world.write(|w, issue| edit(w, issue, &TodoId::generate(), &Edit::default(), &OPERATOR));
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
}

#[test]
fn eight_who_start_at_once_leave_exactly_one_in_progress() {
    let world = World::new();
    let steps: Vec<_> = (0..8).map(|index| format!("- [ ] step {index}")).collect();
    world.set(&steps.join("\n")).expect("is read");
    let ids: Vec<_> = world.rows().into_iter().map(|row| row.todo.id).collect();
    let barrier = Arc::new(std::sync::Barrier::new(8));
    let starters: Vec<_> = ids
        .into_iter()
        .map(|todo| {
            let (store, issue, barrier) = (world.store.clone(), world.issue.clone(), Arc::clone(&barrier));
            std::thread::spawn(move || {
                for _ in 0..25 {
                    barrier.wait();
                    let (todo, issue) = (todo.clone(), issue.clone());
                    let change = Edit { status: Some(TodoStatus::InProgress), ..Edit::default() };
                    store
                        .write_blocking(move |w| edit(w, &issue, &todo, &change, &OPERATOR))
                        .expect("whoever starts, starts");
                    let rows = store.read_blocking({
                        let issue = store_issue(&store);
                        move |r| list(r, &issue)
                    });
                    let rows = rows.expect("reads");
                    let busy = rows.iter().filter(|row| row.todo.status == TodoStatus::InProgress).count();
                    assert_eq!(busy, 1, "at every moment exactly one is in progress");
                    assert!(
                        rows.iter().all(|row| row.todo.status != TodoStatus::Completed),
                        "the former goes back to pending"
                    );
                }
            })
        })
        .collect();
    for starter in starters {
        starter.join().expect("exactly one at every moment");
    }
}

/// The only issue there is.
fn store_issue(store: &Store) -> IssueId {
    let id =
        store.read_blocking(|r| Ok(r.query_row("SELECT id FROM issues", [], |row| row.get::<_, String>(0))?));
    id.expect("reads").parse().expect("is an id")
}

/// A todo as the model knows it.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    todo: Todo,
    created_at: Millis,
    updated_at: Millis,
    completed_at: Option<Millis>,
}

#[derive(Debug, Clone)]
enum Act {
    Add(bool, usize, Option<usize>),
    Status(usize, usize),
    Content(usize, usize),
    Note(usize, usize),
    Place(usize, usize),
    /// Writes the list as Markdown, edits one line of it and sets that.
    Swap(usize),
    Drop(usize),
    Mark(usize, usize),
    Same,
}

const TEXTS: [&str; 5] = ["write it", "read it", "[x] note: odd", "# not a heading", "é 東"];
const PHASES: [&str; 2] = ["explore", "build"];
const MARKS: [&str; 4] = ["[ ]", "[>]", "[x]", "[-]"];

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (any::<bool>(), 0..5_usize, proptest::option::of(0..2_usize)).prop_map(|(a, b, c)| Act::Add(a, b, c)),
        3 => (0..9_usize, 0..4_usize).prop_map(|(a, b)| Act::Status(a, b)),
        1 => (0..9_usize, 0..5_usize).prop_map(|(a, b)| Act::Content(a, b)),
        1 => (0..9_usize, 0..5_usize).prop_map(|(a, b)| Act::Note(a, b)),
        1 => (0..9_usize, 0..9_usize).prop_map(|(a, b)| Act::Place(a, b)),
        1 => (0..9_usize).prop_map(Act::Swap),
        1 => (0..9_usize).prop_map(Act::Drop),
        1 => (0..9_usize, 0..4_usize).prop_map(|(a, b)| Act::Mark(a, b)),
        1 => Just(Act::Same),
    ]
}

/// Does an act on the store; answers the list that it must then be, where the model can tell it.
fn perform(world: &World, before: &[Known], act: &Act) -> Option<Vec<Todo>> {
    let mut todos: Vec<Todo> = before.iter().map(|known| known.todo.clone()).collect();
    let change = |at: usize, change: Edit| {
        let todo = todos[at].id.clone();
        world.write(move |w, issue| edit(w, issue, &todo, &change, &OPERATOR)).expect("is changed");
    };
    let pick = |at: usize| at % before.len().max(1);
    if before.is_empty() && !matches!(act, Act::Add(..)) {
        return Some(todos);
    }
    match act {
        Act::Add(criterion, text, phase) => {
            let kind = if *criterion { TodoKind::Criterion } else { TodoKind::Step };
            let (text, phase) = (TEXTS[*text], phase.map(|phase| PHASES[phase]));
            world.write(move |w, issue| add(w, issue, kind, text, phase, &OPERATOR)).expect("is added");
            None
        }
        Act::Status(at, status) => {
            let (at, status) = (pick(*at), TodoStatus::ALL[*status]);
            change(at, Edit { status: Some(status), ..Edit::default() });
            if status == TodoStatus::InProgress {
                for todo in todos.iter_mut().filter(|todo| todo.status == TodoStatus::InProgress) {
                    todo.status = TodoStatus::Pending;
                }
            }
            todos[at].status = status;
            Some(todos)
        }
        Act::Content(at, text) => {
            change(pick(*at), Edit { content: Some(format!(" {} ", TEXTS[*text])), ..Edit::default() });
            TEXTS[*text].clone_into(&mut todos[pick(*at)].content);
            Some(todos)
        }
        Act::Note(at, text) => {
            change(pick(*at), Edit { note: Some(TEXTS[*text].to_owned()), ..Edit::default() });
            todos[pick(*at)].notes.push(TEXTS[*text].to_owned());
            Some(todos)
        }
        Act::Place(at, to) => {
            change(pick(*at), Edit { position: Some(*to), ..Edit::default() });
            let moved = todos.remove(pick(*at));
            let (mut criteria, mut steps): (Vec<_>, Vec<_>) =
                todos.into_iter().partition(|todo| todo.kind == TodoKind::Criterion);
            let list = if moved.kind == TodoKind::Criterion { &mut criteria } else { &mut steps };
            list.insert((*to).min(list.len()), moved);
            criteria.extend(steps);
            Some(criteria)
        }
        Act::Swap(at) => {
            let at = pick(*at);
            let next = at + 1;
            if next == todos.len() || todos[at].kind != todos[next].kind {
                return Some(todos);
            }
            todos.swap(at, next);
            world.set(&markdown::write(&todos)).expect("is read");
            None
        }
        Act::Drop(at) => {
            todos.remove(pick(*at));
            world.set(&markdown::write(&todos)).expect("is read");
            None
        }
        Act::Mark(at, mark) => {
            let mut at = pick(*at);
            let text: Vec<String> = markdown::write(&todos)
                .lines()
                .map(|line| {
                    let is_todo = line.starts_with("- [");
                    let hit = is_todo && at == 0;
                    at = if is_todo { at.wrapping_sub(1) } else { at };
                    if hit { format!("- {}{}", MARKS[*mark], &line[5..]) } else { line.to_owned() }
                })
                .collect();
            world.set(&text.join("\n")).expect("is read");
            None
        }
        Act::Same => {
            world.set(&markdown::write(&todos)).expect("is read");
            Some(todos)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_done_the_rows_follow_and_their_times_are_true(acts in proptest::collection::vec(act(), 1..24)) {
        let world = World::new();
        let mut known: Vec<Known> = Vec::new();
        for act in acts {
            let expected = perform(&world, &known, &act);
            let now = world.clock.load(Ordering::SeqCst);
            let rows = world.rows();
            if let Some(expected) = expected {
                let shown: Vec<_> = rows.iter().map(|row| row.todo.clone()).collect();
                prop_assert_eq!(shown, expected, "after {:?}", act);
            }
            let busy = rows.iter().filter(|row| row.todo.status == TodoStatus::InProgress).count();
            prop_assert!(busy <= 1, "at most one is in progress after {:?}", act);
            let mut after: Vec<Known> = Vec::new();
            for row in rows {
                let old = known.iter().find(|old| old.todo.id == row.todo.id);
                let changed = old.is_none_or(|old| old.todo != row.todo);
                let before = old.map(|old| old.updated_at);
                prop_assert_eq!(row.updated_at, if changed { now } else { before.unwrap_or(now) }, "{:?}", act);
                prop_assert_eq!(row.created_at, old.map_or(now, |old| old.created_at));
                let since = match row.todo.status {
                    TodoStatus::Completed => Some(old.and_then(|old| old.completed_at).unwrap_or(now)),
                    _ => None,
                };
                prop_assert_eq!(row.completed_at, since, "completed since when");
                after.push(Known {
                    todo: row.todo,
                    created_at: row.created_at,
                    updated_at: row.updated_at,
                    completed_at: row.completed_at,
                });
            }
            let text = world.markdown();
            let plain: Vec<_> = after.iter().map(|known| known.todo.clone()).collect();
            prop_assert_eq!(&text, &markdown::write(&plain), "the text and the rows are the same list");
            let issue = world.store.read_blocking(|r| by_id(r, &world.issue.id)).expect("reads");
            let counted = |fits: fn(TodoStatus) -> bool| {
                let count = plain.iter().filter(|todo| fits(todo.status)).count();
                i64::try_from(count).expect("is small")
            };
            let all = counted(|status| status != TodoStatus::Abandoned);
            let done = counted(|status| status == TodoStatus::Completed);
            prop_assert_eq!((issue.todos, issue.todos_done), (all, done), "the lists' counts");
            known = after;
        }
    }
}
