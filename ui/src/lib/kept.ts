import { useCallback, useState } from "react";

/** A small setting of this window that outlives it (a width, what is folded). Nothing of value belongs here. */
export function useKept<T>(key: string, initial: T, valid: (value: unknown) => value is T) {
  const [value, setValue] = useState<T>(() => read(key, initial, valid));
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      write(key, next);
    },
    [key],
  );
  return [value, keep] as const;
}

export function read<T>(key: string, initial: T, valid: (value: unknown) => value is T): T {
  try {
    const text = localStorage.getItem(`waybill.${key}`);
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return valid(value) ? value : initial;
  } catch {
    return initial;
  }
}

export function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(`waybill.${key}`, JSON.stringify(value));
  } catch {
    // Storage may be full or forbidden: the window then forgets, and that is all.
  }
}
