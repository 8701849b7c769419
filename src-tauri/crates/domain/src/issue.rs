//! Issues and the law of their moves (SPEC 3).

use crate::principal::Principal;
use crate::text::has_hidden_characters;

/// The most characters that a title may have.
pub const TITLE_MAX_CHARS: usize = 200;
/// The most bytes that a body or comment may have.
pub const BODY_MAX_BYTES: usize = 16 * 1024;

crate::words! {
    /// Where an issue stands. `reopened` is accepted and shown in history; an issue itself never rests there.
    pub enum Status {
        Open = "open",
        Triaged = "triaged",
        Assigned = "assigned",
        InProgress = "in_progress",
        Resolved = "resolved",
        Rejected = "rejected",
        Reopened = "reopened",
    }
}

crate::words! {
    /// How soon.
    pub enum Priority { Low = "low", Medium = "medium", High = "high", Critical = "critical" }
}

crate::words! {
    /// What an update of an issue tells.
    pub enum UpdateKind {
        Comment = "comment",
        StatusChange = "status_change",
        AssignmentChange = "assignment_change",
        TitleEdit = "title_edit",
        BodyEdit = "body_edit",
        PriorityChange = "priority_change",
        LabelChange = "label_change",
        LinkChange = "link_change",
        SystemNote = "system_note",
    }
}

crate::words! {
    /// Who may see an update.
    pub enum Visibility { All = "all", OperatorOnly = "operator_only" }
}

crate::words! {
    /// The second, derived word of an issue: what its linked run does.
    pub enum Execution { New = "new", Running = "running", Completed = "completed", Failed = "failed" }
}

crate::words! {
    /// What brought a move about; kept in the update's metadata.
    pub enum Via { Operator = "operator", Run = "run", Reopen = "reopen", Duplicate = "duplicate", Undo = "undo", Agent = "agent" }
}

/// One recorded move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub from: Status,
    pub to: Status,
}

/// A move that the table of SPEC 3 does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an issue that is {from} cannot become {to}; it can become {}", list(legal))]
pub struct IllegalMove {
    pub from: Status,
    pub to: Status,
    /// What this person could ask for instead.
    pub legal: Vec<Status>,
}

fn list(words: &[Status]) -> String {
    words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ")
}

/// The moves that a request stands for, in order; the last one's `to` is where the issue then is.
///
/// `by` is who asks: the operator may take shortcuts (resolve from open, say), which are recorded as the moves
/// they stand for; the system makes single moves only.
pub fn plan_move(from: Status, to: Status, by: &Principal) -> Result<Vec<Move>, IllegalMove> {
    let path: &[Status] = match (from, to) {
        (Status::Resolved | Status::Rejected, Status::Triaged | Status::Reopened) => {
            &[Status::Reopened, Status::Triaged]
        }
        _ if single(from, to) => return Ok(vec![Move { from, to }]),
        _ if !matches!(by, Principal::Operator | Principal::Member(_)) => &[],
        (Status::Open, Status::Assigned) => &[Status::Triaged, Status::Assigned],
        (Status::Open, Status::InProgress) => &[Status::Triaged, Status::Assigned, Status::InProgress],
        (Status::Triaged, Status::InProgress) => &[Status::Assigned, Status::InProgress],
        (Status::Open, Status::Rejected) => &[Status::Triaged, Status::Rejected],
        (Status::Open, Status::Resolved) => {
            &[Status::Triaged, Status::Assigned, Status::InProgress, Status::Resolved]
        }
        (Status::Triaged, Status::Resolved) => &[Status::Assigned, Status::InProgress, Status::Resolved],
        (Status::Assigned, Status::Resolved) => &[Status::InProgress, Status::Resolved],
        (Status::InProgress, Status::Triaged) => &[Status::Assigned, Status::Triaged],
        _ => &[],
    };
    if path.is_empty() {
        return Err(IllegalMove { from, to, legal: legal_moves(from, by) });
    }
    let mut at = from;
    Ok(path
        .iter()
        .map(|&next| {
            let step = Move { from: at, to: next };
            at = next;
            step
        })
        .collect())
}

/// Every status that `by` may ask for when the issue is at `from`, in the order of the lifecycle.
pub fn legal_moves(from: Status, by: &Principal) -> Vec<Status> {
    let asked = [Status::Triaged, Status::Assigned, Status::InProgress, Status::Resolved, Status::Rejected];
    asked.into_iter().filter(|&to| single(from, to) || (to != from && is_planned(from, to, by))).collect()
}

fn is_planned(from: Status, to: Status, by: &Principal) -> bool {
    let reopening = matches!((from, to), (Status::Resolved | Status::Rejected, Status::Triaged));
    let operator = matches!(by, Principal::Operator | Principal::Member(_));
    let shortcut = matches!(
        (from, to),
        (Status::Open, Status::Assigned | Status::InProgress | Status::Rejected | Status::Resolved)
            | (Status::Triaged, Status::InProgress | Status::Resolved)
            | (Status::Assigned, Status::Resolved)
            | (Status::InProgress, Status::Triaged)
    );
    reopening || (operator && shortcut)
}

/// The single moves of SPEC 3's table.
const fn single(from: Status, to: Status) -> bool {
    matches!(
        (from, to),
        (Status::Open, Status::Triaged)
            | (Status::Triaged, Status::Assigned | Status::Rejected)
            | (Status::Assigned, Status::Triaged | Status::InProgress | Status::Rejected)
            | (Status::InProgress, Status::Assigned | Status::Resolved)
    )
}

