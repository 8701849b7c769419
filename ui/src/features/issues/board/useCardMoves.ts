import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { BoardColumn, GroupBy, IssueRow } from "../../../api/generated/bindings";
import { queryKey } from "../../../api/queries";
import type { Changes } from "../changes";
import type { IssuePages } from "../list/pages";
import { issuePagesKey } from "../list/useIssuePages";
import type { Ask } from "../useIssueActions";
import { type CardMove, cardMove, columnQuery, putIn, recounted, takeOut } from "./columns";

interface Board {
  project: string;
  query: string;
  groupBy: GroupBy;
  columns: readonly BoardColumn[];
}

/** Puts a card into another column at once; back when Waybill refuses what that means, which it then says. */
export function useCardMoves({ project, query, groupBy, columns }: Board, changes: Changes, ask: Ask) {
  const client = useQueryClient();

  const relocate = useCallback(
    (row: IssueRow, from: string, to: string) => {
      const change = (value: string, edit: (list: IssuePages, own: string) => IssuePages) => {
        const column = columns.find((each) => each.value === value);
        if (!column) return;
        const own = columnQuery(query, groupBy, column);
        const key = issuePagesKey(project, own);
        void client.cancelQueries({ queryKey: key, exact: true });
        client.setQueryData<IssuePages>(key, (list) => list && edit(list, own));
      };
      change(from, (list) => takeOut(list, row.id));
      change(to, (list, own) => putIn(list, row, own));
      const board = queryKey("issue_board", { project, group_by: groupBy, query });
      client.setQueryData<BoardColumn[]>(board, (counts) => counts && recounted(counts, from, to));
    },
    [client, project, query, groupBy, columns],
  );

  return useCallback(
    async (row: IssueRow, from: string, to: string): Promise<void> => {
      const move = cardMove(groupBy, row, from, to);
      if (move.kind === "ask") return ask(move.what, [row.number]);
      relocate(row, from, to);
      if (!(await carryOut(changes, row.number, move))) relocate(row, to, from);
    },
    [groupBy, ask, relocate, changes],
  );
}

function carryOut(
  changes: Changes,
  number: number,
  move: Exclude<CardMove, { kind: "ask" }>,
): Promise<boolean> {
  switch (move.kind) {
    case "status":
      return changes.move([number], move.status);
    case "priority":
      return changes.setPriority([number], move.priority);
    case "label":
      return changes.label([number], move.add, move.remove);
    case "assign":
      return changes.assign([number], move.target);
  }
}
