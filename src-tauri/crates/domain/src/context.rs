//! Contexts: what every agent of one kind of session is told of a project, as versions (SPEC 11).

use crate::run::Role;

/// The most bytes of a context: all of it stands before every task.
pub const CONTEXT_MAX_BYTES: usize = 64 * 1024;

crate::words! {
    /// What kind of session an agent works in.
    pub enum SessionType {
        /// What a run taught is drawn from it.
        Learning = "learning",
        Merging = "merging",
        /// Work on an issue, and the looking at that work: designers, checkers, and all that come before them.
        Issue = "issue",
        Answering = "answering",
        Evaluating = "evaluating",
        Judging = "judging",
    }
}

crate::words! {
    /// Where a version stands.
    pub enum VersionState {
        Draft = "draft",
        /// It was active, and can be again.
        Published = "published",
        /// What agents are told.
        Active = "active",
    }
}

/// What a person does with a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionEvent {
    Publish,
    Activate,
    /// Another version became the active one.
    Replace,
}

/// Something that cannot be done with a version as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IllegalVersionEvent {
    #[error("it is a draft: publish it")]
    StillDraft,
    #[error("it is published already: activate it")]
    PublishedAlready,
}

impl SessionType {
    /// The session type that a step of this role works in. No role learns or answers: those are steps of their own.
    pub const fn of_role(role: Role) -> Self {
        match role {
            Role::Evaluator => Self::Evaluating,
            Role::Judge => Self::Judging,
            Role::MergeAgent => Self::Merging,
            Role::Designer
            | Role::Checker
            | Role::Optimizer
            | Role::Prompter
            | Role::Investigator
            | Role::Planner
            | Role::DeepDive
            | Role::Reviewer
            | Role::Custom => Self::Issue,
        }
    }
}

impl VersionState {
    /// Where a version stands after an event.
    pub const fn next(self, event: VersionEvent) -> Result<Self, IllegalVersionEvent> {
        match (self, event) {
            (Self::Draft, VersionEvent::Publish)
            | (Self::Published | Self::Active, VersionEvent::Activate) => Ok(Self::Active),
            (Self::Draft, VersionEvent::Activate) => Err(IllegalVersionEvent::StillDraft),
            (Self::Published | Self::Active, VersionEvent::Publish) => {
                Err(IllegalVersionEvent::PublishedAlready)
            }
            (Self::Active | Self::Published, VersionEvent::Replace) => Ok(Self::Published),
            (Self::Draft, VersionEvent::Replace) => Ok(Self::Draft),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IllegalVersionEvent as No, VersionEvent as E, VersionState as V};

    #[test]
    fn every_event_in_every_state_has_one_outcome() {
        let table = [
            (V::Draft, [Ok(V::Active), Err(No::StillDraft), Ok(V::Draft)]),
            (V::Published, [Err(No::PublishedAlready), Ok(V::Active), Ok(V::Published)]),
            (V::Active, [Err(No::PublishedAlready), Ok(V::Active), Ok(V::Published)]),
        ];
        for (from, outcomes) in table {
            for (event, outcome) in [E::Publish, E::Activate, E::Replace].into_iter().zip(outcomes) {
                assert_eq!(from.next(event), outcome, "{from} and {event:?}");
            }
        }
    }
}
