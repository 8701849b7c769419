//! What an export holds: each table of a project with its columns, in the order in which they can be read back.
//!
//! Row numbers (`key`) stay behind: the order of the lines stands for them. Left out are counts that triggers keep,
//! the change log, jobs, names of keychain secrets, and the audit trail, whose hashes hold only in their own database.

mod told;
mod work;
mod workflows;

use crate::error::StoreError;
use crate::transfer::dump::Viewer;
use rusqlite::Connection;
use told::{CONTEXT_VERSIONS, CONTEXTS, LEARNING_VERSIONS, LEARNINGS};
use waybill_domain::ids::ProjectId;
use work::{
    AGENT_SUBMISSIONS, RUN_CANDIDATES, RUN_OUTPUT, RUN_STEPS, RUNS, SANDBOX_MESSAGES, SANDBOXES,
    SESSION_MESSAGES, SESSION_QUESTIONS, SESSIONS,
};
use workflows::{PERSONA_VERSIONS, PERSONAS, WORKFLOW_VERSIONS, WORKFLOWS};

/// A table of an export.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub(super) columns: &'static [Column],
    /// What makes a row the same row.
    pub(super) key: &'static [&'static str],
    /// Where the rows of the project `?1` are found; the table is `t`.
    pub(super) from: &'static str,
    pub(super) order: &'static str,
    /// The column that names the row's owner, and the owner's table, where no column names the project.
    pub(super) owner: Option<(&'static str, &'static str)>,
    /// What a guest may see of it; `?2` is the guest, or NULL for one who sees all issues. `None`: nothing.
    pub(super) guest: Option<&'static str>,
}

/// A column of an export.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// What stands in place of the value, out and in alike; `{}` is the value.
    pub instead: &'static str,
    /// Whether guests do not get it.
    pub operator_only: bool,
    /// What stands for it in exports from before it was there, as JSON; None: it was always there.
    pub before: Option<&'static str>,
}

/// Columns of earlier exports that are no more: what they held lies elsewhere.
pub(super) const GONE: &[(&str, &str)] = &[("runs", "instructions")];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    /// Written as text, since JSON numbers lose digits.
    Real,
    /// A principal: the people among them are exported too.
    Author,
    /// The project's id: no row may name another.
    Project,
    /// A number that the project counts on from.
    Number,
    /// A name of 64 hexadecimal digits that becomes a file's.
    Hash,
    /// A git branch, handed to git later.
    Branch,
    /// A name that people type, and files and rows refer to.
    Name,
    /// JSON that is read as what it is wherever it is shown.
    Definition,
    SandboxDefaults,
    Weights,
    Roles,
    Numbers,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, instead: "{}", operator_only: false, before: None }
}
const fn text(name: &'static str) -> Column {
    column(name, Kind::Text)
}
const fn integer(name: &'static str) -> Column {
    column(name, Kind::Integer)
}
const fn author(name: &'static str) -> Column {
    column(name, Kind::Author)
}
const fn hidden(inner: Column) -> Column {
    Column { operator_only: true, ..inner }
}
const fn changed(inner: Column, instead: &'static str) -> Column {
    Column { instead, ..inner }
}
/// A column that came later than the first exports.
const fn later(inner: Column, before: &'static str) -> Column {
    Column { before: Some(before), ..inner }
}

/// The project's own row; consent and paths of one machine do not travel, since nobody on the next has given them.
const PROJECTS: Table = Table {
    name: "projects",
    columns: &[
        column("id", Kind::Project),
        text("slug"),
        text("name"),
        hidden(text("root_path")),
        hidden(text("git_common_dir")),
        text("default_branch"),
        text("github_repo"),
        text("logo"),
        author("owner"),
        hidden(changed(
            text("settings"),
            "json_remove({}, '$.weak_isolation_allowed', '$.share_tool_login', '$.visible_paths')",
        )),
        column("next_issue_number", Kind::Number),
        column("next_run_number", Kind::Number),
        integer("created_at"),
        integer("updated_at"),
        integer("archived_at"),
    ],
    key: &["id"],
    from: "projects t WHERE t.id = ?1",
    order: "t.id",
    owner: None,
    guest: Some("TRUE"),
};

/// People are written last, when it is known who is named, and read first.
pub(super) const PEOPLE: Table = Table {
    name: "people",
    columns: &[text("id"), text("kind"), text("handle"), text("display_name"), integer("created_at")],
    key: &["id"],
    from: "people t WHERE TRUE",
    order: "t.id",
    owner: None,
    guest: Some("TRUE"),
};

const GRANTS: Table = Table {
    name: "grants",
    columns: &[text("person_id"), column("project_id", Kind::Project), text("name")],
    key: &["person_id", "project_id", "name"],
    from: "grants t WHERE t.project_id = ?1",
    order: "t.person_id, t.name",
    owner: None,
    guest: None,
};

