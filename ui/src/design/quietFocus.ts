const QUIET_MS = 100;

let until = 0;

/** Says that a focus which follows is given by the program, not sought by the user: no tooltip answers it. */
export function quietFocus(): void {
  until = performance.now() + QUIET_MS;
}

export function isQuietFocus(): boolean {
  return performance.now() < until;
}
