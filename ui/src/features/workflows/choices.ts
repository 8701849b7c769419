// What can be chosen for a step, and the shapes of the four types. Pure.

import type {
  AgentTool,
  Definition,
  LoopNode,
  Persona,
  Role,
  StepNode,
  StepSettings,
  WorkflowType,
} from "@/api/generated/bindings";
import { allRole } from "@/api/generated/bindings";
import type { Choice } from "@/design/Select";
import { stepOf, steps } from "@/parts/pipeline/tree";
import { nameWord, roleWord } from "@/parts/pipeline/words";

/** The choice that leaves it to the persona, or to the run. */
export const NONE = "";

export function toolChoices(
  tools: readonly AgentTool[] | undefined,
  chosen: string | null,
): Choice<string>[] {
  const known = (tools ?? []).map((tool) => ({
    value: tool.name,
    title: tool.title,
    ...(tool.installed ? {} : { note: "Not installed" }),
  }));
  const missing = chosen && !known.some(({ value }) => value === chosen);
  return [
    { value: NONE, title: "From the run" },
    ...known,
    ...(missing ? [{ value: chosen, title: chosen, note: "Not known here" }] : []),
  ];
}

export const efforts: readonly Choice<string>[] = [
  { value: NONE, title: "From the run" },
  { value: "low", title: "Low" },
  { value: "medium", title: "Medium" },
  { value: "high", title: "High" },
];

/** Those that are usual, and one that is set to something else. */
export function effortChoices(chosen: string | null): readonly Choice<string>[] {
  const known = !chosen || efforts.some(({ value }) => value === chosen);
  return known ? efforts : [...efforts, { value: chosen, title: nameWord(chosen) }];
}

/** Who can do a step: roles, unless only personas may, and personas; `fits` says which roles may. */
export function whoChoices(
  personas: readonly Persona[],
  fits: (role: Role) => boolean,
  personasOnly: boolean,
  chosen: StepSettings,
): Choice<string>[] {
  const roles = personasOnly ? [] : allRole.filter(fits);
  const named = personas.filter(
    (persona) =>
      persona.name === chosen.persona ||
      // A step of the role gets the persona of its name anyway.
      (fits(persona.type) && persona.enabled && !roles.some((role) => role === persona.name)),
  );
  const missing = chosen.persona && !personas.some(({ name }) => name === chosen.persona);
  return [
    ...roles.map((role) => ({ value: `role:${role}`, title: roleWord[role] })),
    ...named.map((persona) => ({
      value: `persona:${persona.name}`,
      title: persona.title,
      note: persona.enabled ? `Persona · ${roleWord[persona.type]}` : "Persona · disabled",
    })),
    ...(missing
      ? [{ value: `persona:${chosen.persona}`, title: nameWord(chosen.persona ?? ""), note: "Not there" }]
      : []),
  ];
}

export function whoOf(step: StepSettings): string {
  if (step.persona) return `persona:${step.persona}`;
  return step.role ? `role:${step.role}` : NONE;
}

/** The step done by somebody else; what it says for itself stays. */
export function withWho<T extends StepSettings>(step: T, who: string): T {
  const { role: _role, persona: _persona, ...rest } = step;
  const [kind, name] = [who.slice(0, who.indexOf(":")), who.slice(who.indexOf(":") + 1)];
  return { ...rest, ...(kind === "role" ? { role: name as Role } : { persona: name }) } as T;
}

/** The role of a step, its own or its persona's. */
export function roleOf(personas: readonly Persona[], step: StepSettings): Role | undefined {
  return step.role ?? personas.find(({ name }) => name === step.persona)?.type;
}

/** A definition in the shape of a type, with as much of the former one as fits. */
export function shaped(type: WorkflowType, from: Definition, personas: readonly Persona[]): Definition {
  const find = (role: Role): StepNode => {
    const found = steps(from).find(({ step }) => roleOf(personas, step) === role);
    return found ? stepOf(found.step) : { kind: "step", role };
  };
  switch (type) {
    case "single_designer":
      return { nodes: [find("designer")] };
    case "designer_checker": {
      const loop = from.nodes.find((node): node is LoopNode => node.kind === "loop");
      const nodes = [find("designer"), find("checker")];
      return { nodes: [{ kind: "loop", nodes, max_iterations: loop?.max_iterations ?? 3 }] };
    }
    case "persona_pipeline":
      return named(from, personas);
    case "custom_pipeline":
      return from;
  }
}

/** Each role becomes the persona of it that ships, whose name is the role's. */
function named(definition: Definition, personas: readonly Persona[]): Definition {
  const of = <T extends StepSettings>(step: T): T => {
    const persona = step.role && personas.find(({ name }) => name === step.role);
    return persona ? withWho(step, `persona:${persona.name}`) : step;
  };
  const within = (nodes: Definition["nodes"]): Definition["nodes"] =>
    nodes.map((node) => {
      if (node.kind === "step") return of(node);
      if (node.kind === "loop") return { ...node, nodes: within(node.nodes) };
      return { ...node, nodes: within(node.nodes), judge: of(node.judge) };
    });
  return { nodes: within(definition.nodes) };
}

/** What is wrong with a name that is typed; null: it can be one. */
export function nameFault(name: string, taken: readonly string[]): string | null {
  if (!/^[a-z][a-z0-9_-]{0,59}$/.test(name)) {
    return "Use 1 to 60 of a–z, 0–9, _ and -, beginning with a letter.";
  }
  return taken.includes(name) ? "This name is taken." : null;
}
