import { actionItem } from "../../../actions/ActionButton";
import type { ActionId } from "../../../actions/catalogue";
import type { IssueRow } from "../../../api/generated/bindings";
import type { MenuGroup, MenuItem } from "../../../design/Menu";
import { isActive, isUntriaged, mayBeAssigned, mayBeClaimed, mayBeRejected } from "../useIssueActions";

/** What can be done with these issues; what makes no sense for them is left out. */
export function rowMenu(rows: readonly IssueRow[]): MenuGroup[] {
  const some = (fits: (row: IssueRow) => boolean, action: ActionId, more: Partial<MenuItem> = {}) =>
    rows.some(fits) ? [actionItem(action, more)] : [];
  const one = (fits: (row: IssueRow) => boolean, action: ActionId, more: Partial<MenuItem> = {}) =>
    rows.length === 1 ? some(fits, action, more) : [];
  return [
    {
      items: [
        ...some(isActive, "issue.run"),
        ...one(mayBeClaimed, "issue.claim"),
        ...one((row) => row.claimed_by !== null, "issue.release"),
        ...some(isUntriaged, "issue.triage"),
        ...some(mayBeAssigned, "issue.assign", { title: "Assign…" }),
        ...some(isActive, "issue.resolve"),
        ...some((row) => !isActive(row), "issue.reopen"),
      ],
    },
    {
      label: "Priority",
      items: [
        actionItem("issue.priority-critical", { title: "Critical" }),
        actionItem("issue.priority-high", { title: "High" }),
        actionItem("issue.priority-medium", { title: "Medium" }),
        actionItem("issue.priority-low", { title: "Low" }),
      ],
    },
    {
      items: [
        actionItem("issue.label", { title: "Labels…" }),
        ...one(() => true, "issue.edit"),
        actionItem("issue.copy-link", { title: rows.length === 1 ? "Copy link" : "Copy links" }),
      ],
    },
    {
      items: [
        ...one(mayBeRejected, "issue.duplicate", { title: "Close as duplicate of…" }),
        ...some(mayBeRejected, "issue.reject", { title: "Reject…", danger: true }),
        actionItem("issue.remove", { title: "Remove", danger: true }),
      ],
    },
  ];
}
