import { Link } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";
import { EmptyState, ErrorState } from "../../../design/States";
import { paths } from "../../../lib/links";
import { sentence } from "../../../lib/words";
import { CallError } from "../../../platform";

interface NoIssueProps {
  project: string;
  number: number;
  error: unknown;
  onRetry: () => void;
}

/** Whether there is no such issue; what was known of it before is then not shown any more. */
export function isGone(error: unknown): boolean {
  return error instanceof CallError && error.code === "not_found";
}

/** What is shown when an issue cannot be: there is none with this number, or it could not be read. */
export function NoIssue({ project, number, error, onRetry }: NoIssueProps) {
  if (!isGone(error)) {
    return <ErrorState title="The issue could not be loaded" error={error} onRetry={onRetry} />;
  }
  return (
    <EmptyState
      icon={<FileQuestion size={20} aria-hidden />}
      title={number > 0 ? `There is no issue #${number}` : "There is no such issue"}
      actions={<Link to={paths.issues(project)}>Show all issues</Link>}
    >
      {error instanceof Error && sentence(error.message)}
    </EmptyState>
  );
}
