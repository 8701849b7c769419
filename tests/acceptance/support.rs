//! What the tests stand on: a home of their own, the program in it, git, HTTP, and the proof that nothing is left.

mod door;
mod home;
mod log;
mod node;
mod program;
mod repository;
mod server;
mod traces;

pub use door::Door;
pub use home::Home;
pub use log::Log;
pub use node::{node, peers};
pub use program::{Output, Process};
pub use repository::{Snapshot, files_below, git, snapshot};
pub use server::{ASSET, Events, PAGE, Served};
#[cfg(windows)]
pub use traces::tree;
