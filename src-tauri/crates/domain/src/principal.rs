//! Who acts: the operator, a guest, a member, an agent or Waybill itself (SPEC 2).

use std::fmt;
use std::str::FromStr;

/// The author of a change, as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Principal {
    /// The owner of this machine.
    Operator,
    /// A guest, by ULID.
    Guest(String),
    /// A member, by ULID.
    Member(String),
    /// An agent, by its path (`primary`, `primary.subagents.x`).
    Agent(String),
    /// Waybill itself.
    System,
}

/// A text that names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not operator, system, guest:<id>, member:<id> or agent:<path>")]
pub struct NotAPrincipal(pub String);

impl FromStr for Principal {
    type Err = NotAPrincipal;
    fn from_str(text: &str) -> Result<Self, NotAPrincipal> {
        let refused = || NotAPrincipal(text.chars().take(60).collect());
        match text.split_once(':') {
            None if text == "operator" => Ok(Self::Operator),
            None if text == "system" => Ok(Self::System),
            Some((_, "")) | None => Err(refused()),
            Some(("guest", id)) => Ok(Self::Guest(id.to_owned())),
            Some(("member", id)) => Ok(Self::Member(id.to_owned())),
            Some(("agent", path)) => Ok(Self::Agent(path.to_owned())),
            Some(_) => Err(refused()),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => formatter.write_str("operator"),
            Self::System => formatter.write_str("system"),
            Self::Guest(id) => write!(formatter, "guest:{id}"),
            Self::Member(id) => write!(formatter, "member:{id}"),
            Self::Agent(path) => write!(formatter, "agent:{path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Principal;

    #[test]
    fn every_author_is_read_back_as_written() {
        for text in [
            "operator",
            "system",
            "guest:01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "member:x",
            "agent:primary.subagents.a",
        ] {
            assert_eq!(text.parse::<Principal>().map(|who| who.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "root", "guest:", "agent:", "god:me"] {
            assert!(text.parse::<Principal>().is_err(), "{text:?} names nobody");
        }
    }
}
