//! The law of an issue's moves: who may ask for which, and what it is recorded as (SPEC 3, "Status").

use super::Status;
use crate::Millis;
use crate::principal::Principal;
use Status::{Assigned, InProgress, Open, Rejected, Reopened, Resolved, Triaged};

/// One recorded move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub from: Status,
    pub to: Status,
}

/// A move that the table of SPEC 3 does not have, or not for this person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an issue that is {from} cannot become {to}; {}", offer(legal))]
pub struct IllegalMove {
    pub from: Status,
    pub to: Status,
    /// What this person could ask for instead.
    pub legal: Vec<Status>,
}

fn offer(legal: &[Status]) -> String {
    match legal {
        [] => "the next move is the operator's".to_owned(),
        words => {
            let words: Vec<_> = words.iter().map(|word| word.as_str()).collect();
            format!("it can become {}", words.join(", "))
        }
    }
}

/// The moves that a request stands for, in order; the last one's `to` is where the issue then is.
///
/// `by` is who asks. The operator may take shortcuts (resolve from open, say), which are recorded as the moves they
/// stand for; the system and agents only begin and end work; a guest only reopens what was resolved, within the
/// window that [`check_reopen`] knows.
pub fn plan_move(from: Status, to: Status, by: &Principal) -> Result<Vec<Move>, IllegalMove> {
    let path = path(from, to);
    if path.is_empty() || !may(from, to, by) {
        return Err(IllegalMove { from, to, legal: legal_moves(from, by) });
    }
    Ok(steps(from, path))
}

/// Every status that `by` may ask for when the issue is at `from`, in the order of the lifecycle.
pub fn legal_moves(from: Status, by: &Principal) -> Vec<Status> {
    let asked = [Triaged, Assigned, InProgress, Resolved, Rejected];
    asked.into_iter().filter(|&to| !path(from, to).is_empty() && may(from, to, by)).collect()
}

/// The moves by which whoever claims an issue begins to work on it; none: it cannot be begun from there.
pub fn claim_moves(from: Status) -> Vec<Move> {
    match from {
        Triaged => steps(from, &[Assigned, InProgress]),
        Assigned => steps(from, &[InProgress]),
        Open | InProgress | Resolved | Rejected | Reopened => Vec::new(),
    }
}

/// Whether history may hold this move on its own.
pub const fn is_single_move(from: Status, to: Status) -> bool {
    matches!(
        (from, to),
        (Open | Reopened, Triaged)
            | (Triaged, Assigned | Rejected)
            | (Assigned, Triaged | InProgress | Rejected)
            | (InProgress, Assigned | Resolved)
            | (Resolved | Rejected, Reopened)
    )
}

/// The statuses that a request passes, the one it asks for last; empty: there is no such move.
const fn path(from: Status, to: Status) -> &'static [Status] {
    match (from, to) {
        (Open | Assigned, Triaged) => &[Triaged],
        (Triaged | InProgress, Assigned) => &[Assigned],
        (Assigned, InProgress) => &[InProgress],
        (InProgress, Resolved) => &[Resolved],
        (Triaged | Assigned, Rejected) => &[Rejected],
        (Resolved | Rejected, Triaged | Reopened) => &[Reopened, Triaged],
        (Open, Assigned) => &[Triaged, Assigned],
        (Open, InProgress) => &[Triaged, Assigned, InProgress],
        (Open, Rejected) => &[Triaged, Rejected],
        (Open, Resolved) => &[Triaged, Assigned, InProgress, Resolved],
        (Triaged, InProgress) => &[Assigned, InProgress],
        (Triaged, Resolved) => &[Assigned, InProgress, Resolved],
        (Assigned, Resolved) => &[InProgress, Resolved],
        (InProgress, Triaged) => &[Assigned, Triaged],
        _ => &[],
    }
}

const fn may(from: Status, to: Status, by: &Principal) -> bool {
    match by {
        Principal::Operator | Principal::Member(_) => true,
        Principal::System | Principal::Agent(_) => {
            matches!((from, to), (Assigned, InProgress) | (InProgress, Assigned | Resolved))
        }
        Principal::Guest(_) => matches!((from, to), (Resolved, Triaged | Reopened)),
    }
}

fn steps(from: Status, path: &[Status]) -> Vec<Move> {
    let mut at = from;
    path.iter().map(|&to| Move { from: std::mem::replace(&mut at, to), to }).collect()
}

/// A guest asks to reopen what was resolved too long ago.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}; ask the operator to reopen it", closed_since(*.closed_at))]
pub struct ReopenClosed {
    /// When the window closed; `None`: nobody knows when the issue was resolved.
    pub closed_at: Option<Millis>,
}

fn closed_since(at: Option<Millis>) -> String {
    match at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok()) {
        Some(at) => format!("the time to reopen this issue ended on {} (UTC)", at.strftime("%Y-%m-%d %H:%M")),
        None => "the time to reopen this issue has ended".to_owned(),
    }
}

/// Whether a guest may still reopen an issue: less than `window_days` days after it was resolved.
pub fn check_reopen(resolved_at: Option<Millis>, now: Millis, window_days: i64) -> Result<(), ReopenClosed> {
    const DAY: Millis = 24 * 60 * 60 * 1000;
    let closed_at = resolved_at.map(|at| at.saturating_add(window_days.saturating_mul(DAY)));
    if closed_at.is_some_and(|closed_at| now < closed_at) { Ok(()) } else { Err(ReopenClosed { closed_at }) }
}

#[cfg(test)]
mod tests;
