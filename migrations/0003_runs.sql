-- Work: runs, their steps, sandboxes, messages and output.

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  workflow_id TEXT,
  workflow_version INTEGER,
  source TEXT NOT NULL
    CHECK (source IN ('workflow', 'issue', 'sprint_chain', 'sandbox', 'merge_agent', 'recurring_task')),
  prompt TEXT NOT NULL,
  config TEXT NOT NULL CHECK (json_valid(config)),
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  waiting_for TEXT,
  -- What the operator asked of a run that works: 'cancel', 'pause'; the engine obeys and clears it.
  wish TEXT CHECK (wish IN ('cancel', 'pause')),
  base_branch TEXT NOT NULL,
  base_commit TEXT,
  branch TEXT,
  head_commit TEXT,
  merge_commit TEXT,
  delivery TEXT NOT NULL DEFAULT 'none' CHECK (delivery IN ('none', 'ready', 'merged', 'discarded')),
  files_changed INTEGER NOT NULL DEFAULT 0,
  lines_added INTEGER NOT NULL DEFAULT 0,
  lines_removed INTEGER NOT NULL DEFAULT 0,
  pr_url TEXT,
  pr_number INTEGER,
  pr_status TEXT,
  pr_error TEXT,
  quality_score REAL,
  threshold_result INTEGER,
  ci_checks TEXT CHECK (ci_checks IS NULL OR json_valid(ci_checks)),
  cost_usd REAL,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  iterations INTEGER NOT NULL DEFAULT 0,
  activity TEXT,
  error TEXT,
  error_kind TEXT,
  failed_step_id TEXT,
  issue_id TEXT REFERENCES issues (id) ON DELETE SET NULL,
  instructions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(instructions)),
  output_events INTEGER NOT NULL DEFAULT 0,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  UNIQUE (project_id, number)
) STRICT;

CREATE INDEX runs_by_status ON runs (project_id, status, number);
CREATE INDEX runs_active ON runs (status, created_at) WHERE status IN ('pending', 'running');
CREATE INDEX runs_by_issue ON runs (issue_id, number) WHERE issue_id IS NOT NULL;
CREATE INDEX runs_waiting ON runs (project_id, number) WHERE waiting_for IS NOT NULL;
CREATE INDEX runs_failed ON runs (project_id, number) WHERE status = 'failed' AND delivery = 'none';
CREATE INDEX runs_by_end ON runs (coalesce(finished_at, started_at), cost_usd);
CREATE INDEX runs_to_review ON runs (project_id, delivery, number) WHERE delivery = 'ready';

CREATE TABLE run_steps (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  iteration INTEGER NOT NULL DEFAULT 1,
  attempt INTEGER NOT NULL DEFAULT 0,
  role TEXT NOT NULL,
  persona TEXT,
  tool TEXT NOT NULL,
  model TEXT,
  effort TEXT,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  sandbox_id TEXT,
  agent_session_id TEXT,
  verdict TEXT CHECK (verdict IS NULL OR json_valid(verdict)),
  -- How the agent ended, kept before its work is collected: it is never run twice for one answer.
  outcome TEXT CHECK (outcome IS NULL OR json_valid(outcome)),
  quality_scores TEXT CHECK (quality_scores IS NULL OR json_valid(quality_scores)),
  summary TEXT,
  error TEXT,
  error_kind TEXT,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cache_read_tokens INTEGER NOT NULL DEFAULT 0,
  cache_write_tokens INTEGER NOT NULL DEFAULT 0,
  cost_usd REAL,
  started_at INTEGER,
  finished_at INTEGER,
  UNIQUE (run_id, position, iteration)
) STRICT;

CREATE TABLE sandboxes (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  run_id TEXT REFERENCES runs (id) ON DELETE CASCADE,
  provider TEXT NOT NULL CHECK (provider IN ('local', 'e2b')),
  template_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('creating', 'running', 'paused', 'killed', 'error')),
  timeout_ms INTEGER NOT NULL CHECK (timeout_ms BETWEEN 60000 AND 14400000),
  memory_mb INTEGER NOT NULL CHECK (memory_mb BETWEEN 256 AND 8192),
  cpu_count INTEGER NOT NULL CHECK (cpu_count BETWEEN 1 AND 8),
  network TEXT NOT NULL,
  workspace TEXT NOT NULL,
  remote_id TEXT,
  isolation TEXT NOT NULL CHECK (json_valid(isolation)),
  held_back TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(held_back)),
  process TEXT CHECK (process IS NULL OR json_valid(process)),
  error TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX sandboxes_by_run ON sandboxes (run_id);
CREATE INDEX sandboxes_live ON sandboxes (state) WHERE state IN ('creating', 'running', 'paused');

-- Every message between Waybill and an agent.
CREATE TABLE sandbox_messages (
  id TEXT PRIMARY KEY,
  sandbox_id TEXT NOT NULL REFERENCES sandboxes (id) ON DELETE CASCADE,
  step_id TEXT,
  seq INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  content TEXT NOT NULL,
  stream_log TEXT,
  created_at INTEGER NOT NULL,
  UNIQUE (sandbox_id, seq)
) STRICT;

-- The events of a run in order, many to a row: `first` is the number of the row's first event, counted from 0
-- over the run; `events` is an array of [at, event].
CREATE TABLE run_output (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  step INTEGER NOT NULL,
  events TEXT NOT NULL,
  PRIMARY KEY (run_id, first)
) STRICT, WITHOUT ROWID;
