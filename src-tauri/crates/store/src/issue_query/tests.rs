//! What the lists, searches and boards answer, against what the rows say.

use super::{Page, columns, counts, list, search, similar};
use crate::issues::{self, Issue, NewIssue};
use crate::people::{self, PersonKind};
use crate::projects::{self, NewProject};
use crate::viewer::Viewer;
use crate::{Store, StoreError, Write, issue_updates, labels};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::sync::Arc;
use waybill_domain::ids::ProjectId;
use waybill_domain::issue::{Priority, Status, Via, Visibility};
use waybill_domain::principal::Principal;
use waybill_domain::query::{ACTIVE, GroupBy, Query};

const NOW: i64 = 10_000_000_000;
const OPERATOR: &Viewer = &Viewer::Operator;

pub(super) fn project(write: &Write<'_>, slug: &str) -> Result<ProjectId, StoreError> {
    let new = NewProject {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        root_path: format!("/{slug}").into(),
        git_common_dir: format!("/{slug}/.git").into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    Ok(projects::insert(write, &new, &Principal::Operator)?.id)
}

fn file(write: &Write<'_>, project: &ProjectId, title: &str, body: &str) -> Result<Issue, StoreError> {
    let new = NewIssue {
        title: title.to_owned(),
        body: body.to_owned(),
        priority: Priority::Medium,
        labels: Vec::new(),
    };
    issues::insert(write, project, &new, &Principal::Operator)
}

pub(super) fn opened() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = Store::open(directory.path(), Arc::new(|| NOW)).expect("opens");
    (directory, store)
}

/// What the rows of the project below are, by number: enough to tell what a query must find.
#[derive(Debug, Clone)]
struct Known {
    number: i64,
    status: Status,
    priority: Priority,
    labels: Vec<&'static str>,
    author: &'static str,
    assigned: Option<&'static str>,
    updated_at: i64,
    title: String,
}

const LABELS: [&str; 3] = ["bug", "needs care", "Ärger"];
const AUTHORS: [&str; 3] = ["operator", "guest:01ARZ3NDEKTSV4RRFFQ69G5FAV", "agent:primary"];
const TARGETS: [Option<&str>; 3] = [None, Some("primary"), Some("workflow:build")];

/// A project whose issues differ in everything that a query asks for, and another one that must never be seen.
pub(super) fn filled(count: i64) -> (tempfile::TempDir, Store, ProjectId) {
    let (directory, store) = opened();
    let project = store.write_blocking(move |w| {
        let (mine, other) = (project(w, "mine")?, project(w, "other")?);
        for index in 1..=count {
            let known = known(index);
            let new = NewIssue {
                title: known.title,
                body: format!("Body of {index}\nwith a second line"),
                priority: known.priority,
                labels: known.labels.iter().map(|name| (*name).to_owned()).collect(),
            };
            let by = known.author.parse().expect("names somebody");
            let issue = issues::insert(w, &mine, &new, &by)?;
            w.execute(
                "UPDATE issues SET status = ?2, assignment = ?3, updated_at = ?4 WHERE id = ?1",
                (issue.id.as_str(), known.status.as_str(), known.assigned, known.updated_at),
            )?;
            issues::insert(w, &other, &NewIssue { title: "Issue of another".to_owned(), ..new }, &by)?;
        }
        Ok(mine)
    });
    (directory, store, project.expect("is filled"))
}

fn known(number: i64) -> Known {
    // Mixed by multiplication, so that no two properties go together.
    let mixed = usize::try_from(number * 7_919 % 10_007).expect("is positive");
    let status = [
        Status::Open,
        Status::Triaged,
        Status::Assigned,
        Status::InProgress,
        Status::Resolved,
        Status::Rejected,
        Status::Resolved,
    ][mixed % 7];
    let about = if mixed % 5 == 0 { "labels" } else { "the importer" };
    Known {
        number,
        status,
        priority: Priority::ALL[mixed / 7 % 4],
        labels: LABELS
            .iter()
            .enumerate()
            .filter(|(bit, _)| (mixed / 28) >> bit & 1 == 1)
            .map(|(_, name)| *name)
            .collect(),
        author: AUTHORS[mixed / 11 % 3],
        assigned: TARGETS[mixed / 13 % 3],
        updated_at: NOW - i64::try_from(mixed).expect("is small") * 100_000,
        title: format!("Issue {number} about {about}"),
    }
}

