import type { FetchQueryOptions, QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
  useRouterState,
} from "@tanstack/react-router";
import type { Project } from "../api/generated/bindings";
import { callOptions } from "../api/queries";
import { ErrorState, Skeleton } from "../design/States";
import { firstIssues } from "../features/issues/list/useIssuePages";
import { ACTIVE, scoped } from "../features/issues/list/views";
import { TriagePage } from "../features/issues/TriagePage";
import { lastProject, rememberProject } from "../lib/lastProject";
import { paths } from "../lib/links";
import { Bare } from "./Bare";
import { Frame } from "./Frame";
import { NotFound } from "./NotFound";
import {
  boardSearch,
  contextSearch,
  learningsSearch,
  listSearch,
  parseSearch,
  pathNumber,
  roleSearch,
  runSearch,
  runsSearch,
  sectionSearch,
  stringifySearch,
} from "./search";

interface Context {
  client: QueryClient;
}

function Around() {
  const bare = useRouterState({ select: ({ location }) => location.pathname === "/quick" });
  return bare ? <Bare /> : <Frame />;
}

const root = createRootRouteWithContext<Context>()({
  // What the frame shows, so that it is drawn once and not word by word.
  loader: ({ context: { client } }) =>
    Promise.all([warm(client, callOptions("activity", {})), warm(client, callOptions("settings_get", {}))]),
  component: Around,
  notFoundComponent: NotFound,
});

/** Where the application opens: the project seen last, else the first, else the welcome. */
const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ context }) => {
    const projects = await context.client.fetchQuery(callOptions("project_list", {}));
    const project = projects.find(({ slug }) => slug === lastProject()) ?? projects[0];
    throw project ? redirect({ href: paths.inbox(project.slug) }) : redirect({ to: "/welcome" });
  },
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyRouteComponent(() => import("../features/welcome/WelcomePage"), "WelcomePage"),
});

const needsYou = createRoute({
  getParentRoute: () => root,
  path: "/needs-you",
  component: lazyRouteComponent(() => import("../features/needs-you/NeedsYouPage"), "NeedsYouPage"),
});

const trash = createRoute({
  getParentRoute: () => root,
  path: "/trash",
  component: lazyRouteComponent(() => import("../features/trash/TrashPage"), "TrashPage"),
});

/** The small window that files an issue: it stands without the frame. */
const quick = createRoute({
  getParentRoute: () => root,
  path: "/quick",
  component: lazyRouteComponent(() => import("../features/issues/quick/QuickPage"), "QuickPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: sectionSearch,
  component: lazyRouteComponent(() => import("../features/settings/SettingsPage"), "SettingsPage"),
});

/** The project that the application opened in unasked; when it is gone, another one opens. */
let guessed: string | null = null;

/** Opens in the project seen last, which spares the start a redirection. */
function openLastProject(): void {
  if (window.location.pathname !== "/") return;
  guessed = lastProject();
  if (guessed) window.history.replaceState(null, "", paths.inbox(guessed) + window.location.search);
}

const project = createRoute({
  getParentRoute: () => root,
  path: "/p/$slug",
  beforeLoad: async ({ context, params }) => {
    if (!(await isProject(context.client, params.slug))) {
      throw params.slug === guessed ? redirect({ to: "/" }) : notFound();
    }
    rememberProject(params.slug);
  },
  loader: ({ context, params: { slug } }) =>
    warm(context.client, callOptions("view_list", { project: slug })),
});

const inbox = createRoute({
  getParentRoute: () => project,
  path: "inbox",
  validateSearch: listSearch,
  loader: ({ context: { client }, params: { slug }, location }) =>
    Promise.all([
      warm(client, firstIssues(slug, scoped(listSearch(location.search).q ?? ACTIVE, ACTIVE))),
      warm(client, callOptions("issue_counts", { project: slug })),
    ]),
  // The home screen comes with the application itself: no second way to the disk before the first view.
  component: TriagePage,
});

const issues = createRoute({
  getParentRoute: () => project,
  path: "issues",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("../features/issues/IssuesPage"), "IssuesPage"),
});

const board = createRoute({
  getParentRoute: () => project,
  path: "board",
  validateSearch: boardSearch,
  component: lazyRouteComponent(() => import("../features/issues/BoardPage"), "BoardPage"),
});

const issue = createRoute({
  getParentRoute: () => project,
  path: "issues/$number",
  params: {
    parse: ({ number }) => ({ number: pathNumber(number) }),
    stringify: ({ number }) => ({ number: String(number) }),
  },
  loader: ({ context, params: { slug, number } }) =>
    warm(context.client, callOptions("issue_get", { project: slug, number })),
  component: lazyRouteComponent(() => import("../features/issues/IssuePage"), "IssuePage"),
});

const runs = createRoute({
  getParentRoute: () => project,
  path: "runs",
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import("../features/runs/RunsPage"), "RunsPage"),
});

const run = createRoute({
  getParentRoute: () => project,
  path: "runs/$number",
  params: {
    parse: ({ number }) => ({ number: pathNumber(number) }),
    stringify: ({ number }) => ({ number: String(number) }),
  },
  validateSearch: runSearch,
  loader: ({ context, params: { slug, number } }) =>
    warm(context.client, callOptions("run_get", { project: slug, number })),
  component: lazyRouteComponent(() => import("../features/runs/RunPage"), "RunPage"),
});

