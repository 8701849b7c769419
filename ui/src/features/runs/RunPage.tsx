import { getRouteApi } from "@tanstack/react-router";
import { useCall } from "@/api/queries";
import { Page } from "@/design/Page";
import { ErrorState, Skeleton } from "@/design/States";
import { paths } from "@/lib/links";
import { RunView } from "./page/RunView";

const route = getRouteApi("/p/$slug/runs/$number");

/** One run: what it does, what it did, and what becomes of that. */
export function RunPage() {
  const { slug, number } = route.useParams();
  const { data, error, refetch } = useCall("run_get", { project: slug, number });
  if (data) return <RunView key={data.id} run={data} />;
  return (
    <Page crumbs={[{ title: "Runs", to: paths.runs(slug) }, { title: number > 0 ? `Run ${number}` : "Run" }]}>
      {error ? (
        <ErrorState title="The run could not be opened" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={14} />
      )}
    </Page>
  );
}
