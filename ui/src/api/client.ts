import { callError, platform } from "../platform";
import type { Commands } from "./generated/bindings";

export type CommandName = keyof Commands;
export type Args<K extends CommandName> = Commands[K]["args"];
export type Answer<K extends CommandName> = Commands[K]["answer"];

/** Asks Waybill; rejects with a `CallError`. */
export async function call<K extends CommandName>(name: K, args: Args<K>): Promise<Answer<K>> {
  try {
    return (await platform().call(name, args)) as Answer<K>;
  } catch (thrown) {
    throw callError(name, thrown);
  }
}
