import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { Page } from "../design/Page";
import { EmptyState } from "../design/States";

export function NotFound() {
  return (
    <Page crumbs={[{ title: "Not found" }]}>
      <EmptyState
        icon={<Compass size={20} />}
        title="There is nothing at this address"
        actions={<Link to="/">Go to your project</Link>}
      >
        The link may be old, or what it led to was removed.
      </EmptyState>
    </Page>
  );
}
