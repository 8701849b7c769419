import { paths } from "../../lib/links";
import { platform } from "../../platform";

/** A link to an issue that works outside: Waybill's own in the desktop application, the page's address elsewhere. */
export function issueLink(project: string, number: number): string {
  const path = paths.issue(project, number);
  return platform().kind === "tauri" ? `waybill:/${path}` : new URL(path, location.origin).href;
}