/// What is wrong with a title or body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    #[error("the title is empty; write one line that says what is wrong or wanted")]
    TitleEmpty,
    #[error("the title has {0} characters; at most 200 fit, put the rest into the body")]
    TitleTooLong(usize),
    #[error("the title holds characters that do not show (control or direction marks); remove them")]
    TitleHidden,
    #[error("the text has {0} bytes; at most 16,384 (16 KB) fit, attach a file or split it")]
    BodyTooLong(usize),
    #[error("the comment is empty; write something first")]
    CommentEmpty,
}

/// Trims and checks a title.
pub fn check_title(title: &str) -> Result<&str, TextFault> {
    let title = title.trim();
    let count = title.chars().count();
    match count {
        0 => Err(TextFault::TitleEmpty),
        _ if count > TITLE_MAX_CHARS => Err(TextFault::TitleTooLong(count)),
        _ if has_hidden_characters(title) => Err(TextFault::TitleHidden),
        _ => Ok(title),
    }
}

/// Checks a body; an empty one is legal.
pub fn check_body(body: &str) -> Result<&str, TextFault> {
    if body.len() > BODY_MAX_BYTES { Err(TextFault::BodyTooLong(body.len())) } else { Ok(body) }
}

/// Checks a comment: a body that says something.
pub fn check_comment(body: &str) -> Result<&str, TextFault> {
    if body.trim().is_empty() { Err(TextFault::CommentEmpty) } else { check_body(body) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Assigned, InProgress, Open, Rejected, Reopened, Resolved, Triaged};

    /// SPEC 3's table, as what an operator may ask for and what it is recorded as.
    const TABLE: &[(Status, Status, &[Status])] = &[
        (Open, Triaged, &[Triaged]),
        (Open, Assigned, &[Triaged, Assigned]),
        (Open, InProgress, &[Triaged, Assigned, InProgress]),
        (Open, Resolved, &[Triaged, Assigned, InProgress, Resolved]),
        (Open, Rejected, &[Triaged, Rejected]),
        (Triaged, Assigned, &[Assigned]),
        (Triaged, InProgress, &[Assigned, InProgress]),
        (Triaged, Resolved, &[Assigned, InProgress, Resolved]),
        (Triaged, Rejected, &[Rejected]),
        (Assigned, Triaged, &[Triaged]),
        (Assigned, InProgress, &[InProgress]),
        (Assigned, Resolved, &[InProgress, Resolved]),
        (Assigned, Rejected, &[Rejected]),
        (InProgress, Triaged, &[Assigned, Triaged]),
        (InProgress, Assigned, &[Assigned]),
        (InProgress, Resolved, &[Resolved]),
        (Resolved, Triaged, &[Reopened, Triaged]),
        (Resolved, Reopened, &[Reopened, Triaged]),
        (Rejected, Triaged, &[Reopened, Triaged]),
        (Rejected, Reopened, &[Reopened, Triaged]),
    ];

    #[test]
    fn the_operator_may_make_the_moves_of_the_table_and_no_other() {
        for &from in Status::ALL {
            for &to in Status::ALL {
                let expected =
                    TABLE.iter().find(|row| row.0 == from && row.1 == to).map(|row| row.2.to_vec());
                let planned = plan_move(from, to, &Principal::Operator);
                match (expected, planned) {
                    (Some(path), Ok(moves)) => {
                        assert_eq!(
                            moves.iter().map(|m| m.to).collect::<Vec<_>>(),
                            path,
                            "{from} → {to} is recorded otherwise"
                        );
                        assert_eq!(moves[0].from, from, "history must begin where the issue was");
                        assert!(moves.windows(2).all(|w| w[0].to == w[1].from), "history must have no gap");
                    }
                    (None, Err(refusal)) => {
                        assert_eq!(
                            refusal.legal,
                            legal_moves(from, &Principal::Operator),
                            "the refusal names what is possible"
                        );
                    }
                    (expected, planned) => panic!("{from} → {to}: expected {expected:?}, got {planned:?}"),
                }
            }
        }
    }

    #[test]
    fn what_is_called_legal_is_planned_and_the_other_way_round() {
        for by in [Principal::Operator, Principal::System] {
            for &from in Status::ALL {
                for &to in Status::ALL.iter().filter(|&&to| to != Reopened) {
                    assert_eq!(
                        legal_moves(from, &by).contains(&to),
                        plan_move(from, to, &by).is_ok(),
                        "{by}: {from} → {to}: the screen would offer what is refused, or hide what is allowed"
                    );
                }
            }
        }
    }

    #[test]
    fn the_system_takes_no_shortcuts() {
        assert!(
            plan_move(Open, Resolved, &Principal::System).is_err(),
            "only a person resolves what was not worked on"
        );
        assert!(plan_move(InProgress, Resolved, &Principal::System).is_ok());
    }

    #[test]
    fn texts_that_do_not_fit_are_refused_with_what_to_do() {
        assert_eq!(check_title("  a  "), Ok("a"));
        assert_eq!(check_title(&"ü".repeat(200)).map(str::len), Ok(400), "characters are counted, not bytes");
        assert_eq!(check_title(&"a".repeat(201)), Err(TextFault::TitleTooLong(201)));
        assert_eq!(check_title(" \n "), Err(TextFault::TitleEmpty));
        assert_eq!(check_title("a\nb"), Err(TextFault::TitleHidden));
        assert!(check_body(&"a".repeat(BODY_MAX_BYTES)).is_ok());
        assert_eq!(
            check_body(&"a".repeat(BODY_MAX_BYTES + 1)),
            Err(TextFault::BodyTooLong(BODY_MAX_BYTES + 1))
        );
        assert_eq!(check_comment("  "), Err(TextFault::CommentEmpty));
    }
}
