-- Runs of many steps: the workflow as it was pinned, where each step stands in it, and the candidates of races.

-- The workflow with its version and the personas of its steps, as they were when the run was made. NULL: a single
-- designer, of a run made before there were others, or the turns of a session.
ALTER TABLE runs ADD COLUMN plan TEXT CHECK (plan IS NULL OR json_valid(plan));
ALTER TABLE runs ADD COLUMN workflow TEXT;
-- When a run that waits for a provider's quota goes on.
ALTER TABLE runs ADD COLUMN resume_at INTEGER;
CREATE INDEX runs_by_workflow ON runs (project_id, workflow, number) WHERE workflow IS NOT NULL;

-- Lane 0 is the run's own; each candidate of a race has a lane, a sandbox and a branch of its own.
ALTER TABLE sandboxes ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_steps ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_steps ADD COLUMN place TEXT NOT NULL DEFAULT '0';
-- What was sent, part by part.
ALTER TABLE run_steps ADD COLUMN instructions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(instructions));
-- What did not fit the contract, while the agent has its one more turn to mend it.
ALTER TABLE run_steps ADD COLUMN mending TEXT;
-- Where the branch stood after it.
ALTER TABLE run_steps ADD COLUMN head_commit TEXT;
-- What the operator wants changed, as a review; the step is what mends it.
ALTER TABLE run_steps ADD COLUMN request TEXT CHECK (request IS NULL OR json_valid(request));
-- How often it waited for a provider's quota.
ALTER TABLE run_steps ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_steps_by_session ON run_steps (run_id, agent_session_id) WHERE agent_session_id IS NOT NULL;

UPDATE run_steps SET instructions = (SELECT instructions FROM runs WHERE id = run_id)
  WHERE position = (SELECT max(position) FROM run_steps last WHERE last.run_id = run_steps.run_id);
ALTER TABLE runs DROP COLUMN instructions;

CREATE TABLE run_candidates (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  lane INTEGER NOT NULL,
  -- The place of the race's judge.
  race TEXT NOT NULL,
  variant INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
  base_commit TEXT NOT NULL,
  head_commit TEXT,
  files_changed INTEGER NOT NULL DEFAULT 0,
  lines_added INTEGER NOT NULL DEFAULT 0,
  lines_removed INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  chosen INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, lane)
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_tokens_by_step ON agent_tokens (step_id) WHERE revoked_at IS NULL;
