import { expect, test } from "vitest";
import type { FieldKind, QuestionField } from "@/api/generated/bindings";
import { filled, missing } from "./form";

const field = (name: string, kind: FieldKind, required = false): QuestionField => ({
  name,
  label: name,
  kind,
  required,
  choices: [],
});

test("what is required and not there is missed, and a number must be one", () => {
  expect(missing(field("name", "text", true), {})).not.toBeNull();
  expect(missing(field("name", "text", true), { name: "  " })).not.toBeNull();
  expect(missing(field("name", "text", true), { name: "Ana" })).toBeNull();
  expect(missing(field("name", "text"), {})).toBeNull();
  expect(missing(field("port", "number"), { port: "eighty" })).not.toBeNull();
  expect(missing(field("port", "number"), { port: "80" })).toBeNull();
  expect(missing(field("sure", "boolean", true), {})).toBeNull();
  expect(missing(field("tags", "choices", true), { tags: [] })).not.toBeNull();
});

test("an answer has the types that were asked for, and nothing that was left out", () => {
  const fields = [
    field("port", "number"),
    field("sure", "boolean"),
    field("note", "text"),
    field("tags", "choices"),
  ];
  expect(filled(fields, { port: "80", note: " ", tags: ["a"] })).toEqual({
    port: 80,
    sure: false,
    tags: ["a"],
  });
});
