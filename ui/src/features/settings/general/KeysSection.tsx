import { CircleCheck, CircleDashed } from "lucide-react";
import { useState } from "react";
import type { Secret } from "@/api/generated/bindings";
import { useCall, useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { ConfirmDialog } from "@/design/Dialog";
import { ErrorState, Notice, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { Switch } from "@/design/Toggle";
import { toast, toastError } from "@/design/toasts";
import { classes } from "@/lib/classes";
import { Block, SettingRow } from "../SettingRow";
import style from "../Settings.module.css";
import { SetKeyDialog } from "./SetKeyDialog";

/** The API keys: whether each is set, never what it is. */
export function KeysSection() {
  const { data: secrets, error, refetch } = useCall("secret_list", {});
  const [setting, setSetting] = useState<Secret | null>(null);
  const [removing, setRemoving] = useState<Secret | null>(null);
  const remove = useCommand("secret_set", {
    onError: (failure) => toastError("The key could not be removed", failure),
  });
  const file = useCommand("secret_file_set", {
    onError: (failure) => toastError("The encrypted file could not be switched", failure),
  });
  if (error)
    return <ErrorState title="The keys could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (!secrets) return <Skeleton />;
  const usable = secrets.store !== "unavailable";
  return (
    <>
      {!usable && (
        <div className={style.gap}>
          <Notice
            tone="warn"
            title={
              secrets.problem ??
              "No keychain answers on this machine. Start one and check again, or turn on the encrypted file below."
            }
          />
        </div>
      )}
      <Block title="Keys">
        {secrets.items.map((secret) => (
          <div key={secret.name} className={style.row}>
            <div className={style.words}>
              <span className={style.label}>{secret.title}</span>
              <div className={style.states}>
                <span className={classes(style.state, secret.is_set && style.good)}>
                  {secret.is_set ? (
                    <CircleCheck size={14} aria-hidden />
                  ) : (
                    <CircleDashed size={14} aria-hidden />
                  )}
                  {secret.is_set ? "Set" : "Not set"}
                  {secret.is_set && secret.updated_at !== null && (
                    <RelativeTime at={secret.updated_at} long />
                  )}
                </span>
                {secret.used_by.length > 0 && (
                  <span className={style.meta}>Used by {secret.used_by.join(", ")}</span>
                )}
              </div>
            </div>
            <div className={style.control}>
              {secret.is_set && (
                <Button
                  size="small"
                  kind="quiet"
                  aria-label={`Remove ${secret.title}`}
                  onClick={() => setRemoving(secret)}
                >
                  Remove
                </Button>
              )}
              <Button
                size="small"
                disabled={!usable}
                aria-label={`${secret.is_set ? "Replace" : "Set"} ${secret.title}`}
                onClick={() => setSetting(secret)}
              >
                {secret.is_set ? "Replace" : "Set"}
              </Button>
            </div>
          </div>
        ))}
      </Block>
      <Block title="Where keys are kept">
        <SettingRow label={storeWords[secrets.store].title} hint={storeWords[secrets.store].hint}>
          {secrets.store === "unavailable" && (
            <Button size="small" onClick={() => void refetch()}>
              Check again
            </Button>
          )}
        </SettingRow>
        {secrets.store !== "keychain" && (
          <SettingRow
            label="Use an encrypted file instead"
            hint="Weaker than a keychain: whoever can read your files as you can open it. Only for machines without a keychain."
          >
            <Switch
              label="Use an encrypted file instead"
              checked={secrets.store === "file"}
              disabled={file.isPending}
              onChange={(enabled) => file.mutate({ enabled })}
            />
          </SettingRow>
        )}
      </Block>
      {setting && <SetKeyDialog secret={setting} onClose={() => setSetting(null)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.title ?? "the key"}?`}
        confirm="Remove the key"
        danger
        onConfirm={() => {
          const secret = removing;
          setRemoving(null);
          if (!secret) return;
          remove.mutate(
            { name: secret.name, value: null },
            { onSuccess: () => toast({ title: `${secret.title} is removed` }) },
          );
        }}
      >
        It is deleted from where keys are kept and cannot be brought back; you can set it again. Agents that
        use it fail to sign in until then.
      </ConfirmDialog>
    </>
  );
}

const storeWords = {
  keychain: {
    title: "System keychain",
    hint: "Keys are in the keychain of this system, never in Waybill’s database.",
  },
  file: {
    title: "Encrypted file",
    hint: "Keys are in a file in Waybill’s data directory, readable by you alone.",
  },
  unavailable: { title: "No keychain", hint: "Keys cannot be kept until there is one." },
} as const;
