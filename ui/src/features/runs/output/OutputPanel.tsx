import { useActions } from "@/actions/useActions";
import type { Run } from "@/api/generated/bindings";
import { OutputView } from "./OutputView";
import { useRunOutput } from "./useRunOutput";

/** The run's output, live while it works. */
export function OutputPanel({ run }: { run: Run }) {
  const [state, store] = useRunOutput(run.project_slug, run.number, run.id);
  useActions({ "run.follow": { run: () => store.toEnd(), when: () => !store.state().following } });
  return <OutputView run={run} state={state} store={store} />;
}
