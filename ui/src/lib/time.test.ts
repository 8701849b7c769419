import { describe, expect, it } from "vitest";
import { duration, longAge, shortAge } from "./time";

const now = new Date(2026, 10, 20, 12).getTime();
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("ages", () => {
  it("are as short as a list needs", () => {
    for (const [age, words] of [
      [-5_000, "now"],
      [59_999, "now"],
      [minute, "1m"],
      [59 * minute, "59m"],
      [hour, "1h"],
      [23.9 * hour, "23h"],
      [day, "1d"],
      [29 * day, "29d"],
    ] as const) {
      expect(shortAge(now - age, now), `${age} ms ago`).toBe(words);
    }
  });

  it("become a date after a month, with the year when it is another", () => {
    expect(shortAge(now - 60 * day, now), "this year").not.toContain("2026");
    expect(shortAge(now - 400 * day, now), "last year").toContain("2025");
  });

  it("are words in running text", () => {
    expect(longAge(now - minute, now), "one").toBe("1 minute ago");
    expect(longAge(now - 3 * hour, now), "several").toBe("3 hours ago");
    expect(longAge(now - 30 * hour, now), "the day before").toBe("yesterday");
  });
});

describe("durations", () => {
  it("keep the places that matter", () => {
    expect(duration(900), "under a second").toBe("0s");
    expect(duration(32_000), "seconds").toBe("32s");
    expect(duration(108_000), "minutes").toBe("1m 48s");
    expect(duration(2 * hour + 4 * minute), "hours").toBe("2h 04m");
    expect(duration(-1), "a clock that was set back").toBe("0s");
  });
});
