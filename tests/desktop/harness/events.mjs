/** Events in the order in which they came; a test takes the ones that it waits for. */
export class Events {
  #kept = [];
  #waiting = new Set();
  #failure = null;

  push(event) {
    this.#kept.push(event);
    for (const waiter of [...this.#waiting]) waiter();
  }

  /** Whoever waits, or will wait, gets this error. */
  fail(error) {
    this.#failure = error;
    for (const waiter of [...this.#waiting]) waiter();
  }

  /** Everything that came and was not taken. */
  kept() {
    return [...this.#kept];
  }

  /** The first event for which `wanted` holds; it and the older ones of its kind are forgotten. */
  async next(wanted, what, milliseconds = 30_000) {
    return await new Promise((resolve, reject) => {
      const end = (done) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        done();
      };
      const look = () => {
        const index = this.#kept.findIndex(wanted);
        if (index >= 0) {
          const found = this.#kept[index];
          this.#kept = this.#kept.filter((each, at) => at > index || each.event !== found.event);
          end(() => resolve(found));
        } else if (this.#failure) {
          end(() => reject(this.#failure));
        }
      };
      const timer = setTimeout(() => {
        const came = JSON.stringify(this.#kept.slice(-12), null, 1);
        end(() => reject(new Error(`waited ${milliseconds} ms for ${what}; what came instead: ${came}`)));
      }, milliseconds);
      this.#waiting.add(look);
      look();
    });
  }
}
