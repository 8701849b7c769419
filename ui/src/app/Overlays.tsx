import { onDemand } from "../lib/onDemand";
import { useCurrentProject } from "./currentProject";
import { closeOverlay, useOverlay } from "./overlays";

const newIssue = onDemand(async () => (await import("../features/issues/NewIssueDialog")).NewIssueDialog);
const startRun = onDemand(async () => (await import("../features/runs/StartRunDialog")).StartRunDialog);
const importing = onDemand(async () => (await import("../features/transfer/ImportDialog")).ImportDialog);
const exporting = onDemand(async () => (await import("../features/transfer/ExportDialog")).ExportDialog);
const palette = onDemand(async () => (await import("../features/palette/Palette")).Palette);
const shortcuts = onDemand(async () => (await import("../features/palette/ShortcutsSheet")).ShortcutsSheet);

/** Fetches the dialogs before they are asked for. */
export function warmOverlays(): void {
  for (const { warm } of [newIssue, startRun, importing, exporting, palette, shortcuts]) warm();
}

/** The dialogs that open over any page. */
export function Overlays() {
  const overlay = useOverlay();
  const { project } = useCurrentProject();
  return (
    <>
      {overlay === "palette" && <palette.Component project={project?.slug ?? null} onClose={closeOverlay} />}
      {overlay === "shortcuts" && <shortcuts.Component onClose={closeOverlay} />}
      {overlay === "new-issue" && project && (
        <newIssue.Component project={project.slug} onClose={closeOverlay} />
      )}
      {overlay === "import" && project && (
        <importing.Component project={project.slug} onClose={closeOverlay} />
      )}
      {overlay === "export" && project && (
        <exporting.Component project={project.slug} onClose={closeOverlay} />
      )}
      {overlay === "new-run" && project && (
        <startRun.Component project={project.slug} onClose={closeOverlay} />
      )}
    </>
  );
}
