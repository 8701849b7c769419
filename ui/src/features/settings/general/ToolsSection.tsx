import { useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleDashed, Ellipsis, Plus, RefreshCw } from "lucide-react";
import { useState } from "react";
import type { AgentTool } from "@/api/generated/bindings";
import { patch } from "@/api/optimistic";
import { useCall, useCommand } from "@/api/queries";
import { Button, IconButton } from "@/design/Button";
import { ConfirmDialog } from "@/design/Dialog";
import { Menu } from "@/design/Menu";
import { ErrorState, Skeleton } from "@/design/States";
import { toast, toastError } from "@/design/toasts";
import { classes } from "@/lib/classes";
import { copyText } from "@/lib/clipboard";
import { signInWord } from "@/lib/words";
import { Block } from "../SettingRow";
import style from "../Settings.module.css";
import { useSettings } from "../useSettings";
import { AddToolDialog } from "./AddToolDialog";

/** The agent tools: where they are, whether they can be used, and what to do when not. */
export function ToolsSection() {
  const { data: tools, error, refetch } = useCall("tool_list", {});
  const { data: settings } = useSettings();
  const [adding, setAdding] = useState(false);
  if (error)
    return <ErrorState title="The tools could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (!tools) return <Skeleton />;
  const custom = tools.filter((tool) => !tool.built_in);
  return (
    <>
      <Block>
        {tools
          .filter((tool) => tool.built_in)
          .map((tool) => (
            <ToolRow key={tool.name} tool={tool} isDefault={settings?.default_tool === tool.name} />
          ))}
      </Block>
      <Block
        title="Your own"
        action={
          <Button size="small" icon={<Plus size={14} />} onClick={() => setAdding(true)}>
            Add a command
          </Button>
        }
      >
        {custom.length === 0 ? (
          <div className={style.row}>
            <div className={style.hint}>
              Any command-line program that takes a prompt and changes files can work on issues.
            </div>
          </div>
        ) : (
          custom.map((tool) => (
            <ToolRow key={tool.name} tool={tool} isDefault={settings?.default_tool === tool.name} />
          ))
        )}
      </Block>
      {adding && <AddToolDialog onClose={() => setAdding(false)} taken={tools.map((tool) => tool.name)} />}
    </>
  );
}

function ToolRow({ tool, isDefault }: { tool: AgentTool; isDefault: boolean }) {
  const client = useQueryClient();
  const settings = useSettings();
  const [removing, setRemoving] = useState(false);
  const check = useCommand("tool_check", {
    onSuccess(found) {
      patch(client, "tool_list", (tools) => tools.map((each) => (each.name === found.name ? found : each)));
      toast({ title: found.installed ? `${found.title} is found` : `${found.title} is not found` });
    },
    onError: (error) => toastError(`${tool.title} could not be checked`, error),
  });
  const remove = useCommand("tool_remove", {
    onSuccess: () => toast({ title: `${tool.title} is removed` }),
    onError: (error) => toastError(`${tool.title} could not be removed`, error),
  });

  return (
    <div className={style.row}>
      <div className={style.words}>
        <div className={style.toolHead}>
          <span className={style.toolName}>{tool.title}</span>
          {tool.version && <span className={style.meta}>{tool.version}</span>}
          {isDefault && <span className={style.meta}>Default</span>}
        </div>
        <div className={style.states}>
          <Found tool={tool} />
          {tool.installed && <SignedIn tool={tool} />}
        </div>
        {(tool.command ?? tool.path) && <span className={style.path}>{tool.command ?? tool.path}</span>}
        {!tool.installed && tool.install_hint && <span className={style.path}>{tool.install_hint}</span>}
      </div>
      <div className={style.control}>
        {!tool.installed && tool.install_hint && (
          <Button
            size="small"
            onClick={async () => {
              const copied = await copyText(tool.install_hint ?? "");
              toast({ title: copied ? "Install command copied" : "The clipboard could not be written" });
            }}
          >
            Copy
          </Button>
        )}
        <IconButton
          label={`Check ${tool.title} again`}
          size="small"
          busy={check.isPending}
          onClick={() => check.mutate({ name: tool.name })}
        >
          <RefreshCw size={14} />
        </IconButton>
        <Menu
          align="end"
          trigger={
            <IconButton label={`More about ${tool.title}`} size="small">
              <Ellipsis size={14} />
            </IconButton>
          }
          groups={[
            {
              items: [
                {
                  id: "default",
                  title: isDefault ? "No longer the default" : "Make it the default",
                  disabled: !tool.installed && !isDefault,
                  onSelect: () => settings.set({ default_tool: isDefault ? null : tool.name }),
                },
              ],
            },
            {
              items: tool.built_in
                ? []
                : [{ id: "remove", title: "Remove…", danger: true, onSelect: () => setRemoving(true) }],
            },
          ]}
        />
      </div>
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={`Remove ${tool.title}?`}
        confirm="Remove the command"
        danger
        onConfirm={() => {
          setRemoving(false);
          remove.mutate({ name: tool.name });
        }}
      >
        Waybill forgets the command <code>{tool.command}</code>. The program itself stays, and so do its runs.
      </ConfirmDialog>
    </div>
  );
}

function Found({ tool }: { tool: AgentTool }) {
  if (tool.installed) {
    return (
      <span className={classes(style.state, style.good)}>
        <CircleCheck size={14} aria-hidden />
        {tool.name === "demo" ? "Built in" : "Installed"}
      </span>
    );
  }
  return (
    <span className={style.state}>
      <CircleDashed size={14} aria-hidden />
      Not installed
    </span>
  );
}

function SignedIn({ tool }: { tool: AgentTool }) {
  const missing = tool.sign_in === "none";
  return (
    <span className={classes(style.state, missing ? style.warn : style.good)}>
      {missing ? <CircleAlert size={14} aria-hidden /> : <CircleCheck size={14} aria-hidden />}
      {missing
        ? `${signInWord(tool)}: set its key under API keys, or sign in with the tool itself`
        : signInWord(tool)}
    </span>
  );
}