impl Known {
    /// Whether a line of single qualifiers and words asks for it.
    fn passes(&self, line: &str) -> bool {
        let parts: Vec<&str> = line.split_whitespace().filter(|part| !part.starts_with("sort:")).collect();
        let of = |key: &str| {
            let values: Vec<String> = parts
                .iter()
                .filter_map(|part| part.strip_prefix(key))
                .flat_map(|values| values.split(','))
                .map(|value| value.trim_matches('"').replace('_', " "))
                .collect();
            values
        };
        let one_of = |key: &str, own: &str| of(key).is_empty() || of(key).iter().any(|value| value == own);
        let states: Vec<String> = of("is:").iter().map(|value| value.replace(' ', "_")).collect();
        let is = |word: &String| match word.as_str() {
            "active" => ACTIVE.contains(&self.status),
            "all" => true,
            "closed" => !ACTIVE.contains(&self.status),
            word => word == self.status.as_str(),
        };
        let state = if states.is_empty() { ACTIVE.contains(&self.status) } else { states.iter().any(is) };
        let bears = |name: &String| self.labels.iter().any(|own| own.eq_ignore_ascii_case(name));
        let groups = parts.iter().filter_map(|part| part.strip_prefix("label:"));
        let labelled = groups
            .map(|names| names.split(',').map(|name| name.replace('_', " ")).collect::<Vec<_>>())
            .all(|names| names.iter().any(bears));
        let assigned = of("assigned:").is_empty()
            || of("assigned:").iter().any(|value| value == self.assigned.unwrap_or("none"));
        let updated = of("updated:").iter().all(|bound| {
            let days: i64 = bound[1..bound.len() - 1].parse().expect("is a number");
            (self.updated_at >= NOW - days * 86_400_000) == bound.starts_with('<')
        });
        let words = parts.iter().filter(|part| !part.contains(':'));
        let words = words.into_iter().all(|word| match word.strip_prefix('-') {
            Some(unwanted) => !self.title.contains(unwanted),
            None => self.title.contains(word),
        });
        let not_labelled = of("-label:").iter().all(|name| !bears(name));
        let unlabelled = of("no:").is_empty() || self.labels.is_empty();
        state
            && one_of("priority:", self.priority.as_str())
            && labelled
            && one_of("by:", self.author)
            && assigned
            && updated
            && words
            && not_labelled
            && unlabelled
    }

    fn place(&self, line: &str) -> (i64, i64) {
        let urgency = Priority::ALL.iter().position(|priority| *priority == self.priority);
        match line.split_whitespace().find_map(|part| part.strip_prefix("sort:")) {
            Some("oldest") => (self.number, 0),
            Some("updated") => (-self.updated_at, -self.number),
            Some("priority") => (-i64::try_from(urgency.unwrap_or(0)).unwrap_or(0), -self.number),
            _ => (-self.number, 0),
        }
    }
}

fn pages<T>(mut page: impl FnMut(Option<&str>) -> Result<Page<T>, StoreError>) -> Vec<T> {
    let (mut found, mut after) = (Vec::new(), None::<String>);
    loop {
        let next = page(after.as_deref()).expect("is read");
        found.extend(next.items);
        after = next.next;
        if after.is_none() {
            return found;
        }
    }
}

fn numbers(store: &Store, project: &ProjectId, line: &str, size: u32) -> Vec<i64> {
    // In these tests a stroke below stands for a space within a label.
    let line = line.replace("needs_care", "\"needs care\"");
    let query = Query::parse(&line);
    let page =
        |after: Option<&str>| store.read_blocking(|r| list(r, OPERATOR, project, &query, after, size, NOW));
    pages(page).iter().map(|issue| issue.number).collect()
}

