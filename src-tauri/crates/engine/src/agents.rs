//! The coding agents: how each tool is started, and how its output becomes the one vocabulary (SPEC 6).
//!
//! An [`Adapter`] says how a turn is run and reads what comes back; a [`Reader`] puts the parser, the masking of
//! secrets and the limits on size together, so that what leaves this module is fit to be stored and shown. Nothing
//! here starts an agent, knows a sandbox, a database or a keychain: the engine does the running.

pub mod acp;
pub mod claude;
pub mod codex;
pub mod custom;
pub mod demo;
pub mod discover;
pub mod failure;
#[cfg(test)]
mod fixtures;
mod ledger;
pub mod mask;
mod mcp;
pub mod opencode;
pub mod pi;
mod pieces;
mod provider;
pub mod reader;
pub mod tool_access;
pub mod turn;
mod workspace_path;

use custom::PromptBy;
pub use failure::Failure;
pub use mask::Mask;
pub use reader::Reader;
pub use tool_access::ToolAccess;
pub use turn::{
    Adapter, Exit, Invocation, KeySource, Outcome, Place, SeedFile, Stop, StreamParser, Turn, Unrunnable,
};

/// What in a private home the tools need to go on in their sessions, relative to it.
pub fn session_states() -> impl Iterator<Item = &'static str> {
    let tools = [Tool::Claude, Tool::Codex, Tool::OpenCode, Tool::Pi];
    tools.into_iter().flat_map(|tool| tool.adapter().session_state().iter().copied())
}

/// A tool that runs can be given to. A further tool is one more file and one more variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tool {
    Claude,
    Codex,
    OpenCode,
    Pi,
    /// The built-in script that shows what Waybill does without any AI.
    Demo,
    /// Any command, described by a template.
    Custom(custom::Template),
}

impl Tool {
    /// The tools that need no description, by the name that runs and settings use.
    pub fn built_in(name: &str) -> Option<Self> {
        match name {
            claude::NAME => Some(Self::Claude),
            codex::NAME => Some(Self::Codex),
            opencode::NAME => Some(Self::OpenCode),
            pi::NAME => Some(Self::Pi),
            demo::NAME => Some(Self::Demo),
            _ => None,
        }
    }

    /// What knows how to run this tool and to read its output.
    pub fn adapter(&self) -> Box<dyn Adapter> {
        match self {
            Self::Claude => Box::new(claude::Claude),
            Self::Codex => Box::new(codex::Codex),
            Self::OpenCode => Box::new(opencode::OpenCode),
            Self::Pi => Box::new(pi::Pi),
            Self::Demo => Box::new(demo::Demo),
            Self::Custom(template) if template.prompt == PromptBy::Acp => {
                Box::new(acp::Acp::new(template.clone()))
            }
            Self::Custom(template) => Box::new(custom::Custom::new(template.clone())),
        }
    }
}
