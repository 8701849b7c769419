type Listener = () => void;

/** A clock that many components share: one timer for all of them, none while nobody listens. */
function ticker(everyMs: number) {
  const listeners = new Set<Listener>();
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    subscribe(listener: Listener): () => void {
      listeners.add(listener);
      timer ??= setInterval(() => {
        for (const each of listeners) each();
      }, everyMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

/** For ages, whose finest unit is the minute. */
export const slowTicker = ticker(15_000);
/** For what counts seconds while it runs. */
export const secondTicker = ticker(1_000);
