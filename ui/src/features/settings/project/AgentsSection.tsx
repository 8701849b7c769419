import { useCall } from "@/api/queries";
import { Select } from "@/design/Select";
import { DraftArea, DraftInput } from "../Draft";
import { Block, SettingRow } from "../SettingRow";
import { WithSettings } from "./WithSettings";

const NONE = "";

/** Which tool works by default, and what agents are told. */
export function AgentsSection({ slug }: { slug: string }) {
  const { data: tools } = useCall("tool_list", {});
  return (
    <WithSettings slug={slug}>
      {(settings, set) => (
        <>
          <Block title="Default">
            <SettingRow label="Tool" hint="Works on an issue unless the run names another." wide>
              <Select
                label="Tool"
                value={settings.default_tool ?? NONE}
                choices={[
                  { value: NONE, title: "As in Waybill's settings" },
                  ...(tools ?? []).map((tool) => ({
                    value: tool.name,
                    title: tool.title,
                    ...(tool.installed ? {} : { note: "Not installed" }),
                  })),
                ]}
                onChange={(tool) => set({ default_tool: tool === NONE ? null : tool })}
              />
            </SettingRow>
            <SettingRow label="Model" hint="As the tool calls it. Empty: the tool's own choice." wide>
              <DraftInput
                label="Model"
                mono
                value={settings.default_model ?? ""}
                onCommit={(model) => set({ default_model: model === "" ? null : model })}
              />
            </SettingRow>
          </Block>
          <Block title="Instructions">
            <SettingRow tall label="Sandbox system prompt" hint="Put before every agent's instructions.">
              <DraftArea
                label="Sandbox system prompt"
                value={settings.sandbox_system_prompt}
                onCommit={(sandbox_system_prompt) => set({ sandbox_system_prompt })}
              />
            </SettingRow>
            <SettingRow
              tall
              label="CLAUDE.md"
              hint="Given to tools that read CLAUDE.md or AGENTS.md, in the sandbox's private home, never in the repository."
            >
              <DraftArea
                label="CLAUDE.md"
                rows={10}
                value={settings.claude_md}
                onCommit={(claude_md) => set({ claude_md })}
              />
            </SettingRow>
          </Block>
        </>
      )}
    </WithSettings>
  );
}
