import { BoardWorkspace } from "./board/BoardWorkspace";

/** The issues in columns. */
export function BoardPage() {
  return <BoardWorkspace />;
}
