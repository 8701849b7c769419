-- What everything else stands on: projects, settings, the change log and the audit trail.

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  root_path TEXT NOT NULL,
  git_common_dir TEXT NOT NULL UNIQUE,
  default_branch TEXT NOT NULL,
  github_repo TEXT,
  logo TEXT,
  owner TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
  next_issue_number INTEGER NOT NULL DEFAULT 1,
  next_run_number INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  archived_at INTEGER
) STRICT;

-- The operator's settings, one JSON value a key.
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

-- Names of the secrets whose values lie in the keychain; never a value.
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Agent tools that the operator added.
CREATE TABLE agent_tools (
  name TEXT PRIMARY KEY,
  command TEXT NOT NULL,
  prompt_by TEXT NOT NULL CHECK (prompt_by IN ('arg', 'stdin', 'file')),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How everything that shows data stays live; pruned to the last 100,000 rows.
CREATE TABLE change_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  topic TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  project_id TEXT,
  at INTEGER NOT NULL
) STRICT;

-- Append-only; each row's hash covers the row before it.
CREATE TABLE audit_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  project_id TEXT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  event TEXT NOT NULL,
  metadata TEXT NOT NULL CHECK (json_valid(metadata)),
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_events_are_not_removed BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
