import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ActionButton } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import type { Persona } from "@/api/generated/bindings";
import { useCall, useCommand } from "@/api/queries";
import { Page } from "@/design/Page";
import { ErrorState, Skeleton } from "@/design/States";
import { toastError } from "@/design/toasts";
import { VirtualList, type VirtualListHandle } from "@/design/VirtualList";
import { paths } from "@/lib/links";
import { roleWord } from "@/parts/pipeline/words";
import { NewPersonaDialog } from "./NewDialogs";
import { Origin, versionWord } from "./Origin";
import { PlaceTabs } from "./PlaceTabs";
import style from "./Workflows.module.css";
import { Enabled } from "./WorkflowsPage";

const route = getRouteApi("/p/$slug/personas");

/** The personas of a project: those that ship, and its own. */
export function PersonasPage() {
  const { slug } = route.useParams();
  const navigate = useNavigate();
  const { data: personas, error, refetch } = useCall("persona_list", { project: slug });
  const [active, setActive] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const list = useRef<VirtualListHandle>(null);
  const chosen = personas?.find(({ name }) => name === active) ?? personas?.[0];
  const enable = useCommand("persona_enable", {
    onError: (fault) => toastError("The persona could not be switched", fault),
  });
  const toggle = ({ name, enabled }: Persona) => enable.mutate({ project: slug, name, enabled: !enabled });
  const open = (name: string) => void navigate({ href: paths.persona(slug, name) });
  const filled = personas !== undefined;
  useEffect(() => {
    if (filled) list.current?.focus();
  }, [filled]);
  useActions({
    "persona.new": () => setMaking(true),
    "edit.enable": { when: () => chosen !== undefined, run: () => chosen && toggle(chosen) },
  });
  return (
    <Page
      crumbs={[{ title: "Personas" }]}
      filters={<PlaceTabs slug={slug} />}
      actions={
        <ActionButton action="persona.new" kind="primary" icon={<Plus size={14} aria-hidden />}>
          New
        </ActionButton>
      }
    >
      {error && !personas ? (
        <ErrorState title="The personas could not be listed" error={error} onRetry={() => void refetch()} />
      ) : !personas ? (
        <Skeleton rows={14} />
      ) : (
        <>
          <p className={style.intro}>
            A persona is an agent with instructions, a tool and a model of its own. A step that names only a
            role gets the persona of that name.
          </p>
          <VirtualList
            ref={list}
            label="Personas"
            items={personas}
            getKey={keyOf}
            active={chosen?.name ?? null}
            onActiveChange={setActive}
            onOpen={({ name }) => open(name)}
            renderRow={(persona) => <Row persona={persona} onToggle={() => toggle(persona)} />}
          />
        </>
      )}
      {making && (
        <NewPersonaDialog
          slug={slug}
          personas={personas ?? []}
          onClose={() => setMaking(false)}
          onMade={open}
        />
      )}
    </Page>
  );
}

const keyOf = (persona: Persona) => persona.name;

function Row({ persona, onToggle }: { persona: Persona; onToggle: () => void }) {
  return (
    <div className={style.row} data-off={persona.enabled ? undefined : true}>
      <Origin {...persona} />
      <span className={style.line}>
        <span className={style.name}>{persona.title}</span>
        <span className={style.description} title={persona.description}>
          {persona.description}
        </span>
      </span>
      <span className={style.type}>{roleWord[persona.type]}</span>
      <span className={style.version}>{versionWord(persona.version)}</span>
      <Enabled title={persona.title} enabled={persona.enabled} onToggle={onToggle} />
    </div>
  );
}