#[test]
fn a_list_is_what_the_rows_say_whatever_is_asked_for() {
    let (_directory, store, project) = filled(400);
    let filters = [
        "",
        "is:all",
        "is:open",
        "is:open,resolved",
        "is:active is:rejected",
        "is:closed",
        "is:reopened",
        "priority:high",
        "priority:low,critical is:all",
        "label:bug",
        "label:BUG is:all",
        "label:bug,needs_care is:all",
        "label:bug label:needs_care",
        "label:Ärger",
        "label:unknown",
        "label:bug,unknown",
        "-label:bug",
        "-label:unknown",
        "no:label is:all",
        "by:operator",
        "by:agent:primary,operator is:all",
        "by:nobody",
        "assigned:none",
        "assigned:primary is:all",
        "assigned:none,workflow:build",
        "updated:<5d",
        "updated:>5d is:all",
        "is:open priority:high label:bug",
        "by:operator assigned:none is:all updated:<8d",
        "importer",
        "labels is:all",
        "importer -labels label:bug",
        "-importer",
        "nothing",
        "importer is:closed priority:high,low",
    ];
    for filter in filters {
        for sort in ["", "sort:oldest", "sort:updated", "sort:priority", "sort:newest"] {
            let line = format!("{filter} {sort}");
            let mut expected: Vec<Known> =
                (1..=400).map(known).filter(|issue| issue.passes(filter)).collect();
            expected.sort_by_key(|issue| issue.place(&line));
            let expected: Vec<i64> = expected.iter().map(|issue| issue.number).collect();
            assert_eq!(numbers(&store, &project, &line, 200), expected, "{line}: not what was asked for");
            assert_eq!(
                numbers(&store, &project, &line, 7),
                expected,
                "{line}: lost or shown twice between pages"
            );
        }
    }
    assert_eq!(
        numbers(&store, &project, "#7 #9 #1000", 200),
        [9, 7],
        "numbers are found whatever their status"
    );
}

#[test]
fn a_board_counts_what_its_columns_list() {
    let (_directory, store, project) = filled(400);
    for group in GroupBy::ALL {
        for line in ["", "is:all", "is:closed", "label:bug", "importer", "by:operator is:all"] {
            let query = Query::parse(line);
            let found = store
                .read_blocking(|r| columns(r, OPERATOR, &project, *group, &query, NOW))
                .expect("is read");
            assert!(found.len() >= 2, "{group}: {line}: {found:?}");
            for column in found {
                // As a board does: what an issue has only one of takes the place of the query's own.
                let replaced = *group == GroupBy::Status && line.starts_with("is:");
                let asked =
                    if replaced { column.narrow.clone() } else { format!("{line} {}", column.narrow) };
                let asked = asked.replace("is:all is:", "is:");
                let listed = pages(|after| {
                    store.read_blocking(|r| {
                        list(r, OPERATOR, &project, &Query::parse(&asked), after, 200, NOW)
                    })
                });
                let count = i64::try_from(listed.len()).expect("fits");
                assert_eq!(column.count, count, "{group}: {asked}: the head of the column lies");
            }
        }
    }
}

