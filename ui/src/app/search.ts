import {
  allGroupBy,
  allLearningStatus,
  allRole,
  allSessionType,
  type GroupBy,
  type LearningStatus,
  type Role,
  type SessionType,
} from "../api/generated/bindings";

/** Addresses carry plain text (`?q=is:open`), not JSON. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

export interface ListSearch {
  /** The search text. */
  q?: string;
  /** The number of what is open beside the list. */
  open?: number;
}

export function listSearch(search: Record<string, unknown>): ListSearch {
  const open = number(search.open);
  return {
    ...(typeof search.q === "string" && search.q !== "" ? { q: search.q } : {}),
    ...(open === null ? {} : { open }),
  };
}

export interface BoardSearch extends ListSearch {
  /** What its columns are. */
  group?: GroupBy;
}

export function boardSearch(search: Record<string, unknown>): BoardSearch {
  const group = allGroupBy.find((each) => each === search.group);
  return { ...listSearch(search), ...(group ? { group } : {}) };
}

export interface RunsSearch {
  /** Run statuses, separated by commas. */
  status?: string;
}

export function runsSearch(search: Record<string, unknown>): RunsSearch {
  return typeof search.status === "string" && search.status !== "" ? { status: search.status } : {};
}

export interface LearningsSearch {
  /** What is shown; pending when absent. */
  status?: LearningStatus;
}

export function learningsSearch(search: Record<string, unknown>): LearningsSearch {
  const status = allLearningStatus.find((each) => each === search.status);
  return status ? { status } : {};
}

export interface RoleSearch {
  /** The role whose versions show. */
  role?: Role;
}

export function roleSearch(search: Record<string, unknown>): RoleSearch {
  const role = allRole.find((each) => each === search.role);
  return role ? { role } : {};
}

export interface ContextSearch {
  /** The session type whose context shows. */
  type?: SessionType;
}

export function contextSearch(search: Record<string, unknown>): ContextSearch {
  const type = allSessionType.find((each) => each === search.type);
  return type ? { type } : {};
}

/** Of the page of a run, of a session, of a workflow and of a persona. */
export interface RunSearch {
  /** The tab that shows. */
  tab?: string;
  /** The path of the file whose changes show. */
  file?: string;
  /** The position of the step that is looked at. */
  step?: number;
  /** The candidate whose changes show. */
  lane?: number;
}

export function runSearch(search: Record<string, unknown>): RunSearch {
  const step = number(search.step);
  const lane = number(search.lane);
  return {
    ...(typeof search.tab === "string" && search.tab !== "" ? { tab: search.tab } : {}),
    ...(typeof search.file === "string" && search.file !== "" ? { file: search.file } : {}),
    ...(step === null ? {} : { step }),
    ...(lane === null ? {} : { lane }),
  };
}

export interface SectionSearch {
  section?: string;
}

export function sectionSearch(search: Record<string, unknown>): SectionSearch {
  return typeof search.section === "string" && search.section !== "" ? { section: search.section } : {};
}

/** A number in a path; -1, which nothing has, when it is none. */
export function pathNumber(text: string): number {
  return number(text) ?? -1;
}

function number(value: unknown): number | null {
  const found = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isSafeInteger(found) && found > 0 ? found : null;
}
