import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, Redo2, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ActionButton, ActionIconButton, actionItem } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import { call } from "@/api/client";
import type { NameRemoved } from "@/api/generated/bindings";
import { Button, IconButton } from "@/design/Button";
import { ConfirmDialog } from "@/design/Dialog";
import { Menu, type MenuItem } from "@/design/Menu";
import { Page } from "@/design/Page";
import { Notice } from "@/design/States";
import { Tabs } from "@/design/Tabs";
import { Switch } from "@/design/Toggle";
import { toast, toastError } from "@/design/toasts";
import { Origin, versionWord } from "./Origin";
import type { useDraft } from "./useDraft";
import style from "./Workflows.module.css";

type Tab = "edit" | "versions";

interface EditFrameProps<T extends object> {
  noun: "workflow" | "persona";
  of: { name: string; title: string; version: number; built_in: boolean; enabled: boolean };
  /** The list that it is in. */
  list: { title: string; to: string };
  kind: string;
  draft: ReturnType<typeof useDraft<T>>;
  tab: Tab;
  onTab: (tab: Tab) => void;
  /** Why it cannot be saved as it is, in a sentence. */
  problem: string | null;
  /** Saves what is edited; answers the version that it became. */
  onSave: () => Promise<number>;
  onEnable: (enabled: boolean) => Promise<unknown>;
  onRemove: () => Promise<NameRemoved>;
  /** More of its menu. */
  menu?: MenuItem[];
  editTitle: string;
  editor: ReactNode;
  versions: ReactNode;
}

/** The page of something that is edited, saved as versions, switched and removed. */
export function EditFrame<T extends object>({
  noun,
  of,
  list,
  kind,
  draft,
  tab,
  onTab,
  problem,
  onSave,
  onEnable,
  onRemove,
  menu = [],
  editTitle,
  editor,
  versions,
}: EditFrameProps<T>) {
  const navigate = useNavigate();
  const [saving, setSaving] = useState(false);
  const [removing, setRemoving] = useState(false);
  const resets = of.built_in;
  const removable = !resets || of.version > 0 || !of.enabled;
  const stale = draft.dirty && draft.base !== of.version;

  async function save() {
    if (problem) {
      toast({ title: `${of.title} is not saved`, text: problem, tone: "bad" });
      return;
    }
    setSaving(true);
    try {
      const version = await onSave();
      draft.discard();
      toast({ title: `${of.title} saved as version ${version}` });
    } catch (error) {
      toastError(`${of.title} is not saved`, error);
    } finally {
      setSaving(false);
    }
  }

  async function remove() {
    setRemoving(false);
    try {
      // Left first: this page would ask for what is gone.
      if (!resets) await navigate({ href: list.to });
      const { trash_id } = await onRemove();
      draft.discard();
      toast({
        title: resets ? `${of.title} is as it ships` : `${of.title} removed`,
        undo: () =>
          call("trash_restore", { id: trash_id }).catch((error) =>
            toastError(`${of.title} was not restored`, error),
          ),
      });
    } catch (error) {
      toastError(resets ? `${of.title} was not reset` : `${of.title} was not removed`, error);
    }
  }

  async function enable(enabled: boolean) {
    try {
      await onEnable(enabled);
    } catch (error) {
      toastError(`${of.title} could not be switched`, error);
    }
  }

  useActions({
    "edit.save": { when: () => draft.dirty && !saving, run: () => void save() },
    "edit.discard": { when: () => draft.dirty, run: () => draft.discard() },
    // Where nothing is edited, what was done before can be undone as everywhere.
    undo: tab === "edit" && draft.canUndo ? () => draft.undo() : undefined,
    "edit.redo": { when: () => tab === "edit" && draft.canRedo, run: () => draft.redo() },
    "edit.show": () => onTab("edit"),
    "edit.versions": () => onTab("versions"),
    "edit.enable": () => void enable(!of.enabled),
    "edit.remove": { when: () => removable, run: () => setRemoving(true) },
  });

  return (
    <Page
      crumbs={[{ title: list.title, to: list.to }, { title: of.title }]}
      filters={
        <span className={style.about}>
          <Origin {...of} />
          <span className="truncate">
            {kind} · {versionWord(of.version)}
          </span>
        </span>
      }
      actions={
        <>
          <Switch checked={of.enabled} onChange={(on) => void enable(on)} label={`${of.title} is enabled`} />
          <Menu
            align="end"
            trigger={
              <IconButton label="More">
                <Ellipsis size={16} />
              </IconButton>
            }
            groups={[
              { items: [...menu, actionItem("edit.versions")] },
              {
                items: [
                  actionItem("edit.remove", {
                    title: resets ? "Reset to what ships" : `Remove the ${noun}`,
                    danger: true,
                    disabled: !removable,
                  }),
                ],
              },
            ]}
          />
        </>
      }
    >
      <Tabs
        label={of.title}
        value={tab}
        tabs={[
          { value: "edit", title: editTitle },
          { value: "versions", title: "Versions" },
        ]}
        onChange={onTab}
        end={
          tab === "edit" && (
            <>
              {draft.dirty && <span className={style.unsaved}>Not saved</span>}
              <ActionIconButton action="undo" label="Undo" size="small" disabled={!draft.canUndo}>
                <Undo2 size={14} />
              </ActionIconButton>
              <ActionIconButton action="edit.redo" label="Redo" size="small" disabled={!draft.canRedo}>
                <Redo2 size={14} />
              </ActionIconButton>
              <ActionButton action="edit.discard" kind="quiet" size="small" disabled={!draft.dirty}>
                Discard
              </ActionButton>
              <ActionButton
                action="edit.save"
                kind="primary"
                size="small"
                disabled={!draft.dirty}
                busy={saving}
              >
                Save
              </ActionButton>
            </>
          )
        }
      >
        {tab === "edit" && stale && (
          <div className={style.notices}>
            <Notice
              tone="warn"
              title={`Version ${of.version} was saved while you edited version ${draft.base}.`}
              action={
                <>
                  <Button size="small" onClick={() => onTab("versions")}>
                    Look at it
                  </Button>
                  <Button size="small" onClick={() => draft.rebase()}>
                    Keep my edit
                  </Button>
                </>
              }
            />
          </div>
        )}
        {tab === "edit" ? editor : versions}
      </Tabs>
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={resets ? `Reset ${of.title}?` : `Remove ${of.title}?`}
        confirm={resets ? "Reset to what ships" : `Remove the ${noun}`}
        danger
        onConfirm={() => void remove()}
      >
        {resets
          ? "What ships is active again. What you made of it goes to Recently removed with its versions, and can be restored for 30 days."
          : `The ${noun} goes to Recently removed with its versions, and can be restored for 30 days.`}
      </ConfirmDialog>
    </Page>
  );
}