#[test]
fn counts_that_triggers_keep_are_what_the_rows_say() {
    let (_directory, store, project) = filled(60);
    store
        .write_blocking(move |w| {
            for number in 1..=60 {
                let issue = issues::get(w, &project, number)?;
                match number % 4 {
                    0 => {
                        w.execute("DELETE FROM issues WHERE id = ?1", [issue.id.as_str()])?;
                    }
                    1 => {
                        w.execute("UPDATE issues SET status = 'resolved', priority = 'low' WHERE id = ?1", [issue.id.as_str()])?;
                    }
                    2 => drop(labels::set(w, &project, &issue.id, &["bug".to_owned(), "new".to_owned()])?),
                    _ => drop(labels::set(w, &project, &issue.id, &[])?),
                }
            }
            w.execute("DELETE FROM labels WHERE name = 'needs care'", [])?;
            let differing: i64 = w.query_row(
                "SELECT count(*) FROM (
                   SELECT project_id, 'priority', priority, closed, count(*) FROM issues GROUP BY 1, 2, 3, 4
                   UNION ALL SELECT project_id, 'assignee', coalesce(assignment, ''), closed, count(*) FROM issues GROUP BY 1, 2, 3, 4
                   UNION ALL SELECT project_id, 'label', '', closed, count(*) FROM issues i
                     WHERE NOT EXISTS (SELECT 1 FROM issue_labels l WHERE l.issue_id = i.id) GROUP BY 1, 2, 3, 4
                   UNION ALL SELECT i.project_id, 'label', l.label_id, i.closed, count(*)
                     FROM issue_labels l JOIN issues i ON i.id = l.issue_id GROUP BY 1, 2, 3, 4
                   EXCEPT SELECT project_id, kind, value, closed, count FROM issue_tallies)",
                [],
                |row| row.get(0),
            )?;
            assert_eq!(differing, 0, "a board would count what is not there");
            let stale: i64 = w.query_row(
                "SELECT count(*) FROM issue_labels l JOIN issues i ON i.id = l.issue_id
                 WHERE (l.issue_key, l.number, l.closed) <> (i.key, i.number, i.closed)",
                [],
                |row| row.get(0),
            )?;
            assert_eq!(stale, 0, "a list by label would miss what was closed or reopened");
            Ok(())
        })
        .expect("all of it");
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    let (_directory, store, project) = filled(3);
    for cursor in ["", "x", "n:1", "u:1:2", "n:a:b", "n:1:2:3", "s:1:2:o:3"] {
        let refused =
            store.read_blocking(|r| list(r, OPERATOR, &project, &Query::default(), Some(cursor), 5, 0));
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{cursor:?}");
    }
    let query = Query::parse("importer");
    for cursor in ["", "n:1:2", "s:1:2", "s:1:2:r:NaN:1", "s:a:2:o:3", "s:1:2:x:3"] {
        let refused = store.read_blocking(|r| search(r, OPERATOR, &project, &query, Some(cursor), 5, 0));
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{cursor:?}");
    }
}

fn found(store: &Store, project: &ProjectId, line: &str, size: u32) -> Vec<(i64, String)> {
    let query = Query::parse(line);
    let page =
        |after: Option<&str>| store.read_blocking(|r| search(r, OPERATOR, project, &query, after, size, NOW));
    pages(page).into_iter().map(|(issue, excerpt)| (issue.number, excerpt)).collect()
}

fn found_numbers(store: &Store, project: &ProjectId, line: &str) -> Vec<i64> {
    found(store, project, line, 50).into_iter().map(|(number, _)| number).collect()
}

