import { useNavigate } from "@tanstack/react-router";
import {
  CircleCheckBig,
  CircleX,
  ClipboardList,
  Flag,
  GitPullRequestArrow,
  MessageCircleQuestion,
  ShieldQuestion,
  SquareSplitHorizontal,
} from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Need, NeedKind } from "@/api/generated/bindings";
import { useCall } from "@/api/queries";
import { Page } from "@/design/Page";
import { EmptyState, ErrorState, Skeleton } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { VirtualList, type VirtualListHandle } from "@/design/VirtualList";
import { needWord } from "@/lib/words";
import style from "./NeedsYouPage.module.css";

const ROW = 56;
const keyOf = (need: Need) => `${need.kind} ${need.link}`;

/** Everything in all projects that waits for the person at this machine. */
export function NeedsYouPage() {
  const navigate = useNavigate();
  const { data, error, refetch } = useCall("inbox_list", {});
  const { data: projects } = useCall("project_list", {});
  const [chosen, setActive] = useState<string | null>(null);
  const list = useRef<VirtualListHandle>(null);
  const first = data?.items[0];
  const active = chosen ?? (first ? keyOf(first) : null);
  const filled = Boolean(data && data.items.length > 0);
  useEffect(() => {
    if (filled) list.current?.focus();
  }, [filled]);

  return (
    <Page crumbs={[{ title: "Needs you" }]}>
      {error ? (
        <ErrorState title="The list could not be loaded" error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton rows={6} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={<CircleCheckBig size={20} />} title="Nothing needs you">
          Finished runs to review, failed runs, conflicts and questions of consent appear here, from every
          project.
        </EmptyState>
      ) : (
        <VirtualList
          ref={list}
          label="What needs you"
          items={data.items}
          getKey={keyOf}
          rowHeight={ROW}
          active={active}
          onActiveChange={setActive}
          onOpen={(need) => void navigate({ href: need.link })}
          renderRow={(need) => (
            <>
              <span className={style[need.kind]}>{icons[need.kind]}</span>
              <div className={style.words}>
                <div className={style.title}>
                  <span className={style.kind}>{needWord[need.kind]}</span>
                  <span className="truncate" title={need.title}>
                    {need.title}
                  </span>
                </div>
                <div className={`${style.detail} truncate`} title={need.detail}>
                  {need.detail}
                </div>
              </div>
              {projects && projects.length > 1 && (
                <span className={style.project}>
                  {projects.find(({ slug }) => slug === need.project_slug)?.name ?? need.project_slug}
                </span>
              )}
              <span className={style.age}>
                <RelativeTime at={need.at} />
              </span>
            </>
          )}
        />
      )}
    </Page>
  );
}

const icons: Record<NeedKind, ReactNode> = {
  review: <GitPullRequestArrow size={16} aria-hidden />,
  failed_run: <CircleX size={16} aria-hidden />,
  consent: <ShieldQuestion size={16} aria-hidden />,
  conflict: <SquareSplitHorizontal size={16} aria-hidden />,
  checkpoint: <Flag size={16} aria-hidden />,
  ask: <MessageCircleQuestion size={16} aria-hidden />,
  form: <ClipboardList size={16} aria-hidden />,
};
