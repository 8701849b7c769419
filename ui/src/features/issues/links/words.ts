import type { Relation } from "../../../api/generated/bindings";

/** The relations in the order in which they matter to who works on an issue. */
export const relations: readonly Relation[] = [
  "blocked_by",
  "blocks",
  "child_of",
  "parent_of",
  "duplicate_of",
  "duplicated_by",
  "relates_to",
];

/** The heading that links of a relation stand under. */
export const relationWord: Record<Relation, string> = {
  blocked_by: "Blocked by",
  blocks: "Blocks",
  child_of: "Child of",
  parent_of: "Parent of",
  duplicate_of: "Duplicate of",
  duplicated_by: "Duplicated by",
  relates_to: "Relates to",
};

/** As it stands in a sentence: "#3 is blocked by #5". */
export const relationPhrase: Record<Relation, string> = {
  blocked_by: "is blocked by",
  blocks: "blocks",
  child_of: "is a child of",
  parent_of: "is the parent of",
  duplicate_of: "is a duplicate of",
  duplicated_by: "is duplicated by",
  relates_to: "relates to",
};
