import { X } from "lucide-react";
import { ActionButton } from "../../../actions/ActionButton";
import { keysOf } from "../../../actions/catalogue";
import type { IssueRow } from "../../../api/generated/bindings";
import { Button, IconButton } from "../../../design/Button";
import { Kbd } from "../../../design/Kbd";
import { Menu } from "../../../design/Menu";
import { counted } from "../../../lib/numbers";
import { rowMenu } from "./rowMenu";
import style from "./SelectionBar.module.css";

interface SelectionBarProps {
  rows: readonly IssueRow[];
  /** Whether more issues fit the query than are loaded, so that "all" was not all of them. */
  more: boolean;
  all: boolean;
  onClear: () => void;
}

/** What can be done with the marked issues, and how many they are. */
export function SelectionBar({ rows, all, more, onClear }: SelectionBarProps) {
  const keys = (action: Parameters<typeof keysOf>[0]) => {
    const own = keysOf(action);
    return own ? <Kbd keys={own} /> : null;
  };
  return (
    <div className={style.bar} role="toolbar" aria-label="Marked issues">
      <output className={style.count}>
        {counted(rows.length, "issue")} marked
        {all && more && <span className={style.note}> · those loaded so far</span>}
      </output>
      <div className={style.actions}>
        <ActionButton action="issue.triage" size="small" kind="quiet">
          Triage {keys("issue.triage")}
        </ActionButton>
        <ActionButton action="issue.assign" size="small" kind="quiet">
          Assign {keys("issue.assign")}
        </ActionButton>
        <ActionButton action="issue.label" size="small" kind="quiet">
          Label {keys("issue.label")}
        </ActionButton>
        <ActionButton action="issue.reject" size="small" kind="quiet">
          Reject {keys("issue.reject")}
        </ActionButton>
      </div>
      <Menu
        side="top"
        align="end"
        trigger={
          <Button size="small" kind="quiet">
            More…
          </Button>
        }
        groups={rowMenu(rows)}
      />
      <IconButton label="Clear the marks" keys="escape" size="small" onClick={onClear}>
        <X size={14} />
      </IconButton>
    </div>
  );
}