/// Issues 1 to 5 with comments, one of them about nothing else.
fn discussed() -> (tempfile::TempDir, Store, ProjectId) {
    let (directory, store) = opened();
    let project = store.write_blocking(|w| {
        let project = project(w, "mine")?;
        let titles = [
            "The body speaks of it",
            "Zebra in the title",
            "Only talked about",
            "Talked about later",
            "Quiet",
        ];
        let issues = titles
            .iter()
            .map(|title| {
                file(w, &project, title, if title.starts_with("The body") { "a zebra\nin it" } else { "" })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let say = |number: usize, text: &str| {
            issue_updates::comment(w, &issues[number - 1], text, Visibility::All, &Principal::Operator)
        };
        for (number, text) in [
            (3, "a zebra was here"),
            (4, "the zebra again, with stripes"),
            (3, "nothing new"),
            (1, "the zebra of the body"),
            (5, "a horse"),
            (4, "zebras and stripes"),
        ] {
            say(number, text)?;
        }
        Ok(project)
    });
    (directory, store, project.expect("is filled"))
}

#[test]
fn a_search_ranks_titles_first_then_bodies_then_comments_newest_first() {
    let (_directory, store, project) = discussed();
    let all = found(&store, &project, "zebra", 50);
    let numbers: Vec<i64> = all.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [2, 1, 4, 3], "title before body, and what only comments say after both");
    for size in 1..5 {
        assert_eq!(found(&store, &project, "zebra", size), all, "pages of {size} lose or repeat");
    }
    for (number, excerpt) in &all {
        assert!(
            excerpt.to_lowercase().contains("\u{e000}zebra\u{e001}"),
            "#{number} does not say why: {excerpt:?}"
        );
        assert!(!excerpt.contains('\n'), "an excerpt is one line");
    }
    assert_eq!(found_numbers(&store, &project, "zebra*"), [2, 1, 4, 3], "a beginning finds zebras as well");
    assert_eq!(found_numbers(&store, &project, "\"stripes zebra\""), [0; 0], "a phrase keeps its order");
    assert_eq!(found_numbers(&store, &project, "\"zebra again\""), [4]);
    assert_eq!(
        found_numbers(&store, &project, "zebra -title"),
        [1, 4, 3],
        "an unwanted word in the title keeps it out"
    );
    assert_eq!(found_numbers(&store, &project, "zebra -stripes"), [2, 1, 3], "and in the comment");
    assert_eq!(
        found_numbers(&store, &project, "zebra -talked"),
        [2, 1],
        "the issue's own words count for its comments"
    );
    assert_eq!(
        found_numbers(&store, &project, "zebra sort:oldest"),
        [1, 2],
        "another order lists titles and bodies"
    );
    assert_eq!(found_numbers(&store, &project, "zebra is:resolved"), [0; 0]);
}

#[test]
fn what_is_filed_or_said_meanwhile_moves_nothing_on_the_next_pages() {
    let (_directory, store, project) = discussed();
    let query = Query::parse("zebra");
    let first =
        store.read_blocking(|r| search(r, OPERATOR, &project, &query, None, 2, NOW)).expect("is read");
    let mine = project.clone();
    store
        .write_blocking(move |w| {
            file(w, &mine, "Zebra of now", "")?;
            let issue = issues::get(w, &mine, 3)?;
            issue_updates::comment(w, &issue, "zebra of now", Visibility::All, &Principal::Operator)
        })
        .expect("is written");
    let rest = pages(|after| {
        let after = after.or(first.next.as_deref());
        store.read_blocking(|r| search(r, OPERATOR, &project, &query, after, 2, NOW))
    });
    let rest: Vec<i64> = rest.iter().map(|(issue, _)| issue.number).collect();
    assert_eq!(rest, [4, 3], "a row would be lost or shown twice while a person scrolls");
}

#[test]
fn a_word_that_very_many_have_is_paged_to_its_end() {
    let (_directory, store) = opened();
    let project = store
        .write_blocking(|w| {
            let project = project(w, "mine")?;
            for index in 0..2_300 {
                // The oldest have it in the title: they are ranked although newer ones are many.
                let title = if index < 20 { format!("common {index}") } else { format!("issue {index}") };
                file(w, &project, &title, "a common word")?;
            }
            Ok(project)
        })
        .expect("is filled");
    let numbers = found_numbers(&store, &project, "common");
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=2_300).collect::<Vec<_>>(), "each once, those beyond the ranked ones as well");
    assert!(
        numbers[..20].iter().all(|number| *number <= 20),
        "a title weighs more than age: {:?}",
        &numbers[..20]
    );
}

#[test]
fn a_search_of_a_narrow_filter_reads_the_few_comments_there_are() {
    let (_directory, store, project) = discussed();
    let mine = project.clone();
    store
        .write_blocking(move |w| {
            let issue = issues::get(w, &mine, 4)?;
            labels::set(w, &mine, &issue.id, &["rare".to_owned()])
        })
        .expect("is labelled");
    let hits = found(&store, &project, "zebra* label:rare", 50);
    assert_eq!(hits.len(), 1);
    assert!(hits[0].1.contains("zebras"), "its newest comment that matches: {:?}", hits[0].1);
}

