import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Plus, Waypoints, X } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { IssuePicker } from "@/parts/issues/IssuePicker";
import { keysOf } from "../../../actions/catalogue";
import { useActions } from "../../../actions/useActions";
import type { IssueBrief, Relation, Status } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { IconButton } from "../../../design/Button";
import { Popover } from "../../../design/Popover";
import { ErrorNotice } from "../../../design/States";
import { StatusMark } from "../../../design/StatusMark";
import { classes } from "../../../lib/classes";
import { paths } from "../../../lib/links";
import { linkChanges } from "./changes";
import { LinkGraphDialog } from "./LinkGraphDialog";
import style from "./Links.module.css";
import { PickRelation } from "./PickRelation";
import { relations, relationWord } from "./words";

interface LinksProps {
  project: string;
  number: number;
}

/** What other issues this one has to do with, by relation. */
export function Links({ project, number }: LinksProps) {
  const client = useQueryClient();
  const { data: links, error } = useCall("link_list", { project, number });
  const changes = useMemo(() => linkChanges(client, project, number), [client, project, number]);
  const [adding, setAdding] = useState(false);
  const [graph, setGraph] = useState(false);
  const section = useRef<HTMLElement>(null);

  useActions({
    "issue.link": () => {
      section.current?.scrollIntoView({ block: "nearest" });
      setAdding(true);
    },
    "issue.graph": { when: () => (links?.length ?? 0) > 0, run: () => setGraph(true) },
  });

  const taken = (relation: Relation) =>
    (links ?? []).filter((link) => link.relation === relation).map((link) => link.issue.number);
  return (
    <section ref={section} className={style.links} aria-label="Links">
      <div className={style.head}>
        <h3 className={style.heading}>Links</h3>
        {links && links.length > 0 && (
          <IconButton label="Show as a graph" size="small" onClick={() => setGraph(true)}>
            <Waypoints size={14} />
          </IconButton>
        )}
        <Popover
          label="Link to another issue"
          align="end"
          open={adding}
          onOpenChange={setAdding}
          trigger={
            <IconButton label="Link to another issue" keys={keysOf("issue.link") ?? ""} size="small">
              <Plus size={14} />
            </IconButton>
          }
        >
          <AddLink
            project={project}
            without={(relation) => [number, ...taken(relation)]}
            onAdd={(relation, issue) => {
              setAdding(false);
              void changes.add(relation, issue);
            }}
          />
        </Popover>
      </div>
      {error && !links && <ErrorNotice error={error} />}
      {links?.length === 0 && <p className={style.none}>None</p>}
      {relations
        .filter((relation) => links?.some((link) => link.relation === relation))
        .map((relation) => (
          <div key={relation} className={style.group}>
            <h4 className={style.relation}>{relationWord[relation]}</h4>
            <ul>
              {links
                ?.filter((link) => link.relation === relation)
                .map((link) => (
                  <li key={link.issue.number} className={style.link}>
                    <Link
                      to={paths.issue(project, link.issue.number)}
                      className={style.issue}
                      title={link.issue.title}
                    >
                      <StatusMark status={link.issue.status} />
                      <span className={style.number}>#{link.issue.number}</span>
                      <span className={classes("truncate", isClosed(link.issue.status) && style.closed)}>
                        {link.issue.title}
                      </span>
                    </Link>
                    <IconButton
                      label={`Remove the link to #${link.issue.number}`}
                      size="small"
                      className={style.remove}
                      onClick={() => void changes.remove(link)}
                    >
                      <X size={14} />
                    </IconButton>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      <LinkGraphDialog project={project} number={number} open={graph} onClose={() => setGraph(false)} />
    </section>
  );
}

function isClosed(status: Status): boolean {
  return status === "resolved" || status === "rejected";
}

interface AddLinkProps {
  project: string;
  /** The issues that a relation cannot lead to. */
  without: (relation: Relation) => readonly number[];
  onAdd: (relation: Relation, issue: IssueBrief) => void;
}

/** First how, then to which issue. */
function AddLink({ project, without, onAdd }: AddLinkProps) {
  const [relation, setRelation] = useState<Relation | null>(null);
  if (relation === null) return <PickRelation onPick={setRelation} />;
  return (
    <div className={style.second}>
      <div className={style.chosen}>
        <IconButton label="Another relation" size="small" onClick={() => setRelation(null)}>
          <ArrowLeft size={14} />
        </IconButton>
        {relationWord[relation]}
      </div>
      <IssuePicker
        project={project}
        label="Number or words of the issue"
        without={without(relation)}
        onPick={(issue) => onAdd(relation, issue)}
      />
    </div>
  );
}
