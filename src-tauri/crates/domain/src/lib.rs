//! The nouns of Waybill and their laws, pure: no IO, no clock, no randomness that is not handed in, no SQL.
//!
//! Everything here is a value, a total function or a parser. Times are handed in as [`Millis`]; what an
//! illegal request is told comes from the error types beside each law.

pub mod agent;
pub mod assignment;
pub mod context;
pub mod contract;
pub mod grant;
pub mod ids;
pub mod issue;
pub mod learning;
pub mod link;
pub mod persona;
pub mod principal;
pub mod query;
pub mod question;
pub mod run;
pub mod session;
pub mod similar;
pub mod slug;
pub mod text;
pub mod todo;
pub mod words;
pub mod workflow;

/// Milliseconds since the Unix epoch, UTC (SPEC 1).
pub type Millis = i64;
