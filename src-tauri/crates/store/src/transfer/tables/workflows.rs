//! Personas and workflows with their versions, those that were removed as well.

use super::{Kind, Table, author, column, integer, text};

pub(super) const PERSONAS: Table = Table {
    name: "personas",
    columns: &HEAD,
    key: &["id"],
    from: "personas t WHERE t.project_id = ?1",
    order: "t.id",
    owner: None,
    guest: None,
};

pub(super) const PERSONA_VERSIONS: Table = Table {
    name: "persona_versions",
    columns: &[
        text("persona_id"),
        integer("version"),
        text("type"),
        text("description"),
        text("instructions"),
        text("tool"),
        text("model"),
        text("effort"),
        integer("include_learnings"),
        column("weights", Kind::Weights),
        column("threshold", Kind::Real),
        author("saved_by"),
        integer("saved_at"),
    ],
    key: &["persona_id", "version"],
    from: "persona_versions t CROSS JOIN personas p ON p.id = t.persona_id WHERE p.project_id = ?1",
    order: "t.persona_id, t.version",
    owner: Some(("persona_id", "personas")),
    guest: None,
};

pub(super) const WORKFLOWS: Table = Table {
    name: "workflows",
    columns: &HEAD,
    key: &["id"],
    from: "workflows t WHERE t.project_id = ?1",
    order: "t.id",
    owner: None,
    guest: None,
};

pub(super) const WORKFLOW_VERSIONS: Table = Table {
    name: "workflow_versions",
    columns: &[
        text("workflow_id"),
        integer("version"),
        text("type"),
        text("description"),
        column("definition", Kind::Definition),
        column("sandbox_defaults", Kind::SandboxDefaults),
        author("saved_by"),
        integer("saved_at"),
    ],
    key: &["workflow_id", "version"],
    from: "workflow_versions t CROSS JOIN workflows w ON w.id = t.workflow_id WHERE w.project_id = ?1",
    order: "t.workflow_id, t.version",
    owner: Some(("workflow_id", "workflows")),
    guest: None,
};

/// What the rows of both hold.
const HEAD: [super::Column; 10] = [
    text("id"),
    column("project_id", Kind::Project),
    column("name", Kind::Name),
    integer("version"),
    integer("enabled"),
    author("created_by"),
    integer("created_at"),
    integer("updated_at"),
    author("removed_by"),
    integer("removed_at"),
];
