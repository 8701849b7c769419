import { useCall } from "@/api/queries";

/** Whether a tool prints lines of a terminal, not Markdown. */
export function usePlain(tool: string): boolean {
  const { data: tools } = useCall("tool_list", {});
  return tools?.find(({ name }) => name === tool)?.plain === true;
}
