import { getRouteApi } from "@tanstack/react-router";
import { useCall } from "@/api/queries";
import { Page } from "@/design/Page";
import { ErrorState, Skeleton } from "@/design/States";
import { paths } from "@/lib/links";
import { SessionView } from "./SessionView";

const route = getRouteApi("/p/$slug/sessions/$number");

/** One conversation with an agent: what was said and done, what it asks, and the next message. */
export function SessionPage() {
  const { slug, number } = route.useParams();
  const { data, error, refetch } = useCall("session_get", { project: slug, number });
  if (data) return <SessionView key={data.id} session={data} />;
  return (
    <Page
      crumbs={[
        { title: "Sessions", to: paths.sessions(slug) },
        { title: number > 0 ? `Session ${number}` : "Session" },
      ]}
    >
      {error ? (
        <ErrorState title="The session could not be opened" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={10} />
      )}
    </Page>
  );
}
