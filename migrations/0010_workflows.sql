-- Personas and workflows of a project: its own, and those that stand in the place of what ships. What ships is in no table.
-- A row says which version is active; what it holds is in its versions. Version 0 is what ships: such a row only says
-- whether it is enabled. What is removed stays for 30 days under its id, with its versions.

CREATE TABLE personas (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  version INTEGER NOT NULL CHECK (version >= 0),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  removed_by TEXT,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX personas_by_name ON personas (project_id, name) WHERE removed_at IS NULL;
CREATE INDEX personas_removed ON personas (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE persona_versions (
  persona_id TEXT NOT NULL REFERENCES personas (id) ON DELETE CASCADE,
  version INTEGER NOT NULL CHECK (version >= 1),
  type TEXT NOT NULL CHECK (type IN ('designer', 'checker', 'optimizer', 'prompter', 'investigator', 'planner', 'deep_dive',
    'reviewer', 'evaluator', 'judge', 'merge_agent', 'custom')),
  description TEXT NOT NULL,
  instructions TEXT NOT NULL,
  tool TEXT,
  model TEXT,
  effort TEXT,
  include_learnings INTEGER NOT NULL CHECK (include_learnings IN (0, 1)),
  weights TEXT CHECK (weights IS NULL OR json_valid(weights)),
  threshold REAL CHECK (threshold BETWEEN 0 AND 100),
  saved_by TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (persona_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE workflows (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  version INTEGER NOT NULL CHECK (version >= 0),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  removed_by TEXT,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX workflows_by_name ON workflows (project_id, name) WHERE removed_at IS NULL;
CREATE INDEX workflows_removed ON workflows (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE workflow_versions (
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  version INTEGER NOT NULL CHECK (version >= 1),
  type TEXT NOT NULL CHECK (type IN ('single_designer', 'designer_checker', 'custom_pipeline', 'persona_pipeline')),
  description TEXT NOT NULL,
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  sandbox_defaults TEXT NOT NULL CHECK (json_valid(sandbox_defaults)),
  saved_by TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (workflow_id, version)
) STRICT, WITHOUT ROWID;
