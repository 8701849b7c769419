import { IssuesWorkspace } from "./list/IssuesWorkspace";
import { ALL } from "./list/views";

/** Every issue of the project. */
export function IssuesPage() {
  return <IssuesWorkspace page="issues" title="Issues" home={ALL} />;
}
