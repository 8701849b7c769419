import { IssuesWorkspace } from "./list/IssuesWorkspace";
import { ACTIVE } from "./list/views";

/** The home screen: what is active, one keystroke each. */
export function TriagePage() {
  return <IssuesWorkspace page="inbox" title="Triage" home={ACTIVE} />;
}
