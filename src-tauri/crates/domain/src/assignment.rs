//! What an issue can be assigned to (SPEC 3, "Assignment"). It is an intent: executing is an action of its own.

use crate::ids::NotAnId;
use std::fmt;
use std::str::FromStr;

/// The workflow that every project has: one agent that designs and does the work.
pub const BUILT_IN_WORKFLOW: &str = "single_designer";

/// The target of an assignment, as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Assignment {
    /// The project's primary agent, or the person who works beside it.
    Primary,
    /// A workflow, by name.
    Workflow(String),
    /// A session, by ULID.
    Session(String),
}

/// A text that names no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not primary, workflow:<name> or session:<id>")]
pub struct NotATarget(pub String);

impl FromStr for Assignment {
    type Err = NotATarget;
    fn from_str(text: &str) -> Result<Self, NotATarget> {
        let refused = || NotATarget(text.chars().take(60).collect());
        match text.split_once(':') {
            None if text == "primary" => Ok(Self::Primary),
            Some(("workflow", name)) if !name.trim().is_empty() => Ok(Self::Workflow(name.to_owned())),
            Some(("session", id)) => {
                let id: Result<crate::ids::SessionId, NotAnId> = id.parse();
                id.map(|id| Self::Session(id.to_string())).map_err(|_| refused())
            }
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Assignment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primary => formatter.write_str("primary"),
            Self::Workflow(name) => write!(formatter, "workflow:{name}"),
            Self::Session(id) => write!(formatter, "session:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_read_back_as_written() {
        for text in ["primary", "workflow:single_designer", "session:01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
            assert_eq!(text.parse::<Assignment>().map(|target| target.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "Primary", "workflow:", "workflow: ", "session:", "session:../x", "agent:primary"] {
            assert!(text.parse::<Assignment>().is_err(), "{text:?} is nowhere to send work to");
        }
    }
}
