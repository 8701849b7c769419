-- The tracker, complete: people, claims, todos, links, attachments, saved views, trash, comments to search.

-- Who is behind `guest:<id>` and `member:<id>`.
CREATE TABLE people (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('guest', 'member')),
  handle TEXT,
  display_name TEXT,
  created_at INTEGER NOT NULL
) STRICT;

-- What a guest may do in a project.
CREATE TABLE grants (
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (name IN ('issues.file', 'issues.view_own', 'issues.view_all', 'issues.comment_own')),
  PRIMARY KEY (person_id, project_id, name)
) STRICT, WITHOUT ROWID;

-- Who works on an issue, so that nobody else begins.
ALTER TABLE issues ADD COLUMN claimed_by TEXT;
ALTER TABLE issues ADD COLUMN claimed_at INTEGER;
-- What can be worked on now, the most urgent first.
CREATE INDEX issues_ready ON issues (project_id,
  (CASE priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END), number)
  WHERE status IN ('triaged', 'assigned') AND claimed_by IS NULL;
-- Counts that lists show, kept by the triggers below.
ALTER TABLE issues ADD COLUMN todos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE issues ADD COLUMN todos_done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE issues ADD COLUMN attachments INTEGER NOT NULL DEFAULT 0;
ALTER TABLE issues ADD COLUMN labels INTEGER NOT NULL DEFAULT 0;
ALTER TABLE issues ADD COLUMN links INTEGER NOT NULL DEFAULT 0;

CREATE TABLE issue_todos (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  issue_id TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
  content TEXT NOT NULL CHECK (length(content) BETWEEN 1 AND 500),
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'in_progress', 'completed', 'abandoned')),
  kind TEXT NOT NULL CHECK (kind IN ('step', 'criterion')),
  origin_agent TEXT,
  phase TEXT,
  position INTEGER NOT NULL,
  notes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(notes)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  completed_at INTEGER
) STRICT;
CREATE INDEX issue_todos_by_issue ON issue_todos (issue_id, position);
-- At most one todo of an issue is in progress, whoever starts one.
CREATE UNIQUE INDEX issue_todos_in_progress ON issue_todos (issue_id) WHERE status = 'in_progress';

CREATE TRIGGER issue_todos_count_new AFTER INSERT ON issue_todos BEGIN
  UPDATE issues SET todos = todos + (new.status <> 'abandoned'), todos_done = todos_done + (new.status = 'completed')
    WHERE id = new.issue_id;
END;
CREATE TRIGGER issue_todos_count_moved AFTER UPDATE OF status ON issue_todos WHEN old.status <> new.status BEGIN
  UPDATE issues SET todos = todos + (new.status <> 'abandoned') - (old.status <> 'abandoned'),
    todos_done = todos_done + (new.status = 'completed') - (old.status = 'completed') WHERE id = new.issue_id;
END;
CREATE TRIGGER issue_todos_count_gone AFTER DELETE ON issue_todos BEGIN
  UPDATE issues SET todos = todos - (old.status <> 'abandoned'), todos_done = todos_done - (old.status = 'completed')
    WHERE id = old.issue_id;
END;

-- `relates_to` has no direction: it is kept with the smaller id first.
CREATE TABLE issue_links (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  from_issue TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
  to_issue TEXT NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('child_of', 'duplicate_of', 'blocked_by', 'relates_to')),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  CHECK (from_issue <> to_issue),
  CHECK (kind <> 'relates_to' OR from_issue < to_issue),
  UNIQUE (from_issue, kind, to_issue)
) STRICT;
CREATE INDEX issue_links_back ON issue_links (to_issue, kind, from_issue);

CREATE TRIGGER issue_links_count_new AFTER INSERT ON issue_links BEGIN
  UPDATE issues SET links = links + 1 WHERE id IN (new.from_issue, new.to_issue);
END;
CREATE TRIGGER issue_links_count_gone AFTER DELETE ON issue_links BEGIN
  UPDATE issues SET links = links - 1 WHERE id IN (old.from_issue, old.to_issue);
END;

-- What is removed goes here whole, as JSON, and is restored from here; it keeps its id.
CREATE TABLE trash (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('issue', 'run')),
  number INTEGER NOT NULL,
  title TEXT NOT NULL,
  removed_by TEXT NOT NULL,
  removed_at INTEGER NOT NULL,
  -- Last, so that a list need not read past it.
  content TEXT NOT NULL CHECK (json_valid(content))
) STRICT;
CREATE INDEX trash_by_age ON trash (removed_at, id);