const sessions = createRoute({
  getParentRoute: () => project,
  path: "sessions",
  component: lazyRouteComponent(() => import("../features/sessions/SessionsPage"), "SessionsPage"),
});

const session = createRoute({
  getParentRoute: () => project,
  path: "sessions/$number",
  params: {
    parse: ({ number }) => ({ number: pathNumber(number) }),
    stringify: ({ number }) => ({ number: String(number) }),
  },
  validateSearch: runSearch,
  loader: ({ context, params: { slug, number } }) =>
    warm(context.client, callOptions("session_get", { project: slug, number })),
  component: lazyRouteComponent(() => import("../features/sessions/SessionPage"), "SessionPage"),
});

const workflows = createRoute({
  getParentRoute: () => project,
  path: "workflows",
  loader: ({ context, params: { slug } }) =>
    warm(context.client, callOptions("workflow_list", { project: slug })),
  component: lazyRouteComponent(() => import("../features/workflows/WorkflowsPage"), "WorkflowsPage"),
});

const workflow = createRoute({
  getParentRoute: () => project,
  path: "workflows/$name",
  validateSearch: runSearch,
  loader: ({ context, params: { slug, name } }) =>
    warm(context.client, callOptions("workflow_get", { project: slug, name })),
  component: lazyRouteComponent(() => import("../features/workflows/WorkflowPage"), "WorkflowPage"),
});

const personas = createRoute({
  getParentRoute: () => project,
  path: "personas",
  loader: ({ context, params: { slug } }) =>
    warm(context.client, callOptions("persona_list", { project: slug })),
  component: lazyRouteComponent(() => import("../features/workflows/PersonasPage"), "PersonasPage"),
});

const persona = createRoute({
  getParentRoute: () => project,
  path: "personas/$name",
  validateSearch: runSearch,
  loader: ({ context, params: { slug, name } }) =>
    warm(context.client, callOptions("persona_get", { project: slug, name })),
  component: lazyRouteComponent(() => import("../features/workflows/PersonaPage"), "PersonaPage"),
});

const learnings = createRoute({
  getParentRoute: () => project,
  path: "learnings",
  validateSearch: learningsSearch,
  component: lazyRouteComponent(() => import("../features/learnings/LearningsPage"), "LearningsPage"),
});

const learningVersions = createRoute({
  getParentRoute: () => project,
  path: "learnings/told",
  validateSearch: roleSearch,
  loader: ({ context, params: { slug } }) =>
    warm(context.client, callOptions("learning_roles", { project: slug })),
  component: lazyRouteComponent(() => import("../features/learnings/CompiledPage"), "CompiledPage"),
});

const contexts = createRoute({
  getParentRoute: () => project,
  path: "learnings/contexts",
  validateSearch: contextSearch,
  loader: ({ context, params: { slug } }) =>
    warm(context.client, callOptions("context_list", { project: slug })),
  component: lazyRouteComponent(() => import("../features/learnings/ContextsPage"), "ContextsPage"),
});

const projectSettings = createRoute({
  getParentRoute: () => project,
  path: "settings",
  validateSearch: sectionSearch,
  component: lazyRouteComponent(
    () => import("../features/settings/ProjectSettingsPage"),
    "ProjectSettingsPage",
  ),
});

const development = import.meta.env.DEV
  ? [
      createRoute({
        getParentRoute: () => root,
        path: "/gallery",
        component: lazyRouteComponent(() => import("./Gallery"), "Gallery"),
      }),
    ]
  : [];

const tree = root.addChildren([
  index,
  welcome,
  needsYou,
  trash,
  quick,
  settings,
  project.addChildren([
    inbox,
    issues,
    board,
    issue,
    runs,
    run,
    sessions,
    session,
    workflows,
    workflow,
    personas,
    persona,
    learnings,
    learningVersions,
    contexts,
    projectSettings,
  ]),
  ...development,
]);

export function makeRouter(client: QueryClient) {
  openLastProject();
  return createRouter({
    routeTree: tree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultPendingComponent: () => <Skeleton />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: false,
  });
}

/** Fetches every lazy page. */
export function warmPages(router: ReturnType<typeof makeRouter>): void {
  for (const route of Object.values(router.routesById)) {
    const component: unknown = route.options.component;
    if (hasPreload(component)) void component.preload();
  }
}

/** Whether there is a project of this slug; one that was added just now may not be in the list that is cached. */
async function isProject(client: QueryClient, slug: string): Promise<boolean> {
  const has = (projects: Project[]) => projects.some((each) => each.slug === slug);
  const options = callOptions("project_list", {});
  try {
    return (
      has(await client.ensureQueryData(options)) || has(await client.fetchQuery({ ...options, staleTime: 0 }))
    );
  } catch {
    // Whoever shows the page then says why nothing can be loaded.
    return true;
  }
}

const LONGEST_WARM_MS = 120;

/** Draws a page with its data in the same frame when they come quickly; else the page shows where they will be. */
async function warm(client: QueryClient, options: object) {
  const fetched = client.prefetchQuery({
    staleTime: Number.POSITIVE_INFINITY,
    ...options,
  } as FetchQueryOptions);
  await Promise.race([fetched, new Promise((resolve) => setTimeout(resolve, LONGEST_WARM_MS))]);
}

function hasPreload(component: unknown): component is { preload: () => Promise<void> } {
  return typeof component === "function" && "preload" in component && typeof component.preload === "function";
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
