/** What an action is called, which keys it has, and where the shortcuts sheet lists it. */
export interface ActionEntry {
  title: string;
  group: ActionGroup;
  /** See `lib/keys.ts` for how keys are written. Several ways are separated in the list. */
  keys?: readonly string[];
  /** Acts on the row or thing in focus, so that it makes no sense in the command palette. */
  inPlace?: boolean;
}

export const groups = [
  "General",
  "Go to",
  "List",
  "Issue",
  "Board",
  "Todos",
  "Run",
  "Review",
  "Session",
  "Workflow",
  "Learning",
] as const;
export type ActionGroup = (typeof groups)[number];

/**
 * Every action there is. A page brings those to life that it can do (`useActions`); palette, shortcuts sheet, menus and
 * tooltips read their names and keys here, so that they can never disagree.
 */
export const catalogue = {
  "palette.open": { title: "Command palette", group: "General", keys: ["$mod+k"] },
  "shortcuts.open": { title: "Keyboard shortcuts", group: "General", keys: ["?"] },
  "issue.new": { title: "New issue", group: "General", keys: ["c"] },
  "search.focus": { title: "Search", group: "General", keys: ["/"] },
  undo: { title: "Undo the last change", group: "General", keys: ["z"] },
  "notifications.open": { title: "Notifications", group: "General", keys: ["n"] },
  "theme.toggle": { title: "Switch between light and dark", group: "General" },
  "project.add": { title: "Add a project", group: "General" },
  "project.switch": { title: "Switch project", group: "General", keys: ["p"] },
  "backup.make": { title: "Back up now", group: "General" },

  "issues.import": { title: "Import issues", group: "General" },
  "issues.export": { title: "Export the project", group: "General" },

  "go.needs-you": { title: "Go to Needs you", group: "Go to", keys: ["g n"] },
  "go.inbox": { title: "Go to Triage", group: "Go to", keys: ["g t"] },
  "go.issues": { title: "Go to Issues", group: "Go to", keys: ["g i"] },
  "go.board": { title: "Go to Board", group: "Go to", keys: ["g b"] },
  "go.runs": { title: "Go to Runs", group: "Go to", keys: ["g r"] },
  "go.sessions": { title: "Go to Sessions", group: "Go to", keys: ["g a"] },
  "go.workflows": { title: "Go to Workflows", group: "Go to", keys: ["g w"] },
  "go.personas": { title: "Go to Personas", group: "Go to", keys: ["g o"] },
  "go.learnings": { title: "Go to Learnings", group: "Go to", keys: ["g l"] },
  "go.contexts": { title: "Go to Contexts", group: "Go to", keys: ["g c"] },
  "go.trash": { title: "Go to Recently removed", group: "Go to", keys: ["g x"] },
  "go.settings": { title: "Go to Settings", group: "Go to", keys: ["g s"] },
  "go.project-settings": { title: "Go to Project settings", group: "Go to", keys: ["g p"] },

  "list.next": { title: "Next row", group: "List", keys: ["j", "arrowdown"], inPlace: true },
  "list.previous": { title: "Previous row", group: "List", keys: ["k", "arrowup"], inPlace: true },
  "list.open": { title: "Open", group: "List", keys: ["enter"], inPlace: true },
  "list.close": { title: "Close, or clear the marks", group: "List", keys: ["escape"], inPlace: true },
  "list.mark": { title: "Mark on the way", group: "List", keys: ["shift+j", "shift+k"], inPlace: true },
  "list.filter": { title: "Filter by status, priority, label …", group: "List", keys: ["f"] },
  "list.save-view": { title: "Save as a view", group: "List", keys: ["shift+v"] },
  "list.layout": { title: "Switch between list and board", group: "List", keys: ["b"] },
  "list.restore": { title: "Restore", group: "List", keys: ["r"] },
  "list.mark-all": { title: "Mark all", group: "List", keys: ["$mod+a"], inPlace: true },

  "issue.priority-critical": { title: "Priority: critical", group: "Issue", keys: ["1"] },
  "issue.priority-high": { title: "Priority: high", group: "Issue", keys: ["2"] },
  "issue.priority-medium": { title: "Priority: medium", group: "Issue", keys: ["3"] },
  "issue.priority-low": { title: "Priority: low", group: "Issue", keys: ["4"] },
  "issue.triage": { title: "Triage", group: "Issue", keys: ["t"] },
  "issue.run": { title: "Run an agent on the issue", group: "Issue", keys: ["r"] },
  "issue.reject": { title: "Reject with a note", group: "Issue", keys: ["x"] },
  "issue.label": { title: "Labels", group: "Issue", keys: ["l"] },
  "issue.comment": { title: "Comment", group: "Issue", keys: ["m"] },
  "issue.edit": { title: "Edit", group: "Issue", keys: ["e"] },
  "issue.status": { title: "Change status", group: "Issue", keys: ["s"] },
  "issue.resolve": { title: "Resolve", group: "Issue" },
  "issue.reopen": { title: "Reopen", group: "Issue" },
  "issue.assign": { title: "Assign", group: "Issue", keys: ["a"] },
  "issue.duplicate": { title: "Close as duplicate of…", group: "Issue", keys: ["d"] },
  "issue.claim": { title: "Claim", group: "Issue", keys: ["w"] },
  "issue.release": { title: "Release the claim", group: "Issue" },
  "issue.remove": { title: "Remove the issue", group: "Issue", keys: ["$mod+backspace"] },
  "issue.new-child": { title: "New child issue", group: "Issue", keys: ["shift+c"] },
  "issue.link": { title: "Link to another issue", group: "Issue", keys: ["shift+l"] },
  "issue.graph": { title: "Show the graph of links", group: "Issue" },
  "issue.attach": { title: "Attach a file", group: "Issue", keys: ["shift+f"] },
  "issue.copy-link": { title: "Copy link to the issue", group: "Issue", keys: ["$mod+shift+c"] },
  "issue.next": { title: "Next issue", group: "Issue", keys: ["]"] },
  "issue.previous": { title: "Previous issue", group: "Issue", keys: ["["] },

  "card.left": {
    title: "Move the card to the column on the left",
    group: "Board",
    keys: ["shift+arrowleft"],
    inPlace: true,
  },
  "card.right": {
    title: "Move the card to the column on the right",
    group: "Board",
    keys: ["shift+arrowright"],
    inPlace: true,
  },
  "board.columns": { title: "Next column", group: "Board", keys: ["arrowleft", "arrowright"], inPlace: true },
  "board.group": { title: "Columns by …", group: "Board", keys: ["shift+b"] },

  "todo.add-criterion": { title: "Add a criterion", group: "Todos", keys: ["shift+t"] },
  "todo.add-step": { title: "Add a step", group: "Todos", keys: ["shift+s"] },
  "todo.markdown": { title: "Edit the todos as Markdown", group: "Todos" },
  "todo.done": { title: "Done, or not done", group: "Todos", keys: ["space"], inPlace: true },
  "todo.start": { title: "Start, or stop", group: "Todos", keys: ["s"], inPlace: true },
  "todo.edit": { title: "Edit in place", group: "Todos", keys: ["enter"], inPlace: true },
  "todo.note": { title: "Add a note", group: "Todos", keys: ["n"], inPlace: true },
  "todo.drop": {
    title: "Drop, or take up again",
    group: "Todos",
    keys: ["delete", "backspace"],
    inPlace: true,
  },
  "todo.up": { title: "Move up", group: "Todos", keys: ["alt+arrowup"], inPlace: true },
  "todo.down": { title: "Move down", group: "Todos", keys: ["alt+arrowdown"], inPlace: true },

  "run.new": { title: "New run from a prompt", group: "Run", keys: ["shift+n"] },
  "run.cancel": { title: "Cancel the run", group: "Run", keys: ["shift+c"] },
  "run.pause": { title: "Pause the run", group: "Run", keys: ["shift+p"] },
  "run.resume": { title: "Resume the run", group: "Run", keys: ["shift+p"] },
  "run.retry": { title: "Retry the run", group: "Run", keys: ["shift+r"] },
  "run.consent": { title: "Allow weaker isolation", group: "Run" },
  "run.follow": { title: "Jump to the end of the output", group: "Run", keys: ["shift+g"] },
  "run.output": { title: "Show the output", group: "Run", keys: ["1"] },
  "run.diff": { title: "Show the diff", group: "Run", keys: ["2"] },
  "run.instructions": { title: "Show the instructions", group: "Run", keys: ["3"] },
  "run.usage": { title: "Show the usage", group: "Run", keys: ["4"] },
  "run.candidates": { title: "Show the candidates", group: "Run", keys: ["5"] },
  "run.open-issue": { title: "Open the run's issue", group: "Run", keys: ["i"] },

  "session.conversation": { title: "Show the conversation", group: "Session", keys: ["1"] },
  "session.terminal": { title: "Show the terminal", group: "Session", keys: ["2"] },
  "session.diff": { title: "Show the session's changes", group: "Session", keys: ["3"] },
  "session.issue": { title: "Show the session's issue", group: "Session", keys: ["4"] },
  "session.answer": { title: "Answer what the agent asks", group: "Session", keys: ["a"] },
  "session.message": { title: "Write to the agent", group: "Session", keys: ["m"] },
  "session.interrupt": { title: "Interrupt the agent", group: "Session", keys: ["escape"] },
  "session.bind": { title: "Bind the session to an issue", group: "Session", keys: ["b"] },
  "session.unbind": { title: "Unbind the session from its issue", group: "Session" },
  "session.promote": { title: "Promote the session to an issue", group: "Session" },
  "session.end": { title: "End the session", group: "Session" },

  "workflow.new": { title: "New workflow", group: "Workflow", keys: ["shift+w"] },
  "workflow.import": { title: "Import a workflow", group: "Workflow" },
  "workflow.export": { title: "Export the workflow", group: "Workflow" },
  "workflow.duplicate": { title: "Duplicate the workflow", group: "Workflow" },
  "persona.new": { title: "New persona", group: "Workflow", keys: ["shift+w"] },
  "edit.save": { title: "Save as a new version", group: "Workflow", keys: ["$mod+s"] },
  "edit.discard": { title: "Discard the changes", group: "Workflow" },
  "edit.redo": { title: "Do again what was undone", group: "Workflow", keys: ["shift+z"] },
  "edit.show": { title: "Show the editor", group: "Workflow", keys: ["1"] },
  "edit.versions": { title: "Show the versions", group: "Workflow", keys: ["2"] },
  "edit.enable": { title: "Enable or disable", group: "Workflow", keys: ["shift+e"] },
  "edit.remove": { title: "Remove, or reset to what ships", group: "Workflow", keys: ["$mod+backspace"] },
  "node.add": { title: "Add after the chosen step", group: "Workflow", keys: ["a"] },
  "node.up": { title: "Move the step up", group: "Workflow", keys: ["alt+arrowup"] },
  "node.down": { title: "Move the step down", group: "Workflow", keys: ["alt+arrowdown"] },
  "node.loop": { title: "Put a loop around the step", group: "Workflow", keys: ["l"] },
  "node.race": { title: "Put a race around the step", group: "Workflow", keys: ["r"] },
  "node.unwrap": { title: "Take the loop or race away, and leave its steps", group: "Workflow", keys: ["u"] },
  "node.remove": { title: "Remove the step", group: "Workflow", keys: ["delete", "backspace"] },
  "learning.approve": { title: "Approve", group: "Learning", keys: ["a"] },
  "learning.reject": { title: "Reject", group: "Learning", keys: ["x"] },
  "learning.reopen": { title: "Back to the review", group: "Learning", keys: ["o"] },
  "learning.edit": { title: "Edit the learning", group: "Learning", keys: ["e"] },
  "learning.new": { title: "Write down a learning", group: "Learning", keys: ["l"] },
  "learning.pending": { title: "Show what is pending", group: "Learning", keys: ["1"] },
  "learning.approved": { title: "Show what is approved", group: "Learning", keys: ["2"] },
  "learning.rejected": { title: "Show what was rejected", group: "Learning", keys: ["3"] },
  "learning.compile": { title: "Compile the learnings of the role", group: "Learning", keys: ["shift+c"] },
  "context.save": { title: "Save the context as a draft", group: "Learning", keys: ["$mod+s"] },
  "context.publish": { title: "Publish the context", group: "Learning", keys: ["$mod+enter"] },

  "run.merge": { title: "Merge the branch", group: "Review", keys: ["shift+m"] },
  "run.squash": { title: "Squash and merge", group: "Review" },
  "run.rebase": { title: "Rebase and merge", group: "Review" },
  "run.request-changes": { title: "Request changes", group: "Review", keys: ["shift+q"] },
  "diff.comment": { title: "Comment on a line", group: "Review", keys: ["shift+k"] },
  "run.discard": { title: "Discard the branch", group: "Review", keys: ["shift+d"] },
  "diff.next-file": { title: "Next file", group: "Review", keys: ["n", "]"] },
  "diff.previous-file": { title: "Previous file", group: "Review", keys: ["p", "["] },
  "diff.viewed": { title: "Mark the file as viewed", group: "Review", keys: ["v"] },
  "diff.layout": { title: "Side by side or unified", group: "Review", keys: ["u"] },
} as const satisfies Record<string, ActionEntry>;

export type ActionId = keyof typeof catalogue;

export function entryOf(id: ActionId): ActionEntry {
  return catalogue[id];
}

/** The first way to press it, for tooltips and menus. */
export function keysOf(id: ActionId): string | undefined {
  return entryOf(id).keys?.[0];
}
