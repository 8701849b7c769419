import type { ProjectSettings } from "@/api/generated/bindings";
import { Switch } from "@/design/Toggle";
import { DraftArea, DraftNumber } from "../Draft";
import { Block, Segments, SettingRow } from "../SettingRow";
import { type SetProjectSettings, WithSettings } from "./WithSettings";

const MINUTE = 60_000;

/** Limits, network and what of this machine is seen. */
export function SandboxSection({ slug }: { slug: string }) {
  return (
    <WithSettings slug={slug}>
      {(settings, set) => (
        <>
          <Limits settings={settings} set={set} />
          <Access settings={settings} set={set} />
        </>
      )}
    </WithSettings>
  );
}

interface PartProps {
  settings: ProjectSettings;
  set: SetProjectSettings;
}

function Limits({ settings, set }: PartProps) {
  return (
    <Block title="Limits">
      <SettingRow label="Time" hint="Then the sandbox ends with all its processes: 1 to 240 minutes.">
        <DraftNumber
          label="Time"
          unit="min"
          least={1}
          most={240}
          value={Math.round(settings.timeout_ms / MINUTE)}
          onCommit={(minutes) => set({ timeout_ms: minutes * MINUTE })}
        />
      </SettingRow>
      <SettingRow label="Memory" hint="Of each sandbox: 256 to 8,192 MiB.">
        <DraftNumber
          label="Memory"
          unit="MiB"
          least={256}
          most={8192}
          value={settings.memory_mb}
          onCommit={(memory_mb) => set({ memory_mb })}
        />
      </SettingRow>
      <SettingRow label="Processors" hint="Of each sandbox: 1 to 8.">
        <DraftNumber
          label="Processors"
          least={1}
          most={8}
          value={settings.cpu_count}
          onCommit={(cpu_count) => set({ cpu_count })}
        />
      </SettingRow>
      <SettingRow label="Sandboxes at once" hint="Further runs wait for their turn.">
        <DraftNumber
          label="Sandboxes at once"
          least={1}
          most={16}
          value={settings.concurrent_sandboxes}
          onCommit={(concurrent_sandboxes) => set({ concurrent_sandboxes })}
        />
      </SettingRow>
    </Block>
  );
}

function Access({ settings, set }: PartProps) {
  return (
    <Block title="Access">
      <SettingRow label="Network" hint="Agents that ask a model over the network need it open.">
        <Segments
          label="Network"
          value={settings.network}
          choices={[
            { value: "open", title: "Open" },
            { value: "none", title: "None" },
          ]}
          onChange={(network) => set({ network })}
        />
      </SettingRow>
      <SettingRow
        label="Allow weaker isolation"
        hint="Agents then run without asking where this machine isolates less than it should."
      >
        <Switch
          label="Allow weaker isolation"
          checked={settings.weak_isolation_allowed}
          onChange={(weak_isolation_allowed) => set({ weak_isolation_allowed })}
        />
      </SettingRow>
      <SettingRow
        tall
        label="Further readable paths"
        hint="Absolute paths that sandboxes may read, one a line. Toolchains are found without being named here."
      >
        <DraftArea
          label="Further readable paths"
          rows={3}
          value={settings.visible_paths.join("\n")}
          problem={(text) => {
            const relative = lines(text).find((path) => !isAbsolute(path));
            return relative === undefined ? null : `“${relative}” is not an absolute path.`;
          }}
          onCommit={(text) => set({ visible_paths: lines(text) })}
        />
      </SettingRow>
    </Block>
  );
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function isAbsolute(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}
