//! Everything that takes time: jobs, runs, sandboxes, agents, git.
//!
//! Child processes and git are started only here. This room knows the store and the domain; it must not know
//! wire shapes, a window or a terminal, and it never reads the environment or the home directory: both are
//! handed in.

pub mod agents;
mod chores;
mod engine;
pub mod git;
pub mod health;
pub mod lease;
mod place;
pub mod process;
pub mod runs;
pub mod sandbox;
pub mod secrets;
pub mod sessions;
pub mod tool_socket;
pub mod tools;
pub mod transfer;

pub use engine::Engine;
pub use place::Place;
