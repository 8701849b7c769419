//! The real agent programs, run by our adapters against a scripted model.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail the test")]

mod acp;
mod desk;
mod tools;
mod turns;
