import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { ArrowRight, CornerDownLeft, FolderGit2, Search } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { type ActionId, entryOf, keysOf } from "@/actions/catalogue";
import { paletteActions, runAction } from "@/actions/registry";
import { useCall } from "@/api/queries";
import { Dialog } from "@/design/Dialog";
import { Kbd } from "@/design/Kbd";
import { RunBadge } from "@/design/RunBadge";
import { StatusMark } from "@/design/StatusMark";
import { fuzzyRank, fuzzyScore } from "@/lib/fuzzy";
import { paths } from "@/lib/links";
import style from "./Palette.module.css";
import { type Recent, recents, remember } from "./recents";

interface PaletteProps {
  /** The project in which issues and runs are looked for. */
  project: string | null;
  onClose: () => void;
}

const MOST_ACTIONS = 6;
const MOST_RUNS = 5;
const MOST_ISSUES = 8;

/** Everything that can be done or gone to, by typing a few letters of it. */
export function Palette({ project, onClose }: PaletteProps) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  // Null until the user moves: the first row is then the chosen one, also when better ones arrive.
  const [moved, setMoved] = useState<string | null>(null);
  const byUser = useRef(false);
  const text = typed.trim();
  // What is possible is fixed when the palette opens: afterwards the focus is here, not where it was.
  const [possible] = useState(paletteActions);
  const [former] = useState(() =>
    recents().filter((recent) => recent.kind === "place" || possible.includes(recent.id)),
  );

  function choose(recent: Recent) {
    remember(recent);
    onClose();
    if (recent.kind === "place") void navigate({ href: recent.href });
    // The dialog gives the focus back first, so that the action finds the page as it was.
    else setTimeout(() => runAction(recent.id, { from: "palette" }), 0);
  }
  const place = (href: string, title: string) => choose({ kind: "place", href, title });

  const actions = useMemo(
    // What is known at once stands first: answers that come later then move nothing.
    () =>
      fuzzyRank(possible, text, (id) => entryOf(id).title).slice(0, text === "" ? undefined : MOST_ACTIONS),
    [possible, text],
  );
  const issues = useIssues(project, text);
  const runs = useRuns(project, text);
  const { data: allProjects } = useCall("project_list", {});
  const projects =
    text === "" ? [] : fuzzyRank(allProjects ?? [], text, (each) => `${each.name} ${each.slug}`);

  const showsRecent = text === "" && former.length > 0;
  const firstRow =
    (showsRecent ? former.slice(0, 1).map(recentValue) : [])[0] ??
    actions[0] ??
    issues[0]?.id ??
    runs[0]?.id ??
    projects[0]?.id ??
    "";

  const action = (id: ActionId, recent = false) => (
    <Row
      key={id}
      value={recent ? recentValue({ kind: "action", id }) : id}
      icon={<ArrowRight size={16} aria-hidden />}
      title={entryOf(id).title}
      onSelect={() => choose({ kind: "action", id })}
    >
      {keysOf(id) && <Kbd keys={keysOf(id) ?? ""} />}
    </Row>
  );

  return (
    <Dialog open onClose={onClose} title="Command palette" bare>
      <Command
        className={style.palette}
        label="Command palette"
        shouldFilter={false}
        loop
        value={moved ?? firstRow}
        onValueChange={(value) => byUser.current && setMoved(value)}
        onKeyDownCapture={() => {
          byUser.current = true;
        }}
        onPointerMoveCapture={() => {
          byUser.current = true;
        }}
      >
        <div className={style.line}>
          <Search size={16} aria-hidden />
          <Command.Input
            className={style.input}
            placeholder="Type a command, an issue or a run"
            value={typed}
            onValueChange={(next) => {
              byUser.current = false;
              setMoved(null);
              setTyped(next);
            }}
          />
        </div>
        <Command.List className={style.list}>
          {showsRecent && (
            <Command.Group className={style.group} heading="Recent">
              {former.map((recent) =>
                recent.kind === "action" ? (
                  action(recent.id, true)
                ) : (
                  <Row
                    key={recent.href}
                    value={recentValue(recent)}
                    icon={<CornerDownLeft size={16} aria-hidden />}
                    title={recent.title}
                    onSelect={() => choose(recent)}
                  />
                ),
              )}
            </Command.Group>
          )}
          {actions.length > 0 && (
            <Command.Group className={style.group} heading="Commands">
              {actions.map((id) => action(id))}
            </Command.Group>
          )}
          {issues.length > 0 && (
            <Command.Group className={style.group} heading="Issues">
              {issues.map((issue) => (
                <Row
                  key={issue.id}
                  value={issue.id}
                  icon={<StatusMark status={issue.status} />}
                  number={`#${issue.number}`}
                  title={issue.title}
                  onSelect={() =>
                    place(paths.issue(issue.project_slug, issue.number), `#${issue.number} ${issue.title}`)
                  }
                />
              ))}
            </Command.Group>
          )}
          {runs.length > 0 && (
            <Command.Group className={style.group} heading="Runs">
              {runs.map((run) => (
                <Row
                  key={run.id}
                  value={run.id}
                  icon={<RunBadge status={run.status} waitingFor={run.waiting_for} compact />}
                  number={`Run ${run.number}`}
                  title={run.name}
                  onSelect={() =>
                    place(paths.run(run.project_slug, run.number), `Run ${run.number} · ${run.name}`)
                  }
                />
              ))}
            </Command.Group>
          )}
          {projects.length > 0 && (
            <Command.Group className={style.group} heading="Projects">
              {projects.map((each) => (
                <Row
                  key={each.id}
                  value={each.id}
                  icon={<FolderGit2 size={16} aria-hidden />}
                  title={each.name}
                  onSelect={() => place(paths.inbox(each.slug), each.name)}
                />
              ))}
            </Command.Group>
          )}
        </Command.List>
        {typed !== "" && <Command.Empty className={style.empty}>Nothing is called that.</Command.Empty>}
      </Command>
    </Dialog>
  );
}

function recentValue(recent: Recent): string {
  return `recent-${recent.kind === "action" ? recent.id : recent.href}`;
}

/** Issues are found by Waybill's own search; `#42` and `42` are that issue. */
function useIssues(project: string | null, text: string) {
  const query = /^\d+$/.test(text) ? `#${text}` : text;
  const { data } = useCall(
    "issue_search",
    { project: project ?? "", query, limit: MOST_ISSUES },
    { enabled: project !== null && text.length > 1, keepPrevious: true },
  );
  return text.length > 1 ? (data?.items ?? []) : [];
}

/** The newest runs whose name or number fits. */
function useRuns(project: string | null, text: string) {
  const { data } = useCall(
    "run_list",
    { project: project ?? "", statuses: [] },
    { enabled: project !== null },
  );
  if (text.length < 2) return [];
  return (data?.items ?? [])
    .filter((run) => (fuzzyScore(`run ${run.number} ${run.name}`, text) ?? 0) > 900)
    .slice(0, MOST_RUNS);
}

interface RowProps {
  value: string;
  icon: ReactNode;
  number?: string;
  title: string;
  onSelect: () => void;
  children?: ReactNode;
}

function Row({ value, icon, number, title, onSelect, children }: RowProps) {
  return (
    <Command.Item className={style.item} value={value} onSelect={onSelect}>
      <span className={style.icon}>{icon}</span>
      {number && <span className={style.number}>{number}</span>}
      <span className="truncate">{title}</span>
      <span className={style.end}>{children}</span>
    </Command.Item>
  );
}
