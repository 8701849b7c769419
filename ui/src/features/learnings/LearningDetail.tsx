import { Link } from "@tanstack/react-router";
import { Copy, X } from "lucide-react";
import type { ReactNode } from "react";
import { ActionButton, useActionLive } from "@/actions/ActionButton";
import type { ActionId } from "@/actions/catalogue";
import type { Learning } from "@/api/generated/bindings";
import { Author } from "@/design/Author";
import { IconButton } from "@/design/Button";
import { RelativeTime } from "@/design/Time";
import { paths } from "@/lib/links";
import style from "./Learnings.module.css";
import { SeverityMark } from "./SeverityMark";
import { categoryWord, rolesWord, statusWord } from "./words";

interface LearningDetailProps {
  slug: string;
  learning: Learning;
  /** Absent where it stands beside the list. */
  onClose?: (() => void) | undefined;
}

/** All of a learning, what says nearly the same, and what can be decided. */
export function LearningDetail({ slug, learning, onClose }: LearningDetailProps) {
  return (
    <section className={style.detail} aria-label={`Learning ${learning.number}`}>
      <div className={style.head}>
        <h2 className={style.heading}>{learning.description}</h2>
        {onClose && (
          <IconButton label="Close" keys="escape" size="small" onClick={onClose}>
            <X size={16} />
          </IconButton>
        )}
      </div>
      <div className={style.buttons}>
        <Decision action="learning.approve" kind="primary">
          Approve
        </Decision>
        <Decision action="learning.reopen">Back to the review</Decision>
        <Decision action="learning.reject">Reject</Decision>
        <Decision action="learning.edit" kind="quiet">
          Edit
        </Decision>
      </div>
      {learning.similar.length > 0 && (
        <div className={style.similar}>
          <strong>
            <Copy size={14} aria-hidden /> Says nearly the same as
          </strong>
          <ul>
            {learning.similar.map((like) => (
              <li key={like.number}>
                {like.number}: {like.description} <span className={style.quiet}>({like.status})</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <h3 className={style.label}>When it counts</h3>
      <p className={style.text}>{learning.trigger}</p>
      <h3 className={style.label}>What to do then</h3>
      <p className={style.text}>{learning.correct_behavior}</p>
      <dl className={style.facts}>
        <Fact label="Matters">
          <SeverityMark severity={learning.severity} />
        </Fact>
        <Fact label="Kind">{categoryWord[learning.category]}</Fact>
        <Fact label="For">{rolesWord(learning.roles)}</Fact>
        <Fact label="Confidence">{Math.round(learning.confidence * 100)} %</Fact>
        <Fact label="From">
          {learning.run !== null ? (
            <Link to={paths.run(slug, learning.run)} className={style.link}>
              Run {learning.run}
            </Link>
          ) : (
            <Author author={learning.created_by} />
          )}{" "}
          <RelativeTime at={learning.created_at} />
        </Fact>
        {learning.decided_by && learning.decided_at !== null && (
          <Fact label={statusWord[learning.status]}>
            <Author author={learning.decided_by} /> <RelativeTime at={learning.decided_at} />
          </Fact>
        )}
      </dl>
    </section>
  );
}

interface DecisionProps {
  action: ActionId;
  kind?: "primary" | "secondary" | "quiet";
  children: ReactNode;
}

/** A decision, where it can be made. */
function Decision({ action, kind = "secondary", children }: DecisionProps) {
  if (!useActionLive(action)) return null;
  return (
    <ActionButton action={action} kind={kind} size="small">
      {children}
    </ActionButton>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={style.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