const LABELS: Table = Table {
    name: "labels",
    columns: &[text("id"), column("project_id", Kind::Project), text("name"), text("colour")],
    key: &["id"],
    from: "labels t WHERE t.project_id = ?1",
    order: "t.id",
    owner: None,
    guest: Some("TRUE"),
};

const ISSUES: Table = Table {
    name: "issues",
    columns: &[
        text("id"),
        column("project_id", Kind::Project),
        column("number", Kind::Number),
        author("created_by"),
        text("title"),
        text("body"),
        hidden(text("original_body")),
        text("status"),
        hidden(text("assignment")),
        text("priority"),
        hidden(text("suggested_prompt")),
        hidden(text("run_id")),
        hidden(text("session_id")),
        hidden(text("work_chain_id")),
        hidden(integer("work_chain_order")),
        hidden(author("claimed_by")),
        hidden(integer("claimed_at")),
        hidden(integer("comments")),
        integer("created_at"),
        integer("updated_at"),
        integer("resolved_at"),
        author("resolved_by"),
    ],
    key: &["id"],
    from: "issues t WHERE t.project_id = ?1",
    order: "t.number",
    owner: None,
    guest: Some("(?2 IS NULL OR t.created_by = ?2)"),
};

const ISSUE_LABELS: Table = Table {
    name: "issue_labels",
    columns: &[text("issue_id"), text("label_id")],
    key: &["issue_id", "label_id"],
    from: "issue_labels t CROSS JOIN issues i ON i.id = t.issue_id WHERE i.project_id = ?1",
    order: "t.issue_id, t.label_id",
    owner: Some(("issue_id", "issues")),
    guest: Some("(?2 IS NULL OR i.created_by = ?2)"),
};

const ISSUE_UPDATES: Table = Table {
    name: "issue_updates",
    columns: &[
        text("id"),
        text("issue_id"),
        author("author"),
        text("kind"),
        text("body"),
        hidden(text("metadata")),
        text("visibility"),
        integer("created_at"),
    ],
    key: &["id"],
    from: "issue_updates t CROSS JOIN issues i ON i.id = t.issue_id WHERE i.project_id = ?1",
    order: "t.key",
    owner: Some(("issue_id", "issues")),
    guest: Some("t.visibility = 'all' AND (?2 IS NULL OR i.created_by = ?2)"),
};

const ISSUE_TODOS: Table = Table {
    name: "issue_todos",
    columns: &[
        text("id"),
        text("issue_id"),
        text("content"),
        text("status"),
        text("kind"),
        text("origin_agent"),
        text("phase"),
        integer("position"),
        text("notes"),
        integer("created_at"),
        integer("updated_at"),
        integer("completed_at"),
    ],
    key: &["id"],
    from: "issue_todos t CROSS JOIN issues i ON i.id = t.issue_id WHERE i.project_id = ?1",
    order: "t.key",
    owner: Some(("issue_id", "issues")),
    guest: Some("(?2 IS NULL OR i.created_by = ?2)"),
};

const ISSUE_LINKS: Table = Table {
    name: "issue_links",
    columns: &[
        text("id"),
        column("project_id", Kind::Project),
        text("from_issue"),
        text("to_issue"),
        text("kind"),
        author("created_by"),
        integer("created_at"),
    ],
    key: &["id"],
    from: "issue_links t WHERE t.project_id = ?1",
    order: "t.id",
    owner: None,
    guest: Some(
        "(?2 IS NULL OR (SELECT count(*) FROM issues i
           WHERE i.id IN (t.from_issue, t.to_issue) AND i.created_by = ?2) = 2)",
    ),
};

const TRASH: Table = Table {
    name: "trash",
    columns: &[
        text("id"),
        column("project_id", Kind::Project),
        text("kind"),
        integer("number"),
        text("title"),
        text("content"),
        author("removed_by"),
        integer("removed_at"),
    ],
    key: &["id"],
    from: "trash t WHERE t.project_id = ?1",
    order: "t.id",
    owner: None,
    guest: None,
};

/// The files' rows; those of issues that were never filed are nobody's yet, and stay behind.
pub const ATTACHMENTS: Table = Table {
    name: "attachments",
    columns: &[
        text("id"),
        column("project_id", Kind::Project),
        text("issue_id"),
        hidden(text("trash_id")),
        text("name"),
        text("media_type"),
        integer("size"),
        column("sha256", Kind::Hash),
        author("created_by"),
        integer("created_at"),
    ],
    key: &["id"],
    from: "attachments t WHERE t.project_id = ?1 AND (t.issue_id IS NOT NULL OR t.trash_id IS NOT NULL)",
    order: "t.id",
    owner: None,
    guest: Some(
        "t.issue_id IS NOT NULL AND (?2 IS NULL OR
           EXISTS (SELECT 1 FROM issues i WHERE i.id = t.issue_id AND i.created_by = ?2))",
    ),
};

