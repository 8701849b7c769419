import { MoreHorizontal, Square } from "lucide-react";
import { useState } from "react";
import { ActionButton, actionItem } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import type { Session } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { IconButton } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Menu } from "@/design/Menu";
import { toast, toastError } from "@/design/toasts";
import { IssuePicker } from "@/parts/issues/IssuePicker";
import { PromoteDialog } from "./PromoteDialog";

/** What can be done with the session now: exactly what Waybill says. */
export function SessionActionBar({ session }: { session: Session }) {
  const { actions, issue } = session;
  const at = { project: session.project_slug, number: session.number };
  const [asking, setAsking] = useState<"bind" | "promote" | null>(null);
  const interrupt = useCommand("session_interrupt", {
    onError: (problem) => toastError("The agent could not be stopped", problem),
  });
  const end = useCommand("session_end", {
    onError: (problem) => toastError("The session could not be ended", problem),
  });
  const bind = useCommand("session_bind", {
    onError: (problem) => toastError("The session was not bound", problem),
  });
  const interrupts = actions.interrupt && session.working;
  const unbind = () =>
    bind.mutate(
      { ...at, issue: null },
      {
        onSuccess: () =>
          toast({
            title: `The session is no longer bound to #${issue?.number}`,
            ...(issue ? { undo: () => bind.mutateAsync({ ...at, issue: issue.number }) } : {}),
          }),
      },
    );

  useActions({
    "session.interrupt": { run: () => interrupt.mutate(at), when: () => interrupts && !interrupt.isPending },
    "session.bind": { run: () => setAsking("bind"), when: () => actions.bind },
    "session.unbind": { run: unbind, when: () => actions.bind && issue !== null },
    "session.promote": { run: () => setAsking("promote"), when: () => actions.promote },
    "session.end": { run: () => end.mutate(at), when: () => actions.end },
  });

  const binding = [
    ...(actions.bind
      ? [actionItem("session.bind", { title: issue ? "Bind to another issue" : "Bind to an issue" })]
      : []),
    ...(actions.bind && issue
      ? [actionItem("session.unbind", { title: `Unbind from #${issue.number}` })]
      : []),
    ...(actions.promote ? [actionItem("session.promote", { title: "Promote to an issue" })] : []),
  ];
  const ending = actions.end ? [actionItem("session.end", { note: "Its issue stays as it is" })] : [];
  const groups = [{ items: binding }, { items: ending }].filter(({ items }) => items.length > 0);
  return (
    <>
      {interrupts && (
        <ActionButton
          action="session.interrupt"
          icon={<Square size={12} aria-hidden />}
          busy={interrupt.isPending}
        >
          Interrupt
        </ActionButton>
      )}
      {groups.length > 0 && (
        <Menu
          align="end"
          trigger={
            <IconButton label="More actions" busy={end.isPending}>
              <MoreHorizontal size={16} />
            </IconButton>
          }
          groups={groups}
        />
      )}
      <Dialog
        open={asking === "bind"}
        onClose={() => setAsking(null)}
        title="Bind the session to…"
        description="The agent then works on that issue. The todos of both issues stay as they are."
      >
        <IssuePicker
          project={at.project}
          label="Number or words of the issue"
          without={issue ? [issue.number] : []}
          onPick={({ number }) => {
            bind.mutate({ ...at, issue: number });
            setAsking(null);
          }}
        />
      </Dialog>
      {asking === "promote" && <PromoteDialog session={session} onClose={() => setAsking(null)} />}
    </>
  );
}
