import { CircleCheck, TriangleAlert } from "lucide-react";
import { runAction } from "@/actions/registry";
import { useCall } from "@/api/queries";
import { Button } from "@/design/Button";
import { ErrorNotice, ErrorState, Notice, Skeleton } from "@/design/States";
import { toast } from "@/design/toasts";
import { Words } from "@/design/Words";
import { copyText } from "@/lib/clipboard";
import { sentence } from "@/lib/words";
import { Block, SettingRow } from "../SettingRow";
import style from "../Settings.module.css";

/** What this Waybill is, where its data are, and whether the machine is in order. */
export function AboutSection() {
  const { data: app, error, refetch } = useCall("app_info", {});
  if (error)
    return (
      <ErrorState
        title="Version and data directory could not be loaded"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  if (!app) return <Skeleton />;
  return (
    <>
      <Block>
        <SettingRow label="Version">
          <span className="numbers">{app.version}</span>
        </SettingRow>
        <SettingRow label="Data" hint={<span className={style.path}>{app.home}</span>}>
          <Button
            size="small"
            onClick={async () => {
              const copied = await copyText(app.home);
              toast({ title: copied ? "Path copied" : "The clipboard could not be written" });
            }}
          >
            Copy path
          </Button>
          <Button size="small" onClick={() => runAction("backup.make")}>
            Back up now
          </Button>
        </SettingRow>
        <SettingRow label="Sandbox" hint={sentence(app.isolation)}>
          {null}
        </SettingRow>
      </Block>
      {app.isolation_weak && (
        <div className={style.gap}>
          <Notice tone="warn" title="This machine isolates agents less than it should.">
            {app.isolation_hint && <Words text={app.isolation_hint} />}
          </Notice>
        </div>
      )}
      <Checks />
    </>
  );
}

function Checks() {
  const { data: doctor, error, isFetching, refetch } = useCall("doctor", {}, { fresh: true });
  return (
    <Block
      title="Checks of this machine"
      action={
        <Button size="small" busy={isFetching} onClick={() => void refetch()}>
          Check again
        </Button>
      }
    >
      {error && <ErrorNotice error={error} />}
      {!doctor && !error && <Skeleton rows={5} />}
      {doctor?.checks.map((check) => (
        <div key={check.name} className={style.checkRow}>
          {check.ok ? (
            <CircleCheck size={16} className={style.ok} role="img" aria-label="In order:" />
          ) : (
            <TriangleAlert size={16} className={style.notOk} role="img" aria-label="Not in order:" />
          )}
          <div className={style.words}>
            <span className={`${style.label} ${style.capital}`}>{check.name}</span>
            <div className={style.hint}>
              <Words text={sentence(check.message)} />
            </div>
            {check.hint && (
              <div>
                <Words text={sentence(check.hint)} />
              </div>
            )}
          </div>
        </div>
      ))}
    </Block>
  );
}
