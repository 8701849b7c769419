import { useActions } from "@/actions/useActions";
import type { Run } from "@/api/generated/bindings";
import { OutputView } from "./OutputView";
import { usePlain } from "./usePlain";
import { useRunOutput } from "./useRunOutput";

/** The run's output, live while it works. */
export function OutputPanel({ run }: { run: Run }) {
  const [state, store] = useRunOutput(run.project_slug, run.number, run.id);
  useActions({ "run.follow": { run: () => store.toEnd(), when: () => !store.state().following } });
  const plain = usePlain(run.tool);
  return <OutputView run={run} state={state} store={store} plain={plain} />;
}
