import { Link } from "@tanstack/react-router";
import type { IssueBrief } from "@/api/generated/bindings";
import { ConfirmDialog } from "@/design/Dialog";
import { StatusMark } from "@/design/StatusMark";
import { paths } from "@/lib/links";
import { counted } from "@/lib/numbers";
import style from "./OpenChildrenDialog.module.css";

/** A parent that would be resolved while children of it are open. */
export interface OpenChildren {
  number: number;
  children: readonly IssueBrief[];
}

interface OpenChildrenDialogProps {
  project: string;
  asked: OpenChildren | null;
  onClose: () => void;
  onResolve: (number: number) => void;
}

/** Asks before a parent is resolved: its children stay as they are. */
export function OpenChildrenDialog({ project, asked, onClose, onResolve }: OpenChildrenDialogProps) {
  return (
    <ConfirmDialog
      open={asked !== null}
      onClose={onClose}
      title={`Resolve #${asked?.number ?? ""} with ${counted(asked?.children.length ?? 0, "child", "children")} open?`}
      confirm="Resolve anyway"
      onConfirm={() => {
        if (asked) onResolve(asked.number);
        onClose();
      }}
    >
      <p>They stay open; nothing of them changes.</p>
      <ul className={style.children}>
        {asked?.children.map((child) => (
          <li key={child.number}>
            <Link to={paths.issue(project, child.number)} className={style.child} onClick={onClose}>
              <StatusMark status={child.status} />
              <span className={style.number}>#{child.number}</span>
              <span className="truncate">{child.title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
