import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { call } from "@/api/client";
import type { Persona, PersonaContent, PersonaVersion } from "@/api/generated/bindings";
import { queryKey, useCall } from "@/api/queries";
import { Button } from "@/design/Button";
import { Page } from "@/design/Page";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { paths } from "@/lib/links";
import { roleWord } from "@/parts/pipeline/words";
import { CallError } from "@/platform";
import { EditFrame } from "./EditFrame";
import { PersonaForm, personaProblem } from "./PersonaForm";
import { useDraft } from "./useDraft";
import { VersionsPanel } from "./VersionsPanel";

const route = getRouteApi("/p/$slug/personas/$name");

/** One persona: what it is told and works with, and its versions. */
export function PersonaPage() {
  const { slug, name } = route.useParams();
  const { data: persona, error, refetch } = useCall("persona_get", { project: slug, name });
  const navigate = useNavigate();
  if (persona) return <PersonaView key={`${slug}/${name}`} slug={slug} persona={persona} />;
  const list = paths.personas(slug);
  return (
    <Page crumbs={[{ title: "Personas", to: list }, { title: name }]}>
      {!error ? (
        <Skeleton />
      ) : error instanceof CallError && error.code === "not_found" ? (
        <EmptyState
          title={`There is no persona ${name}`}
          actions={<Button onClick={() => void navigate({ href: list })}>Go to Personas</Button>}
        >
          It may have been removed, and can then be restored from Recently removed.
        </EmptyState>
      ) : (
        <ErrorState title="The persona could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  );
}

function contentOf(of: PersonaContent): PersonaContent {
  const { type, description, instructions, tool, model, effort, include_learnings, weights, threshold } = of;
  return { type, description, instructions, tool, model, effort, include_learnings, weights, threshold };
}

function PersonaView({ slug, persona }: { slug: string; persona: Persona }) {
  const { name } = persona;
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  const client = useQueryClient();
  const here = { project: slug, name };
  const draft = useDraft(`persona.${slug}.${name}`, persona.version, contentOf(persona));
  const versions = useCall("persona_versions", here, { enabled: tab === "versions" });
  const keep = (answer: Persona) => client.setQueryData(queryKey("persona_get", here), answer);
  return (
    <EditFrame
      noun="persona"
      of={persona}
      list={{ title: "Personas", to: paths.personas(slug) }}
      kind={roleWord[persona.type]}
      draft={draft}
      tab={tab === "versions" ? "versions" : "edit"}
      onTab={(next) =>
        void navigate({
          to: paths.persona(slug, name),
          search: next === "versions" ? { tab: next } : {},
          replace: true,
        })
      }
      problem={personaProblem(draft.value)}
      onSave={async () => {
        const answer = await call("persona_save", { ...here, version: draft.base, content: draft.value });
        keep(answer);
        return answer.version;
      }}
      onEnable={async (enabled) => keep(await call("persona_enable", { ...here, enabled }))}
      onRemove={() => call("persona_remove", here)}
      editTitle="Persona"
      editor={
        <PersonaForm
          slug={slug}
          persona={persona}
          value={draft.value}
          onChange={(part, group) => draft.change({ ...draft.value, ...part }, group)}
        />
      }
      versions={
        <VersionsPanel
          versions={versions.data}
          error={versions.error}
          onRetry={() => void versions.refetch()}
          textOf={textOf}
          noteOf={({ description }) => description}
          onActivate={async (version) => keep(await call("persona_activate", { ...here, version }))}
        />
      }
    />
  );
}

/** A version as text: what it is set to, and its instructions. */
function textOf(version: PersonaVersion): string {
  const { instructions, weights, threshold } = version;
  const set = (["type", "description", "tool", "model", "effort", "include_learnings"] as const)
    .filter((key) => version[key] !== null && version[key] !== "")
    .map((key) => `${key}: ${version[key]}`);
  const scores = weights ? [`weights: ${Object.values(weights).join(", ")}`] : [];
  const wants = threshold === null ? [] : [`threshold: ${threshold}`];
  return `${[...set, ...scores, ...wants].join("\n")}\n\n${instructions}`;
}
