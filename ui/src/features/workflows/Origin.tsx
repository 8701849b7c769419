import { Package, Pencil, UserRound } from "lucide-react";
import { Tooltip } from "@/design/Tooltip";
import style from "./Workflows.module.css";

interface OriginProps {
  built_in: boolean;
  version: number;
}

/** Where something comes from: it ships, it was edited, or it is the project's own. */
export function Origin({ built_in, version }: OriginProps) {
  const [Icon, word] = !built_in
    ? ([UserRound, "Your own"] as const)
    : version === 0
      ? ([Package, "Ships with Waybill"] as const)
      : ([Pencil, "Ships with Waybill, edited"] as const);
  return (
    <Tooltip text={word}>
      <span className={style.origin}>
        <Icon size={14} aria-hidden />
        <span className="visually-hidden">{word}</span>
      </span>
    </Tooltip>
  );
}

/** "as it ships", or "v3". */
export function versionWord(version: number): string {
  return version === 0 ? "as it ships" : `v${version}`;
}
