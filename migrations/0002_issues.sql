-- The tracker: issues, their updates and labels, their counts and their full-text indexes.

-- `key` is a stable rowid: the full-text index refers to it, and VACUUM may renumber implicit ones.
CREATE TABLE issues (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  body TEXT NOT NULL DEFAULT '' CHECK (octet_length(body) <= 16384),
  original_body TEXT,
  status TEXT NOT NULL DEFAULT 'open'
    CHECK (status IN ('open', 'triaged', 'assigned', 'in_progress', 'resolved', 'rejected')),
  closed INTEGER NOT NULL GENERATED ALWAYS AS (status IN ('resolved', 'rejected')) STORED,
  assignment TEXT,
  priority TEXT NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'critical')),
  suggested_prompt TEXT,
  run_id TEXT,
  session_id TEXT,
  work_chain_id TEXT,
  work_chain_order INTEGER,
  comments INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  resolved_at INTEGER,
  resolved_by TEXT,
  UNIQUE (project_id, number)
) STRICT;

CREATE INDEX issues_by_state ON issues (project_id, closed, number);
CREATE INDEX issues_by_status ON issues (project_id, status, number);
CREATE INDEX issues_by_update ON issues (project_id, updated_at);
CREATE INDEX issues_by_run ON issues (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX issues_worked ON issues (project_id, closed, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX issues_by_priority ON issues (project_id, closed,
  (CASE priority WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END), number);

CREATE TABLE issue_updates (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  issue_id TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
  author TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('comment', 'status_change', 'assignment_change', 'title_edit', 'body_edit',
    'priority_change', 'label_change', 'link_change', 'system_note')),
  body TEXT,
  metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
  visibility TEXT NOT NULL DEFAULT 'all' CHECK (visibility IN ('all', 'operator_only')),
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX issue_updates_by_issue ON issue_updates (issue_id, key);

CREATE TABLE labels (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 50),
  colour TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX labels_by_name ON labels (project_id, name COLLATE NOCASE);

CREATE TABLE issue_labels (
  issue_id TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
  label_id TEXT NOT NULL REFERENCES labels (id) ON DELETE CASCADE,
  PRIMARY KEY (issue_id, label_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX issue_labels_by_label ON issue_labels (label_id, issue_id);

-- Counts that do not scan, always equal to what the rows say.
CREATE TABLE issue_counts (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  status TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (project_id, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER issues_count_new AFTER INSERT ON issues BEGIN
  INSERT INTO issue_counts VALUES (new.project_id, new.status, 1)
    ON CONFLICT (project_id, status) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER issues_count_moved AFTER UPDATE OF status ON issues WHEN old.status <> new.status BEGIN
  UPDATE issue_counts SET count = count - 1 WHERE project_id = old.project_id AND status = old.status;
  INSERT INTO issue_counts VALUES (new.project_id, new.status, 1)
    ON CONFLICT (project_id, status) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER issues_count_gone AFTER DELETE ON issues BEGIN
  UPDATE issue_counts SET count = count - 1 WHERE project_id = old.project_id AND status = old.status;
END;

CREATE VIRTUAL TABLE issues_fts USING fts5 (
  title, body, content = 'issues', content_rowid = 'key', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
CREATE TRIGGER issues_fts_new AFTER INSERT ON issues BEGIN
  INSERT INTO issues_fts (rowid, title, body) VALUES (new.key, new.title, new.body);
END;
CREATE TRIGGER issues_fts_edited AFTER UPDATE OF title, body ON issues BEGIN
  INSERT INTO issues_fts (issues_fts, rowid, title, body) VALUES ('delete', old.key, old.title, old.body);
  INSERT INTO issues_fts (rowid, title, body) VALUES (new.key, new.title, new.body);
END;
CREATE TRIGGER issues_fts_gone AFTER DELETE ON issues BEGIN
  INSERT INTO issues_fts (issues_fts, rowid, title, body) VALUES ('delete', old.key, old.title, old.body);
END;
