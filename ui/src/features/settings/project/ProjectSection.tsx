import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useCall, useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { ConfirmDialog } from "@/design/Dialog";
import { ErrorState, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { toast, toastError } from "@/design/toasts";
import { paths } from "@/lib/links";
import { Block, SettingRow } from "../SettingRow";
import style from "../Settings.module.css";

/** What the project is, and how it is taken off Waybill. */
export function ProjectSection({ slug }: { slug: string }) {
  const navigate = useNavigate();
  const { data: project, error, refetch } = useCall("project_get", { project: slug });
  const [removing, setRemoving] = useState(false);
  const restore = useCommand("project_restore", {
    onSuccess: (restored) => void navigate({ href: paths.inbox(restored.slug) }),
    onError: (failure) => toastError("The project could not be restored", failure),
  });
  const remove = useCommand("project_remove", {
    async onSuccess() {
      await navigate({ to: "/" });
      toast({
        title: `${project?.name ?? slug} is removed`,
        undo: () => restore.mutate({ project: slug }),
      });
    },
    onError: (failure) => toastError("The project could not be removed", failure),
  });
  if (error)
    return (
      <ErrorState title="The project could not be loaded" error={error} onRetry={() => void refetch()} />
    );
  if (!project) return <Skeleton />;
  return (
    <>
      <Block>
        <SettingRow label="Repository" hint={<span className={style.path}>{project.root_path}</span>}>
          {null}
        </SettingRow>
        <SettingRow label="Default branch">
          <code>{project.default_branch}</code>
        </SettingRow>
        {project.github_repo && (
          <SettingRow label="On GitHub">
            <span>{project.github_repo}</span>
          </SettingRow>
        )}
        <SettingRow label="Short name" hint="Stands in links and on the command line.">
          <code>{project.slug}</code>
        </SettingRow>
        <SettingRow label="Added">
          <RelativeTime at={project.created_at} long />
        </SettingRow>
      </Block>
      <Block title="Remove">
        <SettingRow
          label="Remove this project from Waybill"
          hint="Its issues and runs go to the trash, from where they can be restored for 30 days. The repository is not touched."
        >
          <Button onClick={() => setRemoving(true)}>Remove…</Button>
        </SettingRow>
      </Block>
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={`Remove ${project.name}?`}
        confirm="Remove the project"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ project: slug })}
      >
        All its issues{project.counts.active_issues > 0 && ` (${project.counts.active_issues} of them open)`}{" "}
        and runs leave Waybill. They can be restored whole for 30 days. The repository and its branches stay
        as they are.
      </ConfirmDialog>
    </>
  );
}
