//! Issues: their words and the limits of their texts; the law of their moves is in `lifecycle` (SPEC 3).

mod lifecycle;

pub use lifecycle::{
    IllegalMove, Move, ReopenClosed, check_reopen, claim_moves, is_single_move, legal_moves, plan_move,
};

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
    pub enum Via { Operator = "operator", Run = "run", Reopen = "reopen", Duplicate = "duplicate", Undo = "undo", Agent = "agent", Session = "session" }
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
