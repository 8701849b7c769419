//! Learnings on the wire, and what is compiled of them.

use super::Author;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::learning::{Category, Decision, LearningSource, LearningStatus, Lesson, Severity};
use waybill_domain::run::Role;

/// What a learning says.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningContent {
    /// What was learnt, in a line.
    pub description: String,
    /// When it counts.
    pub trigger: String,
    /// What to do then.
    pub correct_behavior: String,
    #[ts(type = "LearningSeverity")]
    pub severity: Severity,
    #[ts(type = "LearningCategory")]
    pub category: Category,
    /// 0–1.
    pub confidence: f64,
    /// The roles that it is for; none: all of them.
    #[serde(default)]
    #[ts(type = "Role[]")]
    pub roles: Vec<Role>,
}

impl From<LearningContent> for Lesson {
    fn from(wire: LearningContent) -> Self {
        let LearningContent { description, trigger, correct_behavior, severity, category, confidence, roles } =
            wire;
        Self { description, trigger, correct_behavior, severity, category, confidence, roles }.tidied()
    }
}

impl From<Lesson> for LearningContent {
    fn from(lesson: Lesson) -> Self {
        let Lesson { description, trigger, correct_behavior, severity, category, confidence, roles } = lesson;
        Self { description, trigger, correct_behavior, severity, category, confidence, roles }
    }
}

/// A learning.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Learning {
    pub number: i64,
    #[serde(flatten)]
    #[ts(flatten)]
    pub content: LearningContent,
    #[ts(type = "LearningSource")]
    pub source: LearningSource,
    #[ts(type = "LearningStatus")]
    pub status: LearningStatus,
    /// The number of the run that it came from.
    pub run: Option<i64>,
    pub created_by: Author,
    pub created_at: Millis,
    pub updated_at: Millis,
    /// Null while it is pending, as the time.
    pub decided_by: Option<Author>,
    pub decided_at: Option<Millis>,
    /// Others that say nearly the same, the newest first, at most five.
    pub similar: Vec<LearningBrief>,
}

/// A learning in a line.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LearningBrief {
    pub number: i64,
    pub description: String,
    #[ts(type = "LearningStatus")]
    pub status: LearningStatus,
}

/// How many learnings have each status.
#[derive(Debug, Clone, Copy, Default, Serialize, TS)]
pub struct LearningCounts {
    pub pending: i64,
    pub approved: i64,
    pub rejected: i64,
}

/// A page of learnings, the newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningList {
    pub project: String,
    /// All when absent.
    #[serde(default)]
    #[ts(optional, type = "LearningStatus")]
    pub status: Option<LearningStatus>,
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
}

/// Names a learning.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningRef {
    pub project: String,
    pub number: i64,
}

/// Adds a learning, which waits for its review like any other.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningAdd {
    pub project: String,
    pub content: LearningContent,
    /// The number of the run that it came from.
    #[serde(default)]
    #[ts(optional)]
    pub run: Option<i64>,
}

/// Changes what a learning says.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningEdit {
    pub project: String,
    pub number: i64,
    pub content: LearningContent,
}

/// Decides about learnings, all or none of them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningDecide {
    pub project: String,
    pub numbers: Vec<i64>,
    #[ts(type = "LearningDecision")]
    pub decision: Decision,
}

/// A learning that a decision moved.
#[derive(Debug, Clone, Copy, Serialize, TS)]
pub struct LearningDecided {
    pub number: i64,
    #[ts(type = "LearningStatus")]
    pub from: LearningStatus,
    #[ts(type = "LearningStatus")]
    pub to: LearningStatus,
}

/// A role with what its agents are told of learnings.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LearningRole {
    #[ts(type = "Role")]
    pub role: Role,
    pub active_version: Option<i64>,
    pub compiled_at: Option<Millis>,
    /// How many learnings the active version holds.
    pub learnings: i64,
    /// How many are approved for the role.
    pub approved: i64,
    /// Whether compiling would change what is told.
    pub outdated: bool,
}

/// Compiles the approved learnings for a role into a version, which is told from then on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningCompile {
    pub project: String,
    #[ts(type = "Role")]
    pub role: Role,
    /// Only tell what would change.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub dry_run: bool,
}

/// What compiling changed, or would.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LearningCompiled {
    #[ts(type = "Role")]
    pub role: Role,
    pub dry_run: bool,
    /// Whether it differs from what is told so far.
    pub changed: bool,
    /// The version that is active now.
    pub version: Option<i64>,
    /// Markdown.
    pub body: String,
    /// What was told before; empty: nothing.
    pub former: String,
    pub added: Vec<LearningBrief>,
    pub removed: Vec<LearningBrief>,
}

/// Names a role of a project.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningRoleRef {
    pub project: String,
    #[ts(type = "Role")]
    pub role: Role,
}

/// Names a version of what is told to a role.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LearningVersionRef {
    pub project: String,
    #[ts(type = "Role")]
    pub role: Role,
    pub version: i64,
}

/// A version of what is told to a role, as lists show it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LearningVersionRow {
    #[ts(type = "Role")]
    pub role: Role,
    pub version: i64,
    pub active: bool,
    /// The numbers of the learnings that it holds.
    pub learnings: Vec<i64>,
    pub compiled_by: Author,
    pub compiled_at: Millis,
}

/// A version of what is told to a role.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LearningVersion {
    #[serde(flatten)]
    #[ts(flatten)]
    pub row: LearningVersionRow,
    /// Markdown.
    pub body: String,
}
