import { Monitor, Moon, Sun } from "lucide-react";
import { ErrorState, Skeleton } from "@/design/States";
import { Switch } from "@/design/Toggle";
import { platform } from "@/platform";
import { DraftInput } from "../Draft";
import { Block, Segments, SettingRow } from "../SettingRow";
import { useSettings } from "../useSettings";
import { ShortcutRow } from "./ShortcutRow";

/** Looks, name, behaviour and notifications. */
export function GeneralSection() {
  const { data: settings, error, refetch, set } = useSettings();
  if (error)
    return (
      <ErrorState title="The settings could not be loaded" error={error} onRetry={() => void refetch()} />
    );
  if (!settings) return <Skeleton />;
  return (
    <>
      <Block title="Appearance">
        <SettingRow label="Theme">
          <Segments
            label="Theme"
            value={settings.theme}
            choices={[
              { value: "system", title: "System", icon: <Monitor size={14} aria-hidden /> },
              { value: "light", title: "Light", icon: <Sun size={14} aria-hidden /> },
              { value: "dark", title: "Dark", icon: <Moon size={14} aria-hidden /> },
            ]}
            onChange={(theme) => set({ theme })}
          />
        </SettingRow>
        <SettingRow label="Density" hint="The height of rows in lists: 32 or 40 pixels.">
          <Segments
            label="Density"
            value={settings.density}
            choices={[
              { value: "compact", title: "Compact" },
              { value: "comfortable", title: "Comfortable" },
            ]}
            onChange={(density) => set({ density })}
          />
        </SettingRow>
        <SettingRow label="Your name" hint="Shown on what you file and write, instead of “Operator”." wide>
          <DraftInput
            label="Your name"
            value={settings.display_name ?? ""}
            placeholder="Operator"
            onCommit={(name) => set({ display_name: name === "" ? null : name })}
          />
        </SettingRow>
      </Block>
      {platform().kind === "tauri" && (
        <Block title="Window">
          <SettingRow
            label="Keep running in the tray"
            hint="Closing the window leaves Waybill at work; quit it from the tray."
          >
            <Switch
              label="Keep running in the tray"
              checked={settings.close_to_tray}
              onChange={(close_to_tray) => set({ close_to_tray })}
            />
          </SettingRow>
          <ShortcutRow
            value={settings.new_issue_shortcut}
            onChange={(new_issue_shortcut) => set({ new_issue_shortcut })}
          />
        </Block>
      )}
      <Block title="Notifications">
        <SettingRow label="A run is completed" hint="Its changes are ready for your review.">
          <Switch
            label="Notify when a run is completed"
            checked={settings.notify_run_completed}
            onChange={(notify_run_completed) => set({ notify_run_completed })}
          />
        </SettingRow>
        <SettingRow label="A run failed" hint="With the reason, and what to do next.">
          <Switch
            label="Notify when a run failed"
            checked={settings.notify_run_failed}
            onChange={(notify_run_failed) => set({ notify_run_failed })}
          />
        </SettingRow>
        <SettingRow label="A run waits for you" hint="It asks for consent, or met a conflict.">
          <Switch
            label="Notify when a run waits for you"
            checked={settings.notify_input_needed}
            onChange={(notify_input_needed) => set({ notify_input_needed })}
          />
        </SettingRow>
      </Block>
    </>
  );
}
