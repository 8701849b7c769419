import { ShieldAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ActionButton } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import type { HeldBack, Run } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Button } from "@/design/Button";
import { copyWithToast } from "@/design/copy";
import { Popover } from "@/design/Popover";
import { Notice } from "@/design/States";
import { grouped } from "@/lib/numbers";
import { heldBackWord } from "@/lib/words";
import { useRunCommand } from "@/parts/useRunCommand";
import { heldBackCount } from "../words";
import style from "./RunNotices.module.css";
import { heldBackTotals, runDetails } from "./report";

/** What one has to know before anything else: what failed, what is waited for, what was held back. */
export function RunNotices({ run }: { run: Run }) {
  const notices = [
    run.actions.consent && <Consent key="consent" run={run} />,
    run.waiting_for === "engine" && <NoEngine key="engine" />,
    run.status === "failed" && run.error && <Failed key="failed" run={run} />,
    run.held_back.length > 0 && <WasHeldBack key="held" held={run.held_back} />,
  ].filter(Boolean);
  return notices.length > 0 ? <div className={style.notices}>{notices}</div> : null;
}

/** The machine offers less isolation than was asked for: only the operator may let the agent work all the same. */
function Consent({ run }: { run: Run }) {
  const { data: app } = useCall("app_info", {});
  const consent = useRunCommand("run_consent", run, "The run could not go on");
  useActions({ "run.consent": { run: () => consent.mutate({}), when: () => run.actions.consent } });
  return (
    <Notice
      tone="warn"
      title={<strong>This machine isolates agents less than it should</strong>}
      action={
        <ActionButton action="run.consent" busy={consent.isPending}>
          Run it all the same
        </ActionButton>
      }
    >
      {run.sandbox ? (
        <Phrases sandbox={run.sandbox.isolation} phrases={run.sandbox.isolation_details} />
      ) : (
        app && <p>What holds here: {app.isolation}.</p>
      )}
      {app?.isolation_hint && <p>{app.isolation_hint}</p>}
      <p>The agent waits until you allow this for the run, or cancel it.</p>
    </Notice>
  );
}

function Phrases({ sandbox, phrases }: { sandbox: string; phrases: readonly string[] }) {
  return (
    <p>
      What holds here: {sandbox}
      {phrases.length > 0 && ` (${phrases.join(", ")})`}.
    </p>
  );
}

function NoEngine() {
  const { data: app } = useCall("app_info", {});
  if (!app || app.engine_here || app.engine_elsewhere) return null;
  return (
    <Notice title="No engine is at work, so the run waits">
      It starts as soon as the Waybill application runs, or <code>waybill serve</code>.
    </Notice>
  );
}

function Failed({ run }: { run: Run }) {
  return (
    <Notice
      tone="bad"
      title={<strong>{run.error}</strong>}
      action={
        <Button size="small" kind="quiet" onClick={() => copyWithToast(runDetails(run), "Details copied")}>
          Copy details
        </Button>
      }
    >
      {run.advice && <p>{run.advice}</p>}
      {run.error_kind && <p className={style.code}>{run.error_kind}</p>}
    </Notice>
  );
}

function WasHeldBack({ held }: { held: readonly HeldBack[] }) {
  const totals = heldBackTotals(held);
  return (
    <div className={style.held}>
      <ShieldAlert size={16} aria-hidden />
      <p className={style.heldWords}>
        <strong>Held back by the sandbox:</strong>{" "}
        {totals.map(({ kind, count }) => heldBackCount(kind, count)).join(", ")}
      </p>
      <Popover
        label="What was held back"
        align="end"
        trigger={
          <Button size="small" kind="quiet">
            Details
          </Button>
        }
      >
        <Table held={held} />
      </Popover>
    </div>
  );
}

function Table({ held }: { held: readonly HeldBack[] }): ReactNode {
  return (
    <table className={style.table}>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">What</th>
          <th scope="col" className={style.count}>
            Times
          </th>
        </tr>
      </thead>
      <tbody>
        {held.map((each) => (
          <tr key={`${each.kind} ${each.detail}`}>
            <td className={style.kind}>{heldBackWord[each.kind]}</td>
            <td>{each.detail}</td>
            <td className={style.count}>{grouped(each.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
