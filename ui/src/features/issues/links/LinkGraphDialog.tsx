import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { LinkGraph, Relation } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { Dialog } from "../../../design/Dialog";
import { ErrorNotice, Notice, Skeleton } from "../../../design/States";
import { StatusMark } from "../../../design/StatusMark";
import { classes } from "../../../lib/classes";
import { paths } from "../../../lib/links";
import style from "./LinkGraphDialog.module.css";
import { layout, NODE } from "./layout";
import { relationPhrase } from "./words";

interface LinkGraphDialogProps {
  project: string;
  number: number;
  open: boolean;
  onClose: () => void;
}

/** The issues around one, as a drawing; as a list for who hears it. */
export function LinkGraphDialog({ project, number, open, onClose }: LinkGraphDialogProps) {
  const { data: graph, error } = useCall("link_graph", { project, number }, { enabled: open });
  return (
    <Dialog
      large
      open={open}
      onClose={onClose}
      title={`Links of #${number}`}
      description="What others wait for or belong to stands further left."
    >
      {graph ? (
        <Graph project={project} number={number} graph={graph} onClose={onClose} />
      ) : error ? (
        <ErrorNotice error={error} />
      ) : (
        <Skeleton rows={4} />
      )}
    </Dialog>
  );
}

interface GraphProps {
  project: string;
  number: number;
  graph: LinkGraph;
  onClose: () => void;
}

function Graph({ project, number, graph, onClose }: GraphProps) {
  const { nodes, edges, width, height } = useMemo(
    () => layout(graph.nodes, graph.edges, number),
    [graph, number],
  );
  const kinds = [...new Set(edges.map((edge) => edge.relation))];
  return (
    <>
      {graph.cut && (
        <Notice title={`Only the nearest ${graph.nodes.length} issues are shown; there are more.`} />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={style.scroll} tabIndex={0} aria-label="Graph of links">
        <div className={style.canvas} style={{ width: `${width}px`, height: `${height}px` }}>
          <svg width={width} height={height} className={style.lines} aria-hidden="true">
            <defs>
              <marker
                id="link-arrow"
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto-start-reverse"
              >
                <path d="M1 1 7 4 1 7" className={style.arrow} />
              </marker>
            </defs>
            {edges.map((edge) => (
              <path
                key={`${edge.from} ${edge.relation} ${edge.to}`}
                d={edge.path}
                className={classes(style.edge, style[edge.relation])}
                markerEnd={edge.relation === "relates_to" ? undefined : "url(#link-arrow)"}
              />
            ))}
          </svg>
          {nodes.map(({ issue, x, y }) => (
            <Link
              key={issue.number}
              to={paths.issue(project, issue.number)}
              className={classes(style.node, issue.number === number && style.centre)}
              style={{
                transform: `translate(${x}px, ${y}px)`,
                width: `${NODE.width}px`,
                height: `${NODE.height}px`,
              }}
              title={issue.title}
              aria-current={issue.number === number || undefined}
              onClick={onClose}
            >
              <span className={style.line}>
                <StatusMark status={issue.status} />
                <span className={style.number}>#{issue.number}</span>
              </span>
              <span className={classes("truncate", style.title)}>{issue.title}</span>
            </Link>
          ))}
        </div>
      </section>
      <div className={style.legend} aria-hidden>
        {kinds.map((kind) => (
          <span key={kind} className={style.kind}>
            <svg width="28" height="8" aria-hidden="true">
              <path d="M0 4H28" className={classes(style.edge, style[kind])} />
            </svg>
            {legend[kind]}
          </span>
        ))}
      </div>
      <ul className="visually-hidden" aria-label="The links as sentences">
        {edges.map((edge) => (
          <li key={`${edge.from} ${edge.relation} ${edge.to}`}>
            #{edge.from} {relationPhrase[edge.relation]} #{edge.to}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The arrow leads from the one that says it to the other. */
const legend: Record<Relation, string> = {
  blocked_by: "→ is blocked by",
  blocks: "→ blocks",
  child_of: "→ is a child of",
  parent_of: "→ is the parent of",
  duplicate_of: "→ is a duplicate of",
  duplicated_by: "→ is duplicated by",
  relates_to: "relates to",
};
