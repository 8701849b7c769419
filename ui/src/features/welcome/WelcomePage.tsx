import { useNavigate } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useCall, useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { focusWhenThere } from "@/design/focusWhenThere";
import { Page } from "@/design/Page";
import { ErrorNotice } from "@/design/States";
import { toast } from "@/design/toasts";
import { rememberProject } from "@/lib/lastProject";
import { paths } from "@/lib/links";
import { AddProjectForm } from "./AddProjectForm";
import style from "./WelcomePage.module.css";

/** The first thing seen, and later the place where projects are added. */
export function WelcomePage() {
  const navigate = useNavigate();
  const { data: projects } = useCall("project_list", {});
  const first = projects?.length === 0;
  const demo = useCommand("demo_create", {
    async onSuccess({ project, issue }) {
      rememberProject(project);
      await navigate({ href: paths.issue(project, issue) });
      toast({
        title: "The demo project is ready",
        text: "Press Run: the demo tool, a script without AI, then works on this issue in a sandbox.",
      });
      focusWhenThere('[data-action="issue.run"]');
    },
  });

  return (
    <Page crumbs={[{ title: first ? "Welcome" : "Add a project" }]}>
      <div className={style.scroll}>
        <div className={style.column}>
          {first && (
            <header className={style.intro}>
              <Logo />
              <p className={style.title}>Welcome to Waybill</p>
              <p className={style.text}>
                File an issue, hand it to a coding agent, review what it changed and merge the branch.
                Everything stays on this machine, and agents work in a sandbox, never in your working tree.
              </p>
            </header>
          )}
          <section className={style.card} aria-labelledby="add-project">
            <h2 id="add-project" className={style.heading}>
              {first ? "Add your repository" : "Add a repository"}
            </h2>
            <AddProjectForm />
          </section>
          <section className={style.demo} aria-labelledby="demo-project">
            <FlaskConical size={16} aria-hidden />
            <div className={style.demoText}>
              <h2 id="demo-project" className={style.heading}>
                Or try a demo project
              </h2>
              <p>
                A small repository with one issue, worked on by a built-in script: no AI, no key, nothing sent
                anywhere.
              </p>
              {demo.error && <ErrorNotice error={demo.error} />}
            </div>
            <Button busy={demo.isPending} onClick={() => demo.mutate({})}>
              {demo.isPending ? "Making the demo…" : "Try the demo"}
            </Button>
          </section>
        </div>
      </div>
    </Page>
  );
}

function Logo() {
  return <img className={style.logo} src="/favicon.svg" alt="" width="44" height="44" />;
}
