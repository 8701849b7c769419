import { Plus, Search } from "lucide-react";
import { ActionButton, ActionIconButton, useActionLive } from "../actions/ActionButton";
import { useCurrentProject } from "./currentProject";

/** What is at hand on every page: search, and a new issue. */
export function HeaderTools() {
  const { project } = useCurrentProject();
  const searchable = useActionLive("search.focus");
  if (!project) return null;
  return (
    <>
      {searchable && (
        <ActionIconButton action="search.focus">
          <Search size={16} />
        </ActionIconButton>
      )}
      <ActionButton action="issue.new" icon={<Plus size={14} />} />
    </>
  );
}