-- The bytes lie once by SHA-256 in the data directory.
CREATE TABLE attachments (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  -- NULL until the issue is filed, and while it is in the trash.
  issue_id TEXT REFERENCES issues (id) ON DELETE SET NULL,
  trash_id TEXT REFERENCES trash (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 26214400),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_by_issue ON attachments (issue_id, id) WHERE issue_id IS NOT NULL;
CREATE INDEX attachments_loose ON attachments (created_at) WHERE issue_id IS NULL AND trash_id IS NULL;
CREATE INDEX attachments_by_content ON attachments (sha256);

CREATE TRIGGER attachments_count_new AFTER INSERT ON attachments WHEN new.issue_id IS NOT NULL BEGIN
  UPDATE issues SET attachments = attachments + 1 WHERE id = new.issue_id;
END;
CREATE TRIGGER attachments_count_moved AFTER UPDATE OF issue_id ON attachments BEGIN
  UPDATE issues SET attachments = attachments - 1 WHERE id = old.issue_id AND old.issue_id IS NOT new.issue_id;
  UPDATE issues SET attachments = attachments + 1 WHERE id = new.issue_id AND old.issue_id IS NOT new.issue_id;
END;
CREATE TRIGGER attachments_count_gone AFTER DELETE ON attachments WHEN old.issue_id IS NOT NULL BEGIN
  UPDATE issues SET attachments = attachments - 1 WHERE id = old.issue_id;
END;

CREATE TABLE views (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  query TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout IN ('list', 'board')),
  group_by TEXT NOT NULL DEFAULT 'status' CHECK (group_by IN ('status', 'label', 'priority', 'assignee')),
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX views_by_name ON views (project_id, name COLLATE NOCASE);

-- Where an imported issue came from, so that a second import changes nothing. It outlives the issue.
CREATE TABLE external_ids (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  PRIMARY KEY (project_id, source, external_id)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE comments_fts USING fts5 (
  body, content = 'issue_updates', content_rowid = 'key', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
INSERT INTO comments_fts (rowid, body) SELECT key, body FROM issue_updates WHERE kind = 'comment';

-- Texts that the transaction in progress wrote, empty between transactions: whoever commits indexes them all at once,
-- since each statement that writes to a full-text index makes it write out all it holds.
CREATE TABLE unindexed_issues (key INTEGER PRIMARY KEY) STRICT;
CREATE TABLE unindexed_comments (key INTEGER PRIMARY KEY) STRICT;

DROP TRIGGER issues_fts_new;
DROP TRIGGER issues_fts_edited;
DROP TRIGGER issues_fts_gone;
CREATE TRIGGER issues_fts_new AFTER INSERT ON issues BEGIN
  INSERT INTO unindexed_issues (key) VALUES (new.key);
END;
CREATE TRIGGER issues_fts_edited AFTER UPDATE OF title, body ON issues
  WHEN NOT EXISTS (SELECT 1 FROM unindexed_issues WHERE key = old.key) BEGIN
  INSERT INTO issues_fts (issues_fts, rowid, title, body) VALUES ('delete', old.key, old.title, old.body);
  INSERT INTO unindexed_issues (key) VALUES (new.key);
END;
CREATE TRIGGER issues_fts_gone AFTER DELETE ON issues BEGIN
  INSERT INTO issues_fts (issues_fts, rowid, title, body) SELECT 'delete', old.key, old.title, old.body
    WHERE NOT EXISTS (SELECT 1 FROM unindexed_issues WHERE key = old.key);
  DELETE FROM unindexed_issues WHERE key = old.key;
END;
CREATE TRIGGER comments_fts_new AFTER INSERT ON issue_updates WHEN new.kind = 'comment' BEGIN
  INSERT INTO unindexed_comments (key) VALUES (new.key);
END;
CREATE TRIGGER comments_fts_edited AFTER UPDATE OF body ON issue_updates
  WHEN new.kind = 'comment' AND NOT EXISTS (SELECT 1 FROM unindexed_comments WHERE key = old.key) BEGIN
  INSERT INTO comments_fts (comments_fts, rowid, body) VALUES ('delete', old.key, old.body);
  INSERT INTO unindexed_comments (key) VALUES (new.key);
END;
CREATE TRIGGER comments_fts_gone AFTER DELETE ON issue_updates WHEN old.kind = 'comment' BEGIN
  INSERT INTO comments_fts (comments_fts, rowid, body) SELECT 'delete', old.key, old.body
    WHERE NOT EXISTS (SELECT 1 FROM unindexed_comments WHERE key = old.key);
  DELETE FROM unindexed_comments WHERE key = old.key;
END;

-- What is merged of the indexes when nobody writes: two segments of a size already.
INSERT INTO issues_fts (issues_fts, rank) VALUES ('usermerge', 2);
INSERT INTO comments_fts (comments_fts, rank) VALUES ('usermerge', 2);

-- Whose comment it is and whether guests may not see it, in few bytes: a search for a common word walks many of them.
CREATE TABLE comment_places (
  key INTEGER PRIMARY KEY,
  issue_key INTEGER NOT NULL,
  hidden INTEGER NOT NULL
) STRICT;
CREATE INDEX comment_places_hidden ON comment_places (issue_key) WHERE hidden = 1;
INSERT INTO comment_places (key, issue_key, hidden)
  SELECT u.key, i.key, u.visibility <> 'all' FROM issue_updates u JOIN issues i ON i.id = u.issue_id WHERE u.kind = 'comment';
CREATE TRIGGER comment_places_new AFTER INSERT ON issue_updates WHEN new.kind = 'comment' BEGIN
  INSERT INTO comment_places (key, issue_key, hidden)
    SELECT new.key, key, new.visibility <> 'all' FROM issues WHERE id = new.issue_id;
END;
CREATE TRIGGER comment_places_shown AFTER UPDATE OF visibility ON issue_updates WHEN new.kind = 'comment' BEGIN
  UPDATE comment_places SET hidden = new.visibility <> 'all' WHERE key = new.key;
END;
CREATE TRIGGER comment_places_gone AFTER DELETE ON issue_updates WHEN old.kind = 'comment' BEGIN
  DELETE FROM comment_places WHERE key = old.key;
END;

-- Each filter of a list has an index that ends in the list's order, so that a page is read and nothing else.
DROP INDEX issues_by_update;
CREATE INDEX issues_by_update ON issues (project_id, closed, updated_at, number);
CREATE INDEX issues_by_author ON issues (project_id, created_by, closed, number);
CREATE INDEX issues_by_assignment ON issues (project_id, assignment, closed, number);
CREATE INDEX issues_claimed ON issues (project_id, closed, number) WHERE claimed_by IS NOT NULL;
CREATE INDEX issues_with_run ON issues (project_id, closed, number) WHERE run_id IS NOT NULL;
CREATE INDEX issues_with_todos ON issues (project_id, closed, number) WHERE todos > 0;
CREATE INDEX issues_with_attachments ON issues (project_id, closed, number) WHERE attachments > 0;
CREATE INDEX issues_with_links ON issues (project_id, closed, number) WHERE links > 0;
CREATE INDEX issues_without_label ON issues (project_id, closed, number) WHERE labels = 0;
CREATE INDEX runs_with_pr ON runs (project_id, id) WHERE pr_number IS NOT NULL;

-- What of an issue orders and narrows a list by label, kept by the triggers below.
ALTER TABLE issue_labels ADD COLUMN issue_key INTEGER NOT NULL DEFAULT 0;
ALTER TABLE issue_labels ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE issue_labels ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
UPDATE issue_labels SET (issue_key, number, closed) = (SELECT key, number, closed FROM issues WHERE id = issue_id);
UPDATE issues SET labels = (SELECT count(*) FROM issue_labels WHERE issue_id = id);
CREATE INDEX issue_labels_by_number ON issue_labels (label_id, closed, number, issue_key);

-- What the columns of a board count, always equal to what the rows say: by priority, by assignment (empty: none) and
-- by label id (empty: none).
CREATE TABLE issue_tallies (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('priority', 'assignee', 'label')),
  value TEXT NOT NULL,
  closed INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (project_id, kind, value, closed)
) STRICT, WITHOUT ROWID;
INSERT INTO issue_tallies SELECT project_id, 'priority', priority, closed, count(*) FROM issues GROUP BY 1, 2, 3, 4;
INSERT INTO issue_tallies SELECT project_id, 'assignee', coalesce(assignment, ''), closed, count(*) FROM issues GROUP BY 1, 2, 3, 4;
INSERT INTO issue_tallies SELECT project_id, 'label', '', closed, count(*) FROM issues WHERE labels = 0 GROUP BY 1, 2, 3, 4;
INSERT INTO issue_tallies SELECT l.project_id, 'label', l.id, il.closed, count(*)
  FROM issue_labels il JOIN labels l ON l.id = il.label_id GROUP BY 1, 2, 3, 4;

CREATE TRIGGER issues_tally_new AFTER INSERT ON issues BEGIN
  INSERT INTO issue_tallies VALUES (new.project_id, 'priority', new.priority, new.closed, 1),
    (new.project_id, 'assignee', coalesce(new.assignment, ''), new.closed, 1),
    (new.project_id, 'label', '', new.closed, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER issues_tally_moved AFTER UPDATE OF status, priority, assignment ON issues
  WHEN old.closed <> new.closed OR old.priority <> new.priority OR old.assignment IS NOT new.assignment BEGIN
  UPDATE issue_tallies SET count = count - 1 WHERE project_id = old.project_id AND kind = 'priority'
    AND value = old.priority AND closed = old.closed;
  UPDATE issue_tallies SET count = count - 1 WHERE project_id = old.project_id AND kind = 'assignee'
    AND value = coalesce(old.assignment, '') AND closed = old.closed;
  INSERT INTO issue_tallies VALUES (new.project_id, 'priority', new.priority, new.closed, 1),
    (new.project_id, 'assignee', coalesce(new.assignment, ''), new.closed, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER issues_tally_closed AFTER UPDATE OF status ON issues WHEN old.closed <> new.closed BEGIN
  UPDATE issue_labels SET closed = new.closed WHERE issue_id = new.id;
  UPDATE issue_tallies SET count = count - 1 WHERE project_id = new.project_id AND kind = 'label' AND value = ''
    AND closed = old.closed AND new.labels = 0;
  INSERT INTO issue_tallies SELECT new.project_id, 'label', '', new.closed, 1 WHERE new.labels = 0
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER issues_tally_labelled AFTER UPDATE OF labels ON issues WHEN (old.labels = 0) <> (new.labels = 0) BEGIN
  -- The project itself may be what is being removed.
  INSERT INTO issue_tallies SELECT id, 'label', '', new.closed, 0 FROM projects WHERE id = new.project_id
    ON CONFLICT DO NOTHING;
  UPDATE issue_tallies SET count = count + iif(new.labels = 0, 1, -1)
    WHERE project_id = new.project_id AND kind = 'label' AND value = '' AND closed = new.closed;
END;
CREATE TRIGGER issues_tally_gone AFTER DELETE ON issues BEGIN
  UPDATE issue_tallies SET count = count - 1 WHERE project_id = old.project_id AND closed = old.closed
    AND (kind, value) IN (VALUES ('priority', old.priority), ('assignee', coalesce(old.assignment, '')));
  UPDATE issue_tallies SET count = count - 1 WHERE project_id = old.project_id AND kind = 'label' AND value = ''
    AND closed = old.closed AND old.labels = 0;
END;

CREATE TRIGGER issue_labels_tally_new AFTER INSERT ON issue_labels BEGIN
  UPDATE issues SET labels = labels + 1 WHERE id = new.issue_id;
  UPDATE issue_labels SET (issue_key, number, closed) = (SELECT key, number, closed FROM issues WHERE id = new.issue_id)
    WHERE issue_id = new.issue_id AND label_id = new.label_id;
  INSERT INTO issue_tallies
    SELECT project_id, 'label', new.label_id, closed, 1 FROM issues WHERE id = new.issue_id
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER issue_labels_tally_closed AFTER UPDATE OF closed ON issue_labels
  WHEN old.closed <> new.closed AND old.issue_key <> 0 BEGIN
  UPDATE issue_tallies SET count = count - 1 WHERE kind = 'label' AND value = new.label_id AND closed = old.closed
    AND project_id = (SELECT project_id FROM labels WHERE id = new.label_id);
  INSERT INTO issue_tallies SELECT project_id, 'label', id, new.closed, 1 FROM labels WHERE id = new.label_id
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER issue_labels_tally_gone AFTER DELETE ON issue_labels BEGIN
  UPDATE issues SET labels = labels - 1 WHERE id = old.issue_id;
  UPDATE issue_tallies SET count = count - 1 WHERE kind = 'label' AND value = old.label_id AND closed = old.closed
    AND project_id = (SELECT project_id FROM labels WHERE id = old.label_id);
END;
CREATE TRIGGER labels_tally_gone AFTER DELETE ON labels BEGIN
  DELETE FROM issue_tallies WHERE project_id = old.project_id AND kind = 'label' AND value = old.id;
END;
