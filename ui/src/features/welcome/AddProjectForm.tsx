import { useNavigate } from "@tanstack/react-router";
import { FolderOpen } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import type { ProjectCandidate } from "@/api/generated/bindings";
import { useCall, useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Field, Input } from "@/design/Field";
import { ErrorNotice, readError } from "@/design/States";
import { toast, toastError } from "@/design/toasts";
import { Words } from "@/design/Words";
import { rememberProject } from "@/lib/lastProject";
import { paths } from "@/lib/links";
import { platform } from "@/platform";
import style from "./WelcomePage.module.css";

/** How long typing rests before the path is looked at. */
const REST_MS = 150;

/** Adds a repository by its path, which is checked as it is typed. */
export function AddProjectForm() {
  const navigate = useNavigate();
  const [path, setPath] = useState("");
  const [name, setName] = useState<string | null>(null);
  const [slug, setSlug] = useState<string | null>(null);
  const given = path.trim();
  const rested = useRested(given);
  const check = useCall("project_check", { path: rested }, { enabled: rested !== "", fresh: true });
  const current = given !== "" && rested === given;
  const candidate = current ? (check.data ?? null) : null;
  const refusal = current && check.error ? readError(check.error) : null;

  const add = useCommand("project_add", {
    async onSuccess(project) {
      rememberProject(project.slug);
      await navigate({ href: paths.inbox(project.slug) });
      toast({ title: `${project.name} is added`, text: "Next, file an issue: press c from anywhere." });
    },
  });

  function choose(next: string) {
    setPath(next);
    setName(null);
    setSlug(null);
  }

  async function pick() {
    try {
      const folder = await platform().pickFolder?.("Choose a repository");
      if (folder) choose(folder);
    } catch (error) {
      toastError("The folder dialog could not be opened", error);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!candidate || add.isPending) return;
    if (candidate.existing) {
      rememberProject(candidate.existing);
      void navigate({ href: paths.inbox(candidate.existing) });
      return;
    }
    add.mutate({
      path: candidate.root_path,
      ...(name?.trim() ? { name: name.trim() } : {}),
      ...(slug?.trim() ? { slug: slug.trim() } : {}),
    });
  }

  return (
    <form className={style.form} onSubmit={submit}>
      <Field
        label="Path of the repository"
        hint="The folder of a git repository on this machine; a folder inside it will do."
        error={refusal && <Words text={[refusal.message, refusal.hint].filter(Boolean).join(" ")} />}
        good={candidate && describe(candidate)}
      >
        <div className={style.pathLine}>
          <Input
            mono
            autoFocus
            value={path}
            placeholder={examplePath()}
            onChange={(event) => choose(event.target.value)}
          />
          {platform().pickFolder && (
            <Button icon={<FolderOpen size={16} />} className={style.pick} onClick={() => void pick()}>
              Choose…
            </Button>
          )}
        </div>
      </Field>
      {candidate && !candidate.existing && (
        <div className={style.pair}>
          <Field label="Name">
            <Input value={name ?? candidate.name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label="Short name" hint="Stands in links and on the command line.">
            <Input mono value={slug ?? candidate.slug} onChange={(event) => setSlug(event.target.value)} />
          </Field>
        </div>
      )}
      {add.error && <ErrorNotice error={add.error} />}
      <div className={style.foot}>
        <Button kind="primary" type="submit" disabled={!candidate} busy={add.isPending}>
          {candidate?.existing ? "Open the project" : "Add project"}
        </Button>
      </div>
    </form>
  );
}

function describe(candidate: ProjectCandidate): string {
  if (candidate.existing) return `This repository is already the project “${candidate.existing}”.`;
  const github = candidate.github_repo ? `, on GitHub as ${candidate.github_repo}` : "";
  return `A repository at ${candidate.root_path}, branch ${candidate.default_branch}${github}.`;
}

function examplePath(): string {
  return navigator.platform.startsWith("Win") ? "C:\\Users\\you\\src\\project" : "/home/you/src/project";
}

/** What was typed, once typing rests. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
