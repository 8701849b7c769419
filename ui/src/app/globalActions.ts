import { useNavigate } from "@tanstack/react-router";
import { useActions } from "../actions/useActions";
import { useCommand } from "../api/queries";
import { canUndo, toast, toastError, undoLast } from "../design/toasts";
import { paths } from "../lib/links";
import { bytes } from "../lib/numbers";
import { useCurrentProject } from "./currentProject";
import { openOverlay } from "./overlays";

/** What can be done from anywhere. */
export function useGlobalActions(): void {
  const navigate = useNavigate();
  const { project } = useCurrentProject();
  const settings = useCommand("settings_set", {
    onError: (error) => toastError("The theme could not be changed", error),
  });
  const backup = useCommand("backup", {
    onSuccess: (made) =>
      toast({ title: "Backed up", text: `${made.path} (${bytes(made.bytes)})`, tone: "good" }),
    onError: (error) => toastError("The backup could not be made", error),
  });
  const inProject = () => project !== null;
  const go = (href: string) => void navigate({ href });

  useActions({
    "issue.new": { run: () => openOverlay("new-issue"), when: inProject },
    "run.new": { run: () => openOverlay("new-run"), when: inProject },
    undo: { run: () => void undoLast(), when: canUndo },
    "palette.open": () => openOverlay("palette"),
    "notifications.open": () => openOverlay("notifications"),
    "shortcuts.open": () => openOverlay("shortcuts"),
    "project.switch": { run: () => openOverlay("projects"), when: inProject },
    "project.add": () => go("/welcome"),
    "go.needs-you": () => go("/needs-you"),
    "go.settings": () => go("/settings"),
    "go.inbox": { run: () => project && go(paths.inbox(project.slug)), when: inProject },
    "go.issues": { run: () => project && go(paths.issues(project.slug)), when: inProject },
    "go.board": { run: () => project && go(paths.board(project.slug)), when: inProject },
    "go.trash": () => go(paths.trash),
    "issues.import": { run: () => openOverlay("import"), when: inProject },
    "issues.export": { run: () => openOverlay("export"), when: inProject },
    "go.runs": { run: () => project && go(paths.runs(project.slug)), when: inProject },
    "go.sessions": { run: () => project && go(paths.sessions(project.slug)), when: inProject },
    "go.workflows": { run: () => project && go(paths.workflows(project.slug)), when: inProject },
    "go.personas": { run: () => project && go(paths.personas(project.slug)), when: inProject },
    "go.learnings": { run: () => project && go(paths.learnings(project.slug)), when: inProject },
    "go.contexts": { run: () => project && go(paths.contexts(project.slug)), when: inProject },
    "go.project-settings": { run: () => project && go(paths.projectSettings(project.slug)), when: inProject },
    "theme.toggle": () =>
      settings.mutate({
        settings: { theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" },
      }),
    "backup.make": () => backup.mutate({}),
  });
}
