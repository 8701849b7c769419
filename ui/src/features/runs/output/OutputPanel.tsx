import { useActions } from "@/actions/useActions";
import type { Run } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { OutputView } from "./OutputView";
import { useRunOutput } from "./useRunOutput";

/** The run's output, live while it works. */
export function OutputPanel({ run }: { run: Run }) {
  const [state, store] = useRunOutput(run.project_slug, run.number, run.id);
  useActions({ "run.follow": { run: () => store.toEnd(), when: () => !store.state().following } });
  const { data: tools } = useCall("tool_list", {});
  // What a custom tool prints are lines of a terminal; the built-in ones write Markdown.
  const plain = tools?.find((tool) => tool.name === run.tool)?.built_in === false;
  return <OutputView run={run} state={state} store={store} plain={plain} />;
}
