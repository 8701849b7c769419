-- Agent tools of the operator's may speak the Agent Client Protocol: the prompt is said in its conversation.

CREATE TABLE agent_tools_anew (
  name TEXT PRIMARY KEY,
  command TEXT NOT NULL,
  prompt_by TEXT NOT NULL CHECK (prompt_by IN ('arg', 'stdin', 'file', 'acp')),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO agent_tools_anew SELECT name, command, prompt_by, created_at FROM agent_tools;
DROP TABLE agent_tools;
ALTER TABLE agent_tools_anew RENAME TO agent_tools;
