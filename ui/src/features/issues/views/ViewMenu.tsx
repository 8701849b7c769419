import { useNavigate } from "@tanstack/react-router";
import { Bookmark, BookmarkPlus, Columns3, List, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { keysOf } from "../../../actions/catalogue";
import { useActions } from "../../../actions/useActions";
import type { View } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { Menu } from "../../../design/Menu";
import { paths } from "../../../lib/links";
import { onDemand } from "../../../lib/onDemand";
import { removeView, renameView, type Shape, saveView, viewNamed, viewShown } from "./saved";
import style from "./ViewMenu.module.css";

const { Component: NameDialog } = onDemand(async () => (await import("./NameDialog")).NameDialog);

interface ViewMenuProps {
  project: string;
  /** What the screen shows now. */
  shape: Shape;
}

/** Saved views: opens one, keeps what is on screen as another, renames and deletes the one that shows. */
export function ViewMenu({ project, shape }: ViewMenuProps) {
  const navigate = useNavigate();
  const views = useCall("view_list", { project }).data ?? [];
  const [naming, setNaming] = useState<"new" | View | null>(null);
  const current = viewShown(views, shape);
  useActions({ "list.save-view": () => setNaming("new") });
  return (
    <>
      <Menu
        trigger={
          <button
            type="button"
            className={style.trigger}
            aria-label={current ? `View: ${current.name}` : "Saved views"}
            title="Saved views"
          >
            <Bookmark size={14} aria-hidden {...(current ? { fill: "currentColor" } : {})} />
            {current && <span className="truncate">{current.name}</span>}
          </button>
        }
        groups={[
          {
            ...(views.length > 0 ? { label: "Saved views" } : {}),
            items: views.map((view) => ({
              id: view.id,
              title: view.name,
              note: view.query,
              icon: view.layout === "board" ? <Columns3 size={14} /> : <List size={14} />,
              checked: view.id === current?.id,
              onSelect: () => void navigate({ href: paths.view(project, view) }),
            })),
          },
          {
            items: [
              {
                id: "save",
                title: "Save as a view…",
                icon: <BookmarkPlus size={14} />,
                keys: keysOf("list.save-view"),
                onSelect: () => setNaming("new"),
              },
              ...(current
                ? [
                    {
                      id: "rename",
                      title: `Rename “${current.name}”…`,
                      icon: <Pencil size={14} />,
                      onSelect: () => setNaming(current),
                    },
                    {
                      id: "delete",
                      title: `Delete “${current.name}”`,
                      icon: <Trash2 size={14} />,
                      danger: true,
                      onSelect: () => void removeView(project, current),
                    },
                  ]
                : []),
            ],
          },
        ]}
      />

      {naming === "new" && (
        <NameDialog
          title="Save as a view"
          description="Keeps this filter, its layout and its columns under a name, for everybody in the project."
          verb="Save view"
          initial=""
          said={(name) => {
            const same = viewNamed(views, name);
            return same ? `Replaces the view “${same.name}”.` : null;
          }}
          onName={(name) => saveView(project, views, name, shape)}
          onClose={() => setNaming(null)}
        />
      )}
      {naming !== null && naming !== "new" && (
        <NameDialog
          title={`Rename “${naming.name}”`}
          verb="Rename"
          initial={naming.name}
          onName={(name) => renameView(project, naming, name)}
          onClose={() => setNaming(null)}
        />
      )}
    </>
  );
}
