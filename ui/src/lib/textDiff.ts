// Two texts side by side, line by line. Pure.

export interface DiffPair {
  /** Null: the line is not there. */
  before: string | null;
  after: string | null;
  same: boolean;
}

/** Above so many pairs of lines the middle is told as changed whole: nobody reads on, and the window must not stand. */
const MOST_PAIRS = 4_000_000;

/** The lines of both texts, those that stayed beside each other. */
export function sideBySide(before: string, after: string): DiffPair[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return [
    ...a.slice(0, head).map(same),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

function same(line: string): DiffPair {
  return { before: line, after: line, same: true };
}

function middle(a: readonly string[], b: readonly string[]): DiffPair[] {
  if (a.length * b.length > MOST_PAIRS) return changed(a, b);
  const width = b.length + 1;
  // The longest common part of what is left from each pair of places on.
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: DiffPair[] = [];
  const gone: string[] = [];
  const come: string[] = [];
  const flush = () => pairs.push(...changed(gone.splice(0), come.splice(0)));
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      flush();
      pairs.push(same(a[i++] ?? ""));
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) gone.push(a[i++] ?? "");
    else come.push(b[j++] ?? "");
  }
  flush();
  return pairs;
}

function changed(gone: readonly string[], come: readonly string[]): DiffPair[] {
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => ({
    before: gone[at] ?? null,
    after: come[at] ?? null,
    same: false,
  }));
}
