import { Lock, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { EnvironmentVariable } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { Button, IconButton } from "@/design/Button";
import { ConfirmDialog } from "@/design/Dialog";
import { toast, toastError } from "@/design/toasts";
import { Block } from "../SettingRow";
import style from "../Settings.module.css";
import { VariableDialog } from "./VariableDialog";
import { WithSettings } from "./WithSettings";

/** The project's environment variables; a secret's value is never shown. */
export function EnvironmentSection({ slug }: { slug: string }) {
  const [editing, setEditing] = useState<EnvironmentVariable | "new" | null>(null);
  const [removing, setRemoving] = useState<EnvironmentVariable | null>(null);
  const change = useCommand("project_environment_set", {
    onError: (error) => toastError("The variable could not be removed", error),
  });

  function remove(variable: EnvironmentVariable) {
    change.mutate(
      { project: slug, key: variable.key, value: null, is_secret: variable.is_secret },
      {
        onSuccess: () =>
          toast({
            title: `${variable.key} is removed`,
            // A secret's value is gone for good; a plain one is known here.
            undo: variable.is_secret
              ? undefined
              : () =>
                  change.mutate({
                    project: slug,
                    key: variable.key,
                    value: variable.value,
                    is_secret: false,
                  }),
          }),
      },
    );
  }

  return (
    <WithSettings slug={slug}>
      {({ environment }) => (
        <>
          <Block
            title="Variables"
            action={
              <Button size="small" icon={<Plus size={14} />} onClick={() => setEditing("new")}>
                Add a variable
              </Button>
            }
          >
            {environment.length === 0 && (
              <div className={style.row}>
                <div className={style.hint}>
                  None yet. Secrets among them are kept in the keychain and masked in everything that agents
                  print.
                </div>
              </div>
            )}
            {environment.map((variable) => (
              <div key={variable.key} className={style.row}>
                <span className={style.envKey}>{variable.key}</span>
                <span className={`${style.envValue} truncate`} title={variable.value ?? undefined}>
                  {variable.is_secret ? (
                    <span className={style.state}>
                      <Lock size={12} aria-hidden />
                      Secret
                    </span>
                  ) : (
                    variable.value
                  )}
                </span>
                <div className={style.control}>
                  <Button
                    size="small"
                    kind="quiet"
                    aria-label={`${variable.is_secret ? "Replace" : "Edit"} ${variable.key}`}
                    onClick={() => setEditing(variable)}
                  >
                    {variable.is_secret ? "Replace" : "Edit"}
                  </Button>
                  <IconButton
                    size="small"
                    label={`Remove ${variable.key}`}
                    onClick={() => (variable.is_secret ? setRemoving(variable) : remove(variable))}
                  >
                    <Trash2 size={14} />
                  </IconButton>
                </div>
              </div>
            ))}
          </Block>
          {editing && (
            <VariableDialog
              project={slug}
              variable={editing === "new" ? null : editing}
              taken={environment.map(({ key }) => key)}
              onClose={() => setEditing(null)}
            />
          )}
          <ConfirmDialog
            open={removing !== null}
            onClose={() => setRemoving(null)}
            title={`Remove ${removing?.key ?? "the variable"}?`}
            confirm="Remove the secret"
            danger
            onConfirm={() => {
              if (removing) remove(removing);
              setRemoving(null);
            }}
          >
            Its value is deleted from the keychain and cannot be brought back; you can set it again.
          </ConfirmDialog>
        </>
      )}
    </WithSettings>
  );
}
