import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Circle, CircleCheck, CircleDashed } from "lucide-react";
import { useState } from "react";
import { ActionButton } from "@/actions/ActionButton";
import { useActions } from "@/actions/useActions";
import type { Context, SessionType } from "@/api/generated/bindings";
import { useCall, useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { TextArea } from "@/design/Field";
import { Page } from "@/design/Page";
import { ErrorState, Skeleton } from "@/design/States";
import { Tabs } from "@/design/Tabs";
import { toast, toastError } from "@/design/toasts";
import { readDraft, writeDraft } from "@/lib/drafts";
import { paths } from "@/lib/links";
import style from "./Learnings.module.css";
import { PlaceTabs } from "./PlaceTabs";
import { Versions } from "./Versions";
import { sessionTypes, stateWord } from "./words";

const route = getRouteApi("/p/$slug/learnings/contexts");
const ORDER = Object.keys(sessionTypes) as SessionType[];

/** What agents are told of a project by what they do: a text for each session type, with its versions. */
export function ContextsPage() {
  const { slug } = route.useParams();
  const { type = "issue" } = route.useSearch();
  const navigate = useNavigate();
  const { data: contexts, error, refetch } = useCall("context_list", { project: slug });
  const chosen = contexts?.find(({ session_type }) => session_type === type);
  const open = (next: SessionType) =>
    void navigate({ to: paths.contexts(slug), search: next === "issue" ? {} : { type: next } });
  return (
    <Page crumbs={[{ title: "Learnings" }]} filters={<PlaceTabs slug={slug} />}>
      {error && !contexts ? (
        <ErrorState title="The contexts could not be listed" error={error} onRetry={() => void refetch()} />
      ) : !contexts || !chosen ? (
        <Skeleton rows={6} />
      ) : (
        <div className={style.split}>
          <ul className={style.roleList} aria-label="Session types">
            {ORDER.map((each) => (
              <li key={each}>
                <button
                  type="button"
                  className={style.role}
                  aria-pressed={each === type}
                  onClick={() => open(each)}
                >
                  <span className={style.roleName}>{sessionTypes[each].title}</span>
                  <ContextState context={contexts.find((one) => one.session_type === each)} />
                </button>
              </li>
            ))}
          </ul>
          <OneContext key={type} slug={slug} context={chosen} />
        </div>
      )}
    </Page>
  );
}

function ContextState({ context }: { context: Context | undefined }) {
  if (!context || context.last_version === 0) {
    return (
      <span className={style.current}>
        <CircleDashed size={12} aria-hidden />
        empty
      </span>
    );
  }
  const draft = context.last_state === "draft";
  return (
    <span className={draft ? style.outdated : style.current}>
      {draft ? <Circle size={12} aria-hidden /> : <CircleCheck size={12} aria-hidden />}
      {context.active_version === null ? "told nothing" : `version ${context.active_version}`}
      {draft && "; a draft"}
    </span>
  );
}

function OneContext({ slug, context }: { slug: string; context: Context }) {
  const [tab, setTab] = useState<"text" | "versions">("text");
  const { session_type, last_version } = context;
  return (
    <div className={style.context}>
      <p className={style.intro}>{sessionTypes[session_type].who}.</p>
      <Tabs
        label="Context"
        value={tab}
        tabs={[
          { value: "text", title: "Text" },
          { value: "versions", title: "Versions", count: last_version },
        ]}
        onChange={setTab}
      >
        {tab === "text" ? (
          <Loaded slug={slug} context={context} />
        ) : (
          <ContextVersions slug={slug} sessionType={session_type} />
        )}
      </Tabs>
    </div>
  );
}

/** The editor, once the newest text is there. */
function Loaded({ slug, context }: { slug: string; context: Context }) {
  const { session_type, last_version } = context;
  const { data, error, refetch } = useCall(
    "context_get",
    { project: slug, session_type, version: last_version },
    { enabled: last_version > 0, keepPrevious: true },
  );
  if (last_version === 0) return <Editor slug={slug} context={context} saved="" />;
  if (error && !data) {
    return (
      <ErrorState title="The context could not be loaded" error={error} onRetry={() => void refetch()} />
    );
  }
  return data ? <Editor slug={slug} context={context} saved={data.body} /> : <Skeleton />;
}

/** A text that is not saved, and the version that it was typed onto. */
interface Typed {
  text: string;
  onto: number;
}

function Editor({ slug, context, saved }: { slug: string; context: Context; saved: string }) {
  const { session_type, last_version, last_state, active_version } = context;
  const draftKey = `context.${slug}.${session_type}`;
  /** What was typed, and onto which version; null: nothing. It stays while one looks elsewhere. */
  const [typed, setState] = useState<Typed | null>(() => {
    const { text, onto } = readDraft(draftKey, { text: "", onto: -1 });
    return onto < 0 ? null : { text, onto };
  });
  const setTyped = (next: Typed | null) => {
    setState(next);
    writeDraft(draftKey, next && { ...next });
  };
  const text = typed?.text ?? saved;
  const dirty = typed !== null && typed.text !== saved;
  const save = useCommand("context_save");
  const publish = useCommand("context_publish");
  const busy = save.isPending || publish.isPending;

  async function store(): Promise<number | null> {
    if (!dirty) return last_version;
    try {
      const done = await save.mutateAsync({ project: slug, session_type, body: text, version: typed.onto });
      setTyped(null);
      return done.last_version;
    } catch (fault) {
      toastError("The context was not saved", fault);
      return null;
    }
  }
  async function keep() {
    const version = await store();
    if (version !== null) toast({ title: `Version ${version} is saved as a draft` });
  }
  async function tell() {
    const version = await store();
    if (version === null) return;
    try {
      await publish.mutateAsync({ project: slug, session_type, version });
      toast({ title: `Version ${version} is told from now on` });
    } catch (fault) {
      toastError("The context was not published", fault);
    }
  }
  const draft = last_state === "draft";
  useActions({
    "context.save": { when: () => dirty && !busy, run: () => void keep() },
    "context.publish": { when: () => (dirty || draft) && !busy, run: () => void tell() },
  });
  const where =
    last_version === 0
      ? "Nothing is told yet"
      : `Version ${last_version}, ${last_state ? stateWord[last_state] : ""}${
          draft && active_version !== null ? `; version ${active_version} is told` : ""
        }`;
  return (
    <div className={style.editor}>
      <TextArea
        mono
        className={style.body}
        aria-label={`What is told: ${sessionTypes[session_type].title}`}
        placeholder="What every agent of this kind should know of the project, in Markdown: how it is built and tested, what must never be done, where things are."
        value={text}
        onChange={(event) => setTyped({ text: event.target.value, onto: typed?.onto ?? last_version })}
      />
      <div className={style.foot}>
        <span className={style.quiet}>{dirty ? "Not saved" : where}</span>
        {dirty && (
          <Button kind="quiet" onClick={() => setTyped(null)}>
            Discard
          </Button>
        )}
        <ActionButton action="context.save" busy={save.isPending} disabled={!dirty}>
          Save a draft
        </ActionButton>
        <ActionButton
          action="context.publish"
          kind="primary"
          busy={publish.isPending}
          disabled={!dirty && !draft}
        >
          Publish
        </ActionButton>
      </div>
    </div>
  );
}

function ContextVersions({ slug, sessionType }: { slug: string; sessionType: SessionType }) {
  const { data, error, refetch } = useCall("context_versions", { project: slug, session_type: sessionType });
  const publish = useCommand("context_publish");
  const activate = useCommand("context_activate");
  const isDraft = (wanted: number) => data?.find(({ version }) => version === wanted)?.state === "draft";
  const useBody = (version: number | undefined) =>
    useCall(
      "context_get",
      { project: slug, session_type: sessionType, ...(version === undefined ? {} : { version }) },
      { enabled: version !== undefined },
    ).data?.body;
  return (
    <Versions
      versions={data?.map(({ version, state, saved_by, saved_at }) => ({
        version,
        active: state === "active",
        note: state === "active" ? "" : stateWord[state],
        by: saved_by,
        at: saved_at,
      }))}
      error={error}
      onRetry={() => void refetch()}
      empty="Each saving of the text is a version. What is published is told; any version can be again."
      useBody={useBody}
      activation={({ version }) =>
        isDraft(version) ? `Publish version ${version}` : `Make version ${version} active`
      }
      onActivate={(version) => {
        const go = isDraft(version) ? publish : activate;
        return go.mutateAsync({ project: slug, session_type: sessionType, version });
      }}
    />
  );
}
