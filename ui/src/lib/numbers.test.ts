import { describe, expect, it } from "vitest";
import { bytes, compactCount, counted, grouped, money } from "./numbers";

describe("money", () => {
  it("has two digits, four under a cent, and is unknown rather than zero", () => {
    expect(money(1.836), "two digits").toBe("$1.84");
    expect(money(0.0042), "under a cent").toBe("$0.0042");
    expect(money(0), "nothing").toBe("$0.00");
    expect(money(null), "unknown").toBe("–");
  });
});

describe("counts", () => {
  it("are short where space is", () => {
    expect([812, 1_000, 12_400, 3_100_000].map(compactCount)).toEqual(["812", "1k", "12k", "3.1M"]);
  });

  it("are grouped by thousands", () => {
    expect([0, 999, 1_000, 12_345, 100_000, 1_234_567].map(grouped)).toEqual([
      "0",
      "999",
      "1,000",
      "12,345",
      "100,000",
      "1,234,567",
    ]);
  });

  it("agree with their noun", () => {
    expect(counted(1, "agent"), "one").toBe("1 agent");
    expect(counted(0, "agent"), "none").toBe("0 agents");
    expect(counted(2, "thing needs", "things need"), "several").toBe("2 things need");
  });

  it("are bytes in their unit", () => {
    expect([512, 2_048, 4_823_044].map(bytes)).toEqual(["512 B", "2 KB", "4.6 MB"]);
  });
});
