//! Personas and workflows on the wire: what a person keeps and edits, its versions, and a workflow as a file.

use super::Author;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_domain::Millis;
use waybill_domain::ids::TrashId;
use waybill_domain::persona::Weights;
use waybill_domain::run::Role;
use waybill_domain::workflow::{Definition, SandboxDefaults, WorkflowType};

/// What a version of a persona holds.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonaContent {
    #[serde(rename = "type")]
    #[ts(rename = "type", type = "Role")]
    pub kind: Role,
    pub description: String,
    /// Markdown.
    pub instructions: String,
    #[serde(default)]
    pub tool: Option<String>,
    #[serde(default)]
    pub model: Option<String>,
    #[serde(default)]
    pub effort: Option<String>,
    pub include_learnings: bool,
    /// An evaluator's; null: 3, 1, 1, 2, 3.
    #[serde(default)]
    #[ts(type = "Weights | null")]
    pub weights: Option<Weights>,
    /// An evaluator's, 0–100; null: 70.
    #[serde(default)]
    pub threshold: Option<f64>,
}

/// A persona of a project.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Persona {
    pub name: String,
    /// The name as people read it.
    pub title: String,
    #[serde(flatten)]
    #[ts(flatten)]
    pub content: PersonaContent,
    pub enabled: bool,
    /// 0: as it ships.
    pub version: i64,
    /// Whether one of this name ships with Waybill.
    pub built_in: bool,
    /// Null of what is as it ships.
    pub updated_at: Option<Millis>,
    /// The workflows that name it.
    pub used_by: Vec<String>,
}

/// Names a persona.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonaRef {
    pub project: String,
    pub name: String,
}

/// Saves a persona as a new version.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonaSave {
    pub project: String,
    pub name: String,
    /// It must not be there yet.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub new: bool,
    /// The version that was edited; refused when another was saved meanwhile.
    #[serde(default)]
    #[ts(optional)]
    pub version: Option<i64>,
    pub content: PersonaContent,
}

/// Enables or disables a persona or a workflow.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NameEnable {
    pub project: String,
    pub name: String,
    pub enabled: bool,
}

/// Makes a former version of a persona or a workflow active again, as a new version.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VersionActivate {
    pub project: String,
    pub name: String,
    pub version: i64,
}

/// A persona or a workflow that was removed or reset.
#[derive(Debug, Clone, Serialize, TS)]
pub struct NameRemoved {
    /// By which the trash brings it back.
    #[ts(type = "string")]
    pub trash_id: TrashId,
    /// Whether one that ships is there in its place.
    pub reset: bool,
}

/// A version of a persona.
#[derive(Debug, Clone, Serialize, TS)]
pub struct PersonaVersion {
    pub version: i64,
    pub active: bool,
    /// Null of what ships.
    pub saved_by: Option<Author>,
    pub saved_at: Option<Millis>,
    #[serde(flatten)]
    #[ts(flatten)]
    pub content: PersonaContent,
}

/// What a version of a workflow holds.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkflowContent {
    #[serde(rename = "type")]
    #[ts(rename = "type", type = "WorkflowType")]
    pub kind: WorkflowType,
    pub description: String,
    #[ts(type = "Definition")]
    pub definition: Definition,
    #[serde(default)]
    #[ts(type = "SandboxDefaults")]
    pub sandbox_defaults: SandboxDefaults,
}

/// Something at a place of a workflow.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WorkflowFault {
    /// The place in the definition: `nodes[1].nodes[0]`.
    pub place: String,
    pub problem: String,
}

/// A workflow of a project.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Workflow {
    pub name: String,
    /// The name as people read it.
    pub title: String,
    #[serde(flatten)]
    #[ts(flatten)]
    pub content: WorkflowContent,
    /// The steps in a line.
    pub summary: String,
    pub enabled: bool,
    /// 0: as it ships.
    pub version: i64,
    /// Whether one of this name ships with Waybill.
    pub built_in: bool,
    /// Null of what is as it ships.
    pub updated_at: Option<Millis>,
    /// What keeps it from being started: personas that are missing or disabled.
    pub warnings: Vec<WorkflowFault>,
}

/// Names a workflow.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkflowRef {
    pub project: String,
    pub name: String,
}

/// Saves a workflow as a new version.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkflowSave {
    pub project: String,
    pub name: String,
    /// It must not be there yet.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub new: bool,
    /// The version that was edited; refused when another was saved meanwhile.
    #[serde(default)]
    #[ts(optional)]
    pub version: Option<i64>,
    pub content: WorkflowContent,
}

/// Copies a workflow under another name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkflowDuplicate {
    pub project: String,
    pub name: String,
    pub new_name: String,
}

/// Asks what is wrong with a workflow as it is being edited.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkflowCheck {
    pub project: String,
    #[serde(rename = "type")]
    #[ts(rename = "type", type = "WorkflowType")]
    pub kind: WorkflowType,
    #[ts(type = "Definition")]
    pub definition: Definition,
}

/// All that is wrong with a workflow: faults keep it from being saved, warnings from being started.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WorkflowChecked {
    pub faults: Vec<WorkflowFault>,
    pub warnings: Vec<WorkflowFault>,
}

/// A version of a workflow.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WorkflowVersion {
    pub version: i64,
    pub active: bool,
    /// Null of what ships.
    pub saved_by: Option<Author>,
    pub saved_at: Option<Millis>,
    pub summary: String,
    #[serde(flatten)]
    #[ts(flatten)]
    pub content: WorkflowContent,
}

/// A workflow as a file.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WorkflowExport {
    /// What the file may be called.
    pub file_name: String,
    /// JSON, with the personas that the workflow names.
    pub text: String,
}

/// Brings in a workflow's file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkflowImport {
    pub project: String,
    pub text: String,
    /// Only tell what would come in.
    #[serde(default)]
    pub dry_run: bool,
}

waybill_domain::words! {
    /// What an import does with a thing: `same`: it is there already, just so.
    pub enum ImportAction { Add = "add", Replace = "replace", Same = "same" }
}

/// One thing of a workflow's file, and what becomes of it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ImportedName {
    pub name: String,
    #[ts(type = "ImportAction")]
    pub action: ImportAction,
    /// The version that it replaces, which is kept among its versions.
    pub replaces: Option<i64>,
}

/// What came in, or would.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WorkflowImported {
    pub dry_run: bool,
    pub workflow: ImportedName,
    pub description: String,
    pub summary: String,
    pub personas: Vec<ImportedName>,
    pub warnings: Vec<WorkflowFault>,
}
