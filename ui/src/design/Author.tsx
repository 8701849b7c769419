import { Bot, Box, User, UserCircle } from "lucide-react";
import type { Author as AuthorData, AuthorKind } from "../api/generated/bindings";
import { classes } from "../lib/classes";
import { authorName } from "../lib/words";
import style from "./marks.module.css";

const icons: Record<AuthorKind, typeof User> = {
  operator: User,
  member: User,
  guest: UserCircle,
  agent: Bot,
  system: Box,
};

/** Who wrote or did something: icon and name. */
export function Author({ author, className }: { author: AuthorData; className?: string | undefined }) {
  return (
    <span className={classes(style.author, className)} title={author.user_id}>
      <AuthorIcon kind={author.kind} size={14} />
      <span className="truncate">{authorName(author)}</span>
    </span>
  );
}

export function AuthorIcon({ kind, size = 16 }: { kind: AuthorKind; size?: number }) {
  const Icon = icons[kind];
  return <Icon size={size} aria-hidden />;
}
