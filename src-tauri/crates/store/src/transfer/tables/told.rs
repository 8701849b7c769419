//! What agents are told of a project: contexts and learnings, with their versions.

use super::{Kind, Table, author, column, integer, text};

pub(super) const CONTEXTS: Table = Table {
    name: "contexts",
    columns: &[
        text("id"),
        column("project_id", Kind::Project),
        text("session_type"),
        integer("active_version"),
        author("created_by"),
        integer("created_at"),
        integer("updated_at"),
    ],
    key: &["id"],
    from: "contexts t WHERE t.project_id = ?1",
    order: "t.id",
    owner: None,
    guest: None,
};

pub(super) const CONTEXT_VERSIONS: Table = Table {
    name: "context_versions",
    columns: &[
        text("context_id"),
        integer("version"),
        text("body"),
        integer("published_at"),
        author("saved_by"),
        integer("saved_at"),
    ],
    key: &["context_id", "version"],
    from: "context_versions t CROSS JOIN contexts c ON c.id = t.context_id WHERE c.project_id = ?1",
    order: "t.context_id, t.version",
    owner: Some(("context_id", "contexts")),
    guest: None,
};

pub(super) const LEARNINGS: Table = Table {
    name: "learnings",
    columns: &[
        text("id"),
        column("project_id", Kind::Project),
        column("number", Kind::Number),
        text("description"),
        text("trigger"),
        text("correct_behavior"),
        text("severity"),
        text("category"),
        column("confidence", Kind::Real),
        column("roles", Kind::Roles),
        text("source"),
        text("status"),
        text("run_id"),
        author("created_by"),
        integer("created_at"),
        integer("updated_at"),
        author("decided_by"),
        integer("decided_at"),
    ],
    key: &["id"],
    from: "learnings t WHERE t.project_id = ?1",
    order: "t.number",
    owner: None,
    guest: None,
};

pub(super) const LEARNING_VERSIONS: Table = Table {
    name: "learning_versions",
    columns: &[
        column("project_id", Kind::Project),
        text("role"),
        integer("version"),
        text("body"),
        column("learnings", Kind::Numbers),
        integer("active"),
        author("compiled_by"),
        integer("compiled_at"),
    ],
    key: &["project_id", "role", "version"],
    from: "learning_versions t WHERE t.project_id = ?1",
    order: "t.role, t.version",
    owner: None,
    guest: None,
};
