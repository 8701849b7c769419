import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useState } from "react";
import { ActionButton } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import { call } from "@/api/client";
import type { LearningCompiled, LearningRole, Role } from "@/api/generated/bindings";
import { useCall, useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Page } from "@/design/Page";
import { ErrorState, Skeleton } from "@/design/States";
import { toast, toastError } from "@/design/toasts";
import { paths } from "@/lib/links";
import { counted } from "@/lib/numbers";
import { titleOf } from "@/lib/words";
import { Compare } from "./Compare";
import style from "./Learnings.module.css";
import { PlaceTabs } from "./PlaceTabs";
import { Versions } from "./Versions";

const route = getRouteApi("/p/$slug/learnings/told");

/** What the agents of each role are told of what was learnt: versions, of which one is active. */
export function CompiledPage() {
  const { slug } = route.useParams();
  const { role: named } = route.useSearch();
  const navigate = useNavigate();
  const { data: roles, error, refetch } = useCall("learning_roles", { project: slug });
  const chosen = roles?.find(({ role }) => role === named) ?? roles?.[0];
  const [shown, setShown] = useState<LearningCompiled | null>(null);
  const open = (role: Role) =>
    void navigate({ to: paths.learningVersions(slug), search: { role }, replace: true });

  async function look() {
    if (!chosen) return;
    try {
      setShown(await call("learning_compile", { project: slug, role: chosen.role, dry_run: true }));
    } catch (fault) {
      toastError(`What compiling would change could not be told`, fault);
    }
  }
  useActions({
    "learning.compile": { when: () => chosen?.outdated ?? false, run: () => void look() },
  });
  return (
    <Page
      crumbs={[{ title: "Learnings" }]}
      filters={<PlaceTabs slug={slug} />}
      actions={
        chosen?.outdated ? (
          <ActionButton action="learning.compile" kind="primary">
            Compile for {titleOf(chosen.role).toLowerCase()}…
          </ActionButton>
        ) : undefined
      }
    >
      {error && !roles ? (
        <ErrorState title="The roles could not be listed" error={error} onRetry={() => void refetch()} />
      ) : !roles || !chosen ? (
        <Skeleton rows={12} />
      ) : (
        <div className={style.split}>
          <ul className={style.roleList} aria-label="Roles">
            {roles.map((role) => (
              <li key={role.role}>
                <button
                  type="button"
                  className={style.role}
                  aria-pressed={role.role === chosen.role}
                  onClick={() => open(role.role)}
                >
                  <span className={style.roleName}>{titleOf(role.role)}</span>
                  <RoleState role={role} />
                </button>
              </li>
            ))}
          </ul>
          <RoleVersions key={chosen.role} slug={slug} role={chosen.role} />
        </div>
      )}
      {shown && <CompileDialog slug={slug} compiled={shown} onClose={() => setShown(null)} />}
    </Page>
  );
}

/** What a role is told, and whether what is approved says something else by now. */
function RoleState({ role }: { role: LearningRole }) {
  const told =
    role.active_version === null
      ? "told nothing"
      : `version ${role.active_version}, ${counted(role.learnings, "learning")}`;
  return (
    <span className={role.outdated ? style.outdated : style.current}>
      {role.outdated ? (
        <CircleAlert size={12} aria-hidden />
      ) : (
        role.active_version !== null && <CircleCheck size={12} aria-hidden />
      )}
      {role.outdated ? `${told}; ${role.approved} approved` : told}
    </span>
  );
}

function RoleVersions({ slug, role }: { slug: string; role: Role }) {
  const { data, error, refetch } = useCall("learning_version_list", { project: slug, role });
  const activate = useCommand("learning_version_activate");
  const useBody = (version: number | undefined) =>
    useCall(
      "learning_version_get",
      { project: slug, role, version: version ?? 0 },
      { enabled: version !== undefined },
    ).data?.body;
  return (
    <Versions
      versions={data?.map(({ version, active, learnings, compiled_by, compiled_at }) => ({
        version,
        active,
        note: counted(learnings.length, "learning"),
        by: compiled_by,
        at: compiled_at,
      }))}
      error={error}
      onRetry={() => void refetch()}
      empty={`Nothing was compiled for the role ${titleOf(role).toLowerCase()}: its agents are told no learnings. Approve some in the review, then compile them here.`}
      useBody={useBody}
      activation={({ version }) => `Make version ${version} active`}
      onActivate={(version) => activate.mutateAsync({ project: slug, role, version })}
    />
  );
}

/** Shows what compiling changes before it does. */
function CompileDialog({
  slug,
  compiled,
  onClose,
}: {
  slug: string;
  compiled: LearningCompiled;
  onClose: () => void;
}) {
  const { role, added, removed, former, body, version } = compiled;
  const compile = useCommand("learning_compile", {
    onSuccess(made) {
      toast({ title: `Version ${made.version} is told to the role ${titleOf(role).toLowerCase()}` });
      onClose();
    },
    onError: (fault) => toastError("The learnings were not compiled", fault),
  });
  const changes = [
    added.length > 0 && `${counted(added.length, "learning")} more`,
    removed.length > 0 && `${counted(removed.length, "learning")} less`,
  ].filter(Boolean);
  return (
    <Dialog
      open
      onClose={onClose}
      large
      title={`What the role ${titleOf(role).toLowerCase()} will be told`}
      description={changes.length > 0 ? changes.join(", ") : "The same learnings in other words"}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            busy={compile.isPending}
            onClick={() => compile.mutate({ project: slug, role })}
          >
            Compile and tell
          </Button>
        </>
      }
    >
      <div className={style.preview}>
        <Compare
          label="What changes"
          before={former}
          after={body}
          titles={[version === null ? "Nothing so far" : `Version ${version}`, "The next version"]}
        />
      </div>
    </Dialog>
  );
}
