import { MoreHorizontal } from "lucide-react";
import { actionItem, useActionLive } from "../../../actions/ActionButton";
import { type ActionId, entryOf, keysOf } from "../../../actions/catalogue";
import type { Issue } from "../../../api/generated/bindings";
import { IconButton } from "../../../design/Button";
import { Menu, type MenuItem } from "../../../design/Menu";
import type { Changes } from "../changes";
import { type Ask, mayBeClaimed, mayBeRejected } from "../useIssueActions";

interface IssueMenuProps {
  issue: Issue;
  changes: Changes;
  ask: Ask;
}

/** What can be done with the issue that is shown, besides running it. */
export function IssueMenu({ issue, changes, ask }: IssueMenuProps) {
  const { number } = issue;
  const graph = useActionLive("issue.graph");
  // While the menu is open it has the focus, so that what is shown must be named here, not found by the focus.
  const item = (id: ActionId, onSelect: () => void, more: Partial<MenuItem> = {}): MenuItem => ({
    id,
    title: entryOf(id).title,
    keys: keysOf(id),
    onSelect,
    ...more,
  });
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="More actions">
          <MoreHorizontal size={16} />
        </IconButton>
      }
      groups={[
        {
          items: [
            ...(mayBeClaimed(issue) ? [item("issue.claim", () => void changes.claim(number))] : []),
            ...(issue.claimed_by ? [item("issue.release", () => void changes.release(number))] : []),
            actionItem("todo.add-criterion"),
            actionItem("todo.add-step"),
          ],
        },
        {
          items: [
            actionItem("issue.new-child"),
            actionItem("issue.link"),
            ...(graph ? [actionItem("issue.graph")] : []),
            actionItem("issue.attach"),
          ],
        },
        {
          items: [
            ...(mayBeRejected(issue) ? [item("issue.duplicate", () => ask("duplicate", [number]))] : []),
            item("issue.remove", () => void changes.remove([number]), { danger: true }),
          ],
        },
      ]}
    />
  );
}
