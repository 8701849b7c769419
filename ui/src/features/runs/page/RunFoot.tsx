import { Copy, GitBranch, Shield, ShieldAlert } from "lucide-react";
import type { Run, Sandbox } from "@/api/generated/bindings";
import { IconButton } from "@/design/Button";
import { copyWithToast } from "@/design/copy";
import { Popover } from "@/design/Popover";
import { bytes, counted } from "@/lib/numbers";
import { duration } from "@/lib/time";
import style from "./RunFoot.module.css";

/** The line at the bottom: the isolation in force, where the run began and which branch it makes. */
export function RunFoot({ run }: { run: Run }) {
  // A run that ended without a commit made no branch of that name.
  const hasEnded = run.finished_at !== null;
  const branch = run.head_commit !== null || !hasEnded ? run.branch : null;
  return (
    <footer className={style.foot}>
      {run.sandbox && <Isolation sandbox={run.sandbox} />}
      <span className={style.part}>
        base{" "}
        <span className="code">
          {run.base_branch}
          {run.base_commit && `@${run.base_commit.slice(0, 7)}`}
        </span>
      </span>
      {branch && (
        <span className={style.part}>
          <GitBranch size={12} aria-label="Branch" />
          <span className={style.branch} title={branch}>
            {branch}
          </span>
          <IconButton
            label="Copy the branch's name"
            size="small"
            onClick={() => copyWithToast(branch, "Branch name copied")}
          >
            <Copy size={12} />
          </IconButton>
        </span>
      )}
    </footer>
  );
}

function Isolation({ sandbox }: { sandbox: Sandbox }) {
  const Icon = sandbox.weak ? ShieldAlert : Shield;
  return (
    <Popover
      label="Isolation in force"
      side="top"
      trigger={
        <button type="button" className={style.isolation} data-weak={sandbox.weak}>
          <Icon size={12} aria-hidden />
          <span className="truncate">isolation: {sandbox.isolation}</span>
        </button>
      }
    >
      <div className={style.details}>
        <h2 className={style.title}>
          {sandbox.weak ? "Less isolation than asked for" : "What holds in this sandbox"}
        </h2>
        <ul className={style.phrases}>
          {sandbox.isolation_details.map((phrase) => (
            <li key={phrase}>{phrase}</li>
          ))}
        </ul>
        <dl className={style.limits}>
          <dt>Network</dt>
          <dd>{sandbox.network === "open" ? "open" : "none"}</dd>
          <dt>Memory</dt>
          <dd>{bytes(sandbox.memory_mb * 1024 * 1024)}</dd>
          <dt>Processors</dt>
          <dd>{counted(sandbox.cpu_count, "core")}</dd>
          <dt>Time</dt>
          <dd>at most {duration(sandbox.timeout_ms)}</dd>
          <dt>State</dt>
          <dd>{sandbox.state}</dd>
        </dl>
        {sandbox.error && <p className={style.error}>{sandbox.error}</p>}
      </div>
    </Popover>
  );
}