const VIEWS: Table = Table {
    name: "views",
    columns: &[
        text("id"),
        column("project_id", Kind::Project),
        text("name"),
        text("query"),
        text("layout"),
        text("group_by"),
        integer("position"),
        integer("created_at"),
    ],
    key: &["id"],
    from: "views t WHERE t.project_id = ?1",
    order: "t.id",
    owner: None,
    guest: None,
};

const EXTERNAL_IDS: Table = Table {
    name: "external_ids",
    columns: &[column("project_id", Kind::Project), text("source"), text("external_id"), text("issue_id")],
    key: &["project_id", "source", "external_id"],
    from: "external_ids t WHERE t.project_id = ?1",
    order: "t.source, t.external_id",
    owner: None,
    guest: None,
};

const NOTIFICATIONS: Table = Table {
    name: "notifications",
    columns: &[
        text("id"),
        column("project_id", Kind::Project),
        text("user"),
        text("type"),
        text("title"),
        text("body"),
        text("link"),
        integer("created_at"),
        integer("read_at"),
        integer("dismissed_at"),
    ],
    key: &["id"],
    from: "notifications t WHERE t.project_id = ?1",
    order: "t.id",
    owner: None,
    guest: None,
};

/// Each after those that its rows refer to.
static TABLES: [Table; 32] = [
    PROJECTS,
    PEOPLE,
    GRANTS,
    LABELS,
    ISSUES,
    ISSUE_LABELS,
    ISSUE_UPDATES,
    ISSUE_TODOS,
    ISSUE_LINKS,
    TRASH,
    ATTACHMENTS,
    VIEWS,
    EXTERNAL_IDS,
    PERSONAS,
    PERSONA_VERSIONS,
    WORKFLOWS,
    WORKFLOW_VERSIONS,
    RUNS,
    RUN_STEPS,
    SANDBOXES,
    SANDBOX_MESSAGES,
    RUN_CANDIDATES,
    RUN_OUTPUT,
    CONTEXTS,
    CONTEXT_VERSIONS,
    LEARNINGS,
    LEARNING_VERSIONS,
    SESSIONS,
    SESSION_MESSAGES,
    SESSION_QUESTIONS,
    AGENT_SUBMISSIONS,
    NOTIFICATIONS,
];

/// Every table of an export, each after those that its rows refer to.
pub fn tables() -> &'static [Table] {
    &TABLES
}

impl Table {
    /// Whether an export for this viewer holds the table at all.
    pub const fn is_seen(&self, viewer: &Viewer) -> bool {
        matches!(viewer, Viewer::Operator) || self.guest.is_some()
    }
}

/// How many rows a table has for a project, about: people are counted as one.
pub fn count(connection: &Connection, table: &Table, project: &ProjectId) -> Result<i64, StoreError> {
    if table.name == PEOPLE.name {
        return Ok(1);
    }
    let sql = format!("SELECT count(*) FROM {}", table.from);
    Ok(connection.prepare_cached(&sql)?.query_row([project.as_str()], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::tables;
    use std::collections::BTreeSet;

    /// Columns that are made anew: row numbers, what is generated, and what triggers count.
    const MADE: &[(&str, &str)] = &[
        ("issues", "key"),
        ("issues", "closed"),
        ("issues", "todos"),
        ("issues", "todos_done"),
        ("issues", "attachments"),
        ("issues", "labels"),
        ("issues", "links"),
        ("issue_labels", "issue_key"),
        ("issue_labels", "number"),
        ("issue_labels", "closed"),
        ("issue_updates", "key"),
        ("issue_todos", "key"),
    ];
    /// Tables that are no project's, or only this database's.
    const NOT_EXPORTED: &[&str] = &[
        "settings",
        "secrets",
        "agent_tools",
        "agent_tokens",
        "change_log",
        "audit_events",
        "issue_counts",
        "issue_tallies",
        "comment_places",
        "jobs",
        "unindexed_issues",
        "unindexed_comments",
    ];

    #[test]
    fn a_column_that_a_migration_adds_is_not_forgotten_in_exports() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store =
            crate::Store::open(directory.path(), std::sync::Arc::new(|| 1)).expect("the database opens");
        let exported: BTreeSet<(String, String)> = tables()
            .iter()
            .flat_map(|table| table.columns.iter().map(|c| (table.name.to_owned(), c.name.to_owned())))
            .collect();
        let stored: BTreeSet<(String, String)> = store
            .read_blocking(|reader| {
                let mut statement = reader.prepare(
                    "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
                     WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name NOT LIKE 'sqlite_%'
                       AND m.name NOT LIKE '%_fts_%'",
                )?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .expect("the schema is read");
        let wanted: BTreeSet<(String, String)> = stored
            .into_iter()
            .filter(|(table, column)| {
                !NOT_EXPORTED.contains(&table.as_str()) && !MADE.contains(&(table.as_str(), column.as_str()))
            })
            .collect();
        assert_eq!(exported, wanted, "an export that misses a column loses it; decide where it belongs");
    }
}