#[test]
fn what_resembles_a_title_is_shown_while_it_is_typed() {
    let (_directory, store) = opened();
    let (project, closed) = store
        .write_blocking(|w| {
            let project = project(w, "mine")?;
            for title in
                ["Importer drops labels", "Importer is slow", "Exporter drops nothing", "A dark theme"]
            {
                file(w, &project, title, "")?;
            }
            file(w, &project, "Crash on start", "the importer fails when labels are empty")?;
            let closed = file(w, &project, "Importer drops labels of old files", "")?;
            issues::make_move(w, &closed, Status::Resolved, Via::Operator, &Principal::Operator)?;
            for index in 0..40 {
                file(w, &project, &format!("Something else {index}"), "")?;
            }
            Ok((project, closed.number))
        })
        .expect("is filled");
    let like = |title: &str| {
        let found = store.read_blocking(|r| similar(r, OPERATOR, &project, title, NOW)).expect("is read");
        found.into_iter().map(|issue| issue.number).collect::<Vec<_>>()
    };
    let found = like("The importer drops my labels");
    assert_eq!(found.first(), Some(&1), "the same thing comes first: {found:?}");
    assert!(found.contains(&5), "what says so in its body is found too: {found:?}");
    assert!(!found.contains(&closed), "what is done need not be shown");
    assert_eq!(like("import lab").first(), Some(&1), "half-typed words count");
    assert_eq!(like("it is not on the"), [0; 0], "words that say nothing resemble nothing");
    assert!(like("Something else").len() <= 5, "at most five");
    assert_eq!(like("\"; DROP TABLE issues; --"), [0; 0], "a title is text");
}

#[test]
fn a_guests_own_counts_are_of_their_own_issues() {
    let (_directory, store, project) = filled(60);
    let viewer = Viewer::Guest { id: AUTHORS[1]["guest:".len()..].to_owned(), own_only: true };
    let mine = |status| {
        let mine = (1..=60).map(known).filter(|issue| issue.author == AUTHORS[1] && issue.status == status);
        i64::try_from(mine.count()).expect("fits")
    };
    let counted = store.read_blocking(|r| counts(r, &viewer, &project)).expect("is read");
    for &(status, count) in &counted.statuses {
        assert_eq!(count, mine(status), "{status}: a guest would learn how many others file");
    }
    let all = pages(|after| {
        store.read_blocking(|r| {
            list(r, &viewer, &project, &Query::parse("is:all by:operator"), after, 50, NOW)
        })
    });
    assert!(all.is_empty(), "asking for another's issues shows none");
}

#[test]
fn an_author_is_asked_for_by_handle() {
    let (_directory, store) = opened();
    let project = store
        .write_blocking(|w| {
            let project = project(w, "mine")?;
            let person = people::insert(w, PersonKind::Guest, Some("ana"), None, &Principal::Operator)?;
            let new = NewIssue {
                title: "hers".into(),
                body: String::new(),
                priority: Priority::Low,
                labels: vec![],
            };
            issues::insert(w, &project, &new, &person.principal())?;
            file(w, &project, "mine", "")?;
            Ok(project)
        })
        .expect("is filled");
    assert_eq!(numbers(&store, &project, "by:Ana", 50), [1]);
    assert_eq!(numbers(&store, &project, "by:me", 50), [2]);
}

#[test]
fn whatever_is_typed_the_database_answers() {
    let (_directory, store, project) = filled(5);
    let ask = |(line, guest): (String, bool)| {
        let own_only = false;
        let viewer = if guest { Viewer::Guest { id: "x".to_owned(), own_only } } else { Viewer::Operator };
        let query = Query::parse(&line);
        let listed = store.read_blocking(|r| list(r, &viewer, &project, &query, None, 5, 0));
        prop_assert!(listed.is_ok(), "{line:?}");
        let found = store.read_blocking(|r| search(r, &viewer, &project, &query, None, 5, 0));
        prop_assert!(found.is_ok(), "{line:?}");
        let alike = store.read_blocking(|r| similar(r, &viewer, &project, &line, 0));
        prop_assert!(alike.is_ok(), "{line:?}");
        for group in GroupBy::ALL {
            let grouped = store.read_blocking(|r| columns(r, &viewer, &project, *group, &query, 0));
            prop_assert!(grouped.is_ok(), "{group}: {line:?}");
        }
        Ok(())
    };
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    runner.run(&(".{0,80}", any::<bool>()), ask).expect("a question has an answer, whatever it is");
}
