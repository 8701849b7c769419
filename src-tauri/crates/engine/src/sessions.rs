//! Sessions: what the operator asks of them, and how their turns are worked (SPEC 9).
//!
//! A session's turns are the steps of one run of source `sandbox`, so that its workspace, its output, its usage and its
//! branch are a run's. What is here decides when a turn begins and what its end means; the work itself is the runs'.

mod request;
mod turn;

pub use request::{
    AnswerRequest, StartRequest, answer, bind, end, interrupt, promote, send, send_draft, start,
};
pub(crate) use turn::{TurnEnd, end_turn, expect_own, take_messages};
