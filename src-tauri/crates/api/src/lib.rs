//! The application's surface: the one list of commands, the wire's shapes, error codes and cache tags.
//!
//! Every adapter (desktop, HTTP, CLI, MCP) goes through here and has no logic of its own. This room knows the
//! store and the engine; it must not know Tauri, the keychain or a terminal.

mod app;
pub mod attachments;
pub mod bindings;
mod command_list;
pub mod error;
pub mod feed;
mod handle;
pub mod http;
pub mod mcp;
mod router;
pub mod wire;

pub use app::{App, Config};
pub use router::COMMANDS;
