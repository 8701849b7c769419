//! Runs, their steps and sandboxes, and the laws of their states (SPEC 7, 8).

crate::words! {
    /// Where a run stands.
    pub enum RunStatus {
        Pending = "pending",
        Running = "running",
        Completed = "completed",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

crate::words! {
    /// Where a step stands.
    pub enum StepStatus {
        Pending = "pending",
        Running = "running",
        Completed = "completed",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

crate::words! {
    /// What made a run.
    pub enum RunSource {
        Workflow = "workflow",
        Issue = "issue",
        SprintChain = "sprint_chain",
        Sandbox = "sandbox",
        MergeAgent = "merge_agent",
        RecurringTask = "recurring_task",
    }
}

crate::words! {
    /// What a run waits for while it is not working.
    pub enum WaitingFor {
        /// An engine: the desktop, `waybill serve` or `run start --wait`.
        Engine = "engine",
        /// The operator paused it.
        Operator = "operator",
        /// Consent to a sandbox weaker than asked for.
        Consent = "consent",
        /// The provider's quota.
        Quota = "quota",
    }
}

crate::words! {
    /// What a step is for.
    pub enum Role {
        Designer = "designer",
        Checker = "checker",
        Optimizer = "optimizer",
        Prompter = "prompter",
        Investigator = "investigator",
        Planner = "planner",
        DeepDive = "deep_dive",
        Reviewer = "reviewer",
        Evaluator = "evaluator",
        Judge = "judge",
        MergeAgent = "merge_agent",
        Custom = "custom",
    }
}

crate::words! {
    /// Where a sandbox stands.
    pub enum SandboxState {
        Creating = "creating",
        Running = "running",
        Paused = "paused",
        Killed = "killed",
        Error = "error",
    }
}

crate::words! {
    /// What became of a run's branch.
    pub enum Delivery {
        /// No branch yet, or the run changed nothing.
        None = "none",
        /// The branch waits for review.
        Ready = "ready",
        Merged = "merged",
        Discarded = "discarded",
    }
}

crate::words! {
    /// How a branch is applied to its base.
    pub enum MergeMode { Merge = "merge", Squash = "squash", Rebase = "rebase" }
}

crate::words! {
    /// What the sandbox's network reaches.
    pub enum Network { Open = "open", None = "none" }
}

/// The shortest and longest time a sandbox may live, in milliseconds (SPEC 7).
pub const TIMEOUT_MS: std::ops::RangeInclusive<i64> = 60_000..=14_400_000;
/// The least and most memory of a sandbox, in MiB (SPEC 7).
pub const MEMORY_MB: std::ops::RangeInclusive<i64> = 256..=8192;
/// The least and most processors of a sandbox (SPEC 7).
pub const CPU_COUNT: std::ops::RangeInclusive<i64> = 1..=8;

/// What happens to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEvent {
    /// An engine took it.
    Start,
    /// All steps succeeded.
    Complete,
    /// A step failed for good.
    Fail,
    /// The operator stopped it.
    Cancel,
    /// The operator asked for another try from the failed step.
    Retry,
    /// The operator looked at the result and wants it changed.
    Revise,
}

/// An event that a run in this status cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a run that is {status} cannot {}", verb(*event))]
pub struct IllegalEvent {
    pub status: RunStatus,
    pub event: RunEvent,
}

const fn verb(event: RunEvent) -> &'static str {
    match event {
        RunEvent::Start => "start",
        RunEvent::Complete => "complete",
        RunEvent::Fail => "fail",
        RunEvent::Cancel => "be cancelled",
        RunEvent::Retry => "be retried",
        RunEvent::Revise => "be changed further",
    }
}

impl RunStatus {
    /// The status after an event (SPEC 8). Total: what is not listed is refused.
    pub const fn next(self, event: RunEvent) -> Result<Self, IllegalEvent> {
        match (self, event) {
            (Self::Pending, RunEvent::Start) => Ok(Self::Running),
            (Self::Running, RunEvent::Complete) => Ok(Self::Completed),
            (Self::Pending | Self::Running, RunEvent::Fail) => Ok(Self::Failed),
            (Self::Pending | Self::Running, RunEvent::Cancel) => Ok(Self::Cancelled),
            (Self::Failed | Self::Cancelled, RunEvent::Retry)
            | (Self::Completed | Self::Failed | Self::Cancelled, RunEvent::Revise) => Ok(Self::Pending),
            _ => Err(IllegalEvent { status: self, event }),
        }
    }

    /// Whether nothing more happens to it without a person.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

impl SandboxState {
    /// Whether processes may exist in it.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Creating | Self::Running | Self::Paused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EVENTS: [RunEvent; 6] = [
        RunEvent::Start,
        RunEvent::Complete,
        RunEvent::Fail,
        RunEvent::Cancel,
        RunEvent::Retry,
        RunEvent::Revise,
    ];

    proptest! {
        #[test]
        fn whatever_happens_a_finished_run_stays_finished_until_someone_asks_for_more(steps in proptest::collection::vec(0_usize..6, 0..60)) {
            let mut status = RunStatus::Pending;
            for step in steps {
                let event = EVENTS[step];
                match status.next(event) {
                    Ok(next) => {
                        let asked = matches!(event, RunEvent::Retry | RunEvent::Revise);
                        prop_assert!(!status.is_final() || asked, "{status} was left by {event:?}");
                        prop_assert!(status != RunStatus::Completed || event == RunEvent::Revise, "what is done is not retried");
                        status = next;
                    }
                    Err(refusal) => prop_assert_eq!(refusal.status, status, "a refusal changes nothing"),
                }
            }
        }
    }
}
