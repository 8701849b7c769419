-- What agents are told of a project beside their task (SPEC 11): contexts by session type, learnings, and what was compiled
-- of them for a role. Versions are never changed; a row says which one is active.

CREATE TABLE contexts (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  session_type TEXT NOT NULL CHECK (session_type IN ('learning', 'merging', 'issue', 'answering', 'evaluating', 'judging')),
  -- NULL: nothing was published yet.
  active_version INTEGER CHECK (active_version >= 1),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (project_id, session_type)
) STRICT;

CREATE TABLE context_versions (
  context_id TEXT NOT NULL REFERENCES contexts (id) ON DELETE CASCADE,
  version INTEGER NOT NULL CHECK (version >= 1),
  body TEXT NOT NULL,
  -- NULL: a draft.
  published_at INTEGER,
  saved_by TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (context_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE learnings (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number >= 1),
  description TEXT NOT NULL CHECK (length(description) BETWEEN 1 AND 500),
  trigger TEXT NOT NULL,
  correct_behavior TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('critical', 'important', 'minor')),
  category TEXT NOT NULL CHECK (category IN ('preference', 'pattern', 'gotcha', 'tool', 'architecture')),
  confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  -- The roles that it is for; none: all of them.
  roles TEXT NOT NULL DEFAULT '[]' CHECK (json_type(roles) = 'array'),
  source TEXT NOT NULL CHECK (source IN ('agent', 'extracted', 'operator')),
  status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
  run_id TEXT REFERENCES runs (id) ON DELETE SET NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  decided_by TEXT,
  decided_at INTEGER,
  UNIQUE (project_id, number)
) STRICT;
CREATE INDEX learnings_by_status ON learnings (project_id, status, number);
CREATE INDEX learnings_by_run ON learnings (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE learning_versions (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('designer', 'checker', 'optimizer', 'prompter', 'investigator', 'planner', 'deep_dive',
    'reviewer', 'evaluator', 'judge', 'merge_agent', 'custom')),
  version INTEGER NOT NULL CHECK (version >= 1),
  body TEXT NOT NULL,
  -- The numbers of the learnings that it holds.
  learnings TEXT NOT NULL CHECK (json_type(learnings) = 'array'),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  compiled_by TEXT NOT NULL,
  compiled_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, role, version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX learning_versions_active ON learning_versions (project_id, role) WHERE active = 1;
