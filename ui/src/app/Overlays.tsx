import { lazy, Suspense } from "react";
import { useCurrentProject } from "./currentProject";
import { closeOverlay, useOverlay } from "./overlays";

const loads = {
  newIssue: () => import("../features/issues/NewIssueDialog"),
  newRun: () => import("../features/runs/StartRunDialog"),
  importing: () => import("../features/transfer/ImportDialog"),
  exporting: () => import("../features/transfer/ExportDialog"),
  palette: () => import("../features/palette/Palette"),
  shortcuts: () => import("../features/palette/ShortcutsSheet"),
};

const NewIssueDialog = lazy(async () => ({ default: (await loads.newIssue()).NewIssueDialog }));
const StartRunDialog = lazy(async () => ({ default: (await loads.newRun()).StartRunDialog }));
const ImportDialog = lazy(async () => ({ default: (await loads.importing()).ImportDialog }));
const ExportDialog = lazy(async () => ({ default: (await loads.exporting()).ExportDialog }));
const Palette = lazy(async () => ({ default: (await loads.palette()).Palette }));
const ShortcutsSheet = lazy(async () => ({ default: (await loads.shortcuts()).ShortcutsSheet }));

/** Fetches the dialogs before they are asked for. */
export function warmOverlays(): void {
  for (const load of Object.values(loads)) void load();
}

/** The dialogs that open over any page. */
export function Overlays() {
  const overlay = useOverlay();
  const { project } = useCurrentProject();
  return (
    <Suspense fallback={null}>
      {overlay === "palette" && <Palette project={project?.slug ?? null} onClose={closeOverlay} />}
      {overlay === "shortcuts" && <ShortcutsSheet onClose={closeOverlay} />}
      {overlay === "new-issue" && project && <NewIssueDialog project={project.slug} onClose={closeOverlay} />}
      {overlay === "import" && project && <ImportDialog project={project.slug} onClose={closeOverlay} />}
      {overlay === "export" && project && <ExportDialog project={project.slug} onClose={closeOverlay} />}
      {overlay === "new-run" && project && <StartRunDialog project={project.slug} onClose={closeOverlay} />}
    </Suspense>
  );
}
