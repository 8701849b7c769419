//! Ids: one newtype a noun, each a ULID as text (SPEC 1).

use std::fmt;
use std::str::FromStr;

/// A text that is no ULID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an id (26 characters, Crockford base 32)")]
pub struct NotAnId(pub String);

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Makes a new id; ids made later sort after ids made in an earlier millisecond.
            pub fn generate() -> Self {
                Self(ulid::Ulid::generate().to_string())
            }

            /// The id that stands for these 128 bits, always the same (of a hash, say).
            pub fn of_bits(bits: [u8; 16]) -> Self {
                Self(ulid::Ulid::from_bytes(bits).to_string())
            }

            /// The 26 characters.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                ulid::Ulid::from_string(text)
                    .map(|id| Self(id.to_string()))
                    .map_err(|_| NotAnId(text.chars().take(40).collect()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A project.
    ProjectId,
    /// An issue.
    IssueId,
    /// An update of an issue (comment, status change, …).
    UpdateId,
    /// A label.
    LabelId,
    /// A run.
    RunId,
    /// A step of a run.
    StepId,
    /// A sandbox.
    SandboxId,
    /// A message between Waybill and an agent.
    MessageId,
    /// A notification.
    NotificationId,
    /// A durable job.
    JobId,
    /// A todo of an issue.
    TodoId,
    /// A link between issues.
    LinkId,
    /// A file at an issue.
    AttachmentId,
    /// A saved view.
    ViewId,
    /// Something in the trash.
    TrashId,
    /// An import or export at work.
    TransferId,
    /// A member or guest.
    PersonId,
    /// A session.
    SessionId,
    /// A question that an agent asked.
    QuestionId,
    /// A token of an agent.
    TokenId,
    /// An answer that an agent handed in.
    SubmissionId,
    /// A context.
    ContextId,
    /// A learning.
    LearningId,
    /// An audit event.
    AuditId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_and_nothing_else_is_an_id() {
        let id = RunId::generate();
        assert_eq!(id.as_str().parse::<RunId>().as_ref(), Ok(&id), "what is stored must be found again");
        for text in ["", "42", "../etc/passwd", "01ARZ3NDEKTSV4RRFFQ69G5FA!"] {
            assert!(text.parse::<RunId>().is_err(), "{text:?} must not reach a query as an id");
        }
    }
}
