import { useIsMutating, useMutation, useQueryClient } from "@tanstack/react-query";
import { type Args, call } from "@/api/client";
import type { Run } from "@/api/generated/bindings";
import { queryKey } from "@/api/queries";
import { toastError } from "@/design/toasts";

type RunCommandName =
  | "run_cancel"
  | "run_pause"
  | "run_resume"
  | "run_retry"
  | "run_consent"
  | "run_merge"
  | "run_discard"
  | "run_choose"
  | "run_request_changes";

/** A command on a run. Its answer is the run as it then is, and shows at once. */
export function useRunCommand<K extends RunCommandName>(
  name: K,
  run: Pick<Run, "project_slug" | "number">,
  failed: string,
  done?: (run: Run) => void,
) {
  const client = useQueryClient();
  const key = queryKey("run_get", { project: run.project_slug, number: run.number });
  return useMutation({
    mutationKey: mutationKey(name, run),
    mutationFn: (args: Omit<Args<K>, "project" | "number">): Promise<Run> =>
      call(name, { project: run.project_slug, number: run.number, ...args } as Args<K>),
    onSuccess: (answer) => {
      client.setQueryData(key, answer);
      done?.(answer);
    },
    onError: (error) => toastError(failed, error),
  });
}

/** Whether the branch is being discarded: what asks about it then must wait for how that ends. */
export function useIsDiscarding(run: Pick<Run, "project_slug" | "number">): boolean {
  return useIsMutating({ mutationKey: mutationKey("run_discard", run) }) > 0;
}

function mutationKey(name: RunCommandName, run: Pick<Run, "project_slug" | "number">) {
  return [name, run.project_slug, run.number];
}
