-- Sessions: conversations with agents, what they ask, what they hand in, and the tokens by which they are known.

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  -- A pointer and no more: the issue's todos stay with the issue.
  bound_issue TEXT REFERENCES issues (id) ON DELETE SET NULL,
  state TEXT NOT NULL DEFAULT 'idle' CHECK (state IN ('idle', 'running', 'paused', 'ended')),
  persona_id TEXT,
  config TEXT NOT NULL CHECK (json_valid(config)),
  base_branch TEXT NOT NULL,
  -- The run whose steps are the session's turns; made with the first message.
  run_id TEXT UNIQUE REFERENCES runs (id) ON DELETE SET NULL,
  -- The tool's own session, by which the next turn goes on.
  agent_session_id TEXT,
  -- Why the last turn failed, when it did.
  error TEXT,
  error_kind TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER,
  UNIQUE (project_id, number)
) STRICT;
CREATE INDEX sessions_by_state ON sessions (project_id, state, number);
CREATE INDEX sessions_by_issue ON sessions (bound_issue) WHERE bound_issue IS NOT NULL;

CREATE TABLE session_messages (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  state TEXT NOT NULL CHECK (state IN ('draft', 'queued', 'delivered')),
  author TEXT NOT NULL,
  text TEXT NOT NULL,
  -- The question that this answers.
  question_id TEXT,
  -- The turn that it was handed to, or that said it; its events are the run's output of that step.
  step_id TEXT,
  created_at INTEGER NOT NULL,
  delivered_at INTEGER,
  UNIQUE (session_id, seq)
) STRICT;
CREATE INDEX session_messages_by_state ON session_messages (session_id, state, seq);

CREATE TABLE session_questions (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('checkpoint', 'ask', 'form')),
  text TEXT NOT NULL,
  choices TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(choices)),
  fields TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(fields)),
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'withdrawn')),
  answer TEXT CHECK (answer IS NULL OR json_valid(answer)),
  asked_by TEXT NOT NULL,
  step_id TEXT,
  created_at INTEGER NOT NULL,
  answered_at INTEGER,
  answered_by TEXT
) STRICT;
CREATE INDEX session_questions_by_session ON session_questions (session_id, id);
CREATE INDEX session_questions_open ON session_questions (session_id) WHERE state = 'open';

-- What agents answered in the form that they were asked for.
CREATE TABLE agent_submissions (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  session_id TEXT,
  run_id TEXT,
  step_id TEXT,
  agent TEXT NOT NULL,
  contract TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (json_valid(answer)),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX agent_submissions_by_step ON agent_submissions (step_id, id) WHERE step_id IS NOT NULL;

-- Who an agent is: the SHA-256 of its token, never the token.
CREATE TABLE agent_tokens (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  session_id TEXT REFERENCES sessions (id) ON DELETE CASCADE,
  run_id TEXT REFERENCES runs (id) ON DELETE CASCADE,
  step_id TEXT,
  agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX agent_tokens_by_run ON agent_tokens (run_id) WHERE revoked_at IS NULL;
CREATE INDEX agent_tokens_by_age ON agent_tokens (expires_at);
