import { Copy, ScrollText } from "lucide-react";
import type { InstructionPart, Run } from "@/api/generated/bindings";
import { Button, IconButton } from "@/design/Button";
import { copyWithToast } from "@/design/copy";
import { Select } from "@/design/Select";
import { EmptyState } from "@/design/States";
import { counted } from "@/lib/numbers";
import { stepTitle } from "../words";
import style from "./InstructionsPanel.module.css";

/** What the agent of a step was told, part by part, exactly as it was sent. */
export function InstructionsPanel({ run, chosen, onChoose }: InstructionsPanelProps) {
  const told = run.steps.filter((step) => step.instructions.length > 0);
  const step = told.find((each) => each.position === chosen) ?? told.at(-1);
  const instructions = step?.instructions ?? [];
  if (instructions.length === 0) {
    return (
      <EmptyState icon={<ScrollText size={20} aria-hidden />} title="Nothing was sent yet">
        The instructions are put together when the agent starts, from the project's settings, the issue and
        the prompt. They are shown here exactly as they were sent.
      </EmptyState>
    );
  }
  const length = instructions.reduce((sum, part) => sum + part.text.length, 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={style.panel} aria-label="Instructions" tabIndex={0}>
      <div className={style.head}>
        {step && told.length > 1 && (
          <div className={style.step}>
            <Select
              label="Step"
              value={String(step.position)}
              choices={told.map((each) => ({
                value: String(each.position),
                title: `${each.position + 1}. ${stepTitle(each)}`,
                note: [each.tool, each.iteration > 1 && `iteration ${each.iteration}`]
                  .filter(Boolean)
                  .join(" · "),
              }))}
              onChange={(position) => onChoose(Number(position))}
            />
          </div>
        )}
        <p className={style.about}>
          What the agent was told, exactly as it was sent: {counted(instructions.length, "part")},{" "}
          {counted(length, "character")}.
        </p>
        <Button
          size="small"
          icon={<Copy size={12} aria-hidden />}
          onClick={() =>
            copyWithToast(instructions.map((part) => part.text).join("\n\n"), "Instructions copied")
          }
        >
          Copy all
        </Button>
      </div>
      {instructions.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was sent never changes
        <Part key={index} part={part} />
      ))}
    </section>
  );
}

interface InstructionsPanelProps {
  run: Run;
  /** The position of the step that is looked at; null: the last that was told anything. */
  chosen: number | null;
  onChoose: (position: number) => void;
}

function Part({ part }: { part: InstructionPart }) {
  return (
    <section className={style.part}>
      <div className={style.line}>
        <h2 className={style.title}>{part.title}</h2>
        <IconButton
          label={`Copy “${part.title}”`}
          size="small"
          onClick={() => copyWithToast(part.text, "Part copied")}
        >
          <Copy size={12} />
        </IconButton>
      </div>
      <pre className={style.text}>{part.text}</pre>
    </section>
  );
}
