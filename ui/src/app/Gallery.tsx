import { Inbox, Play, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import {
  allAuthorKind,
  allPriority,
  allRunStatus,
  allStatus,
  allWaitingFor,
} from "../api/generated/bindings";
import { Author } from "../design/Author";
import { Button, IconButton, SplitButton } from "../design/Button";
import { ConfirmDialog, Dialog } from "../design/Dialog";
import { Field, Input, TextArea } from "../design/Field";
import { Kbd } from "../design/Kbd";
import { LabelChip } from "../design/LabelChip";
import { Markdown } from "../design/Markdown";
import { Menu } from "../design/Menu";
import { Page } from "../design/Page";
import { Popover } from "../design/Popover";
import { PriorityMark } from "../design/PriorityMark";
import { RunBadge } from "../design/RunBadge";
import { Select } from "../design/Select";
import { EmptyState, ErrorState, Notice, Skeleton } from "../design/States";
import { StatusMark } from "../design/StatusMark";
import { Tabs } from "../design/Tabs";
import { Duration, Money, RelativeTime } from "../design/Time";
import { TodoProgress } from "../design/TodoProgress";
import { Checkbox, Switch } from "../design/Toggle";
import { Tooltip } from "../design/Tooltip";
import { toast } from "../design/toasts";
import { VirtualList } from "../design/VirtualList";
import { CallError } from "../platform";
import style from "./Gallery.module.css";

const COLOURS = ["grey", "red", "orange", "amber", "green", "teal", "blue", "iris", "plum"];
const KINDS = ["primary", "secondary", "quiet", "danger"] as const;
const HOUR = 3_600_000;

/** Shows every primitive in every state; in development builds only. */
export function Gallery() {
  return (
    <Page crumbs={[{ title: "Gallery" }]}>
      <div className={style.gallery}>
        <Buttons />
        <Marks />
        <Forms />
        <Floats />
        <Times />
        <Texts />
        <Lists />
        <States />
      </div>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={style.section}>
      <h2 className={style.title}>{title}</h2>
      <div className={style.items}>{children}</div>
    </section>
  );
}

function Buttons() {
  return (
    <Section title="Buttons">
      {KINDS.map((kind) => (
        <div key={kind} className={style.items}>
          <Button kind={kind}>{kind}</Button>
          <Button kind={kind} size="small">
            small
          </Button>
          <Button kind={kind} size="large">
            large
          </Button>
          <Button kind={kind} icon={<Plus size={14} />}>
            With an icon
          </Button>
          <Button kind={kind} disabled>
            Disabled
          </Button>
          <Button kind={kind} busy>
            Busy
          </Button>
        </div>
      ))}
      <IconButton label="Remove" keys="x">
        <Trash2 size={16} />
      </IconButton>
      <SplitButton>
        <Button kind="primary" icon={<Play size={14} />}>
          Run
        </Button>
        <Menu trigger={<Button kind="primary">▾</Button>} groups={[{ items: [] }]} />
      </SplitButton>
    </Section>
  );
}

function Marks() {
  return (
    <Section title="Marks">
      <div className={style.items}>
        {allStatus.map((status) => (
          <StatusMark key={status} status={status} word />
        ))}
      </div>
      <div className={style.items}>
        {allPriority.map((priority) => (
          <PriorityMark key={priority} priority={priority} word />
        ))}
      </div>
      <div className={style.items}>
        {[0, 3, 7].map((done) => (
          <TodoProgress key={done} done={done} total={7} />
        ))}
      </div>
      <div className={style.items}>
        {allRunStatus.map((status) => (
          <RunBadge key={status} status={status} />
        ))}
        {allWaitingFor.map((waiting) => (
          <RunBadge key={waiting} status="running" waitingFor={waiting} />
        ))}
      </div>
      <div className={style.items}>
        {COLOURS.map((colour) => (
          <LabelChip key={colour} label={{ name: colour, colour }} />
        ))}
        <LabelChip label={{ name: "removable", colour: "iris" }} onRemove={() => {}} />
      </div>
      <div className={style.items}>
        {allAuthorKind.map((kind) => (
          <Author key={kind} author={{ kind, user_id: `${kind}:1`, handle: "ana", display_name: "Ana" }} />
        ))}
      </div>
      <div className={style.items}>
        <Kbd keys="$mod+k" />
        <Kbd keys="g i" />
        <Kbd keys="shift+m" />
        <Kbd keys="enter" />
      </div>
    </Section>
  );
}

function Forms() {
  const [choice, setChoice] = useState("one");
  const [on, setOn] = useState(true);
  return (
    <Section title="Forms">
      <div className={style.form}>
        <Field label="Plain" hint="What it is for.">
          <Input placeholder="Something" />
        </Field>
        <Field label="Wrong" error="What is wrong, and how to mend it.">
          <Input mono defaultValue="/no/repository" />
        </Field>
        <Field label="Right" good="What was found." optional>
          <Input defaultValue="value" />
        </Field>
        <Field label="Disabled">
          <Input disabled defaultValue="fixed" />
        </Field>
        <Field label="Longer">
          <TextArea rows={3} defaultValue="Several lines." />
        </Field>
        <Select
          label="Choice"
          value={choice}
          choices={[
            { value: "one", title: "One", note: "The first" },
            { value: "two", title: "Two" },
          ]}
          onChange={setChoice}
        />
        <Checkbox checked={on} onChange={setOn} label="Checkbox" hint="What it does." />
        <Checkbox checked="indeterminate" onChange={setOn} label="Some of them" />
        <Checkbox checked={false} disabled onChange={setOn} label="Disabled" />
        <Switch checked={on} onChange={setOn} label="Switch" />
      </div>
    </Section>
  );
}

function Floats() {
  const [open, setOpen] = useState<"dialog" | "confirm" | null>(null);
  const close = () => setOpen(null);
  return (
    <Section title="What floats">
      <Menu
        trigger={<Button>Menu</Button>}
        groups={[
          {
            label: "Group",
            items: [
              { id: "a", title: "Item", keys: "e", icon: <Play size={16} />, onSelect: close },
              { id: "b", title: "Checked", checked: true, onSelect: close },
              { id: "c", title: "Disabled", note: "With a note", disabled: true, onSelect: close },
            ],
          },
          { items: [{ id: "d", title: "Remove…", danger: true, onSelect: close }] },
        ]}
      />
      <Popover label="A panel" trigger={<Button>Popover</Button>}>
        <p className={style.pad}>More than a menu.</p>
      </Popover>
      <Tooltip text="What it does" keys="$mod+k">
        <Button>Tooltip</Button>
      </Tooltip>
      <Button onClick={() => setOpen("dialog")}>Dialog</Button>
      <Button onClick={() => setOpen("confirm")}>Confirm</Button>
      <Button onClick={() => toast({ title: "#412 triaged", undo: close })}>Toast with undo</Button>
      <Button onClick={() => toast({ title: "Could not merge", text: "The base has changed.", tone: "bad" })}>
        Toast of an error
      </Button>
      <Dialog
        open={open === "dialog"}
        onClose={close}
        title="Title"
        description="What it is about."
        foot={<Button kind="primary">Done</Button>}
      >
        <Field label="Name">
          <Input />
        </Field>
      </Dialog>
      <ConfirmDialog
        open={open === "confirm"}
        onClose={close}
        title="Discard the branch?"
        confirm="Discard the branch"
        danger
        onConfirm={close}
      >
        It can be restored for 30 days.
      </ConfirmDialog>
    </Section>
  );
}

function Times() {
  const [now] = useState(() => Date.now());
  return (
    <Section title="Times and money">
      {[0, 5 * 60_000, 3 * HOUR, 30 * HOUR, 90 * 24 * HOUR].map((age) => (
        <span key={age}>
          <RelativeTime at={now - age} /> (<RelativeTime at={now - age} long />)
        </span>
      ))}
      <Duration from={now} to={null} />
      <Duration from={now - 2 * HOUR} to={now} />
      <Money usd={1.836} />
      <Money usd={0.0042} />
      <Money usd={null} />
    </Section>
  );
}

const MARKDOWN = `# Title
Text with **strong**, *soft*, \`code\`, #42 and a [link](https://example.org).

- [x] done
- [ ] open
  1. nested

> A quotation.

\`\`\`rust
fn main() { println!("a line of code that is longer than the column is wide, so that it has to scroll sideways"); }
\`\`\`

| a | b |
|---|--:|
| 1 | 2 |`;

function Texts() {
  const [tab, setTab] = useState<"output" | "diff">("output");
  return (
    <Section title="Text and tabs">
      <div className={style.column}>
        <Markdown text={MARKDOWN} slug="demo" />
      </div>
      <div className={style.column}>
        <Tabs
          label="Views"
          value={tab}
          tabs={[
            { value: "output", title: "Output" },
            { value: "diff", title: "Diff", count: 6 },
          ]}
          onChange={setTab}
          end={<Button size="small">Merge</Button>}
        >
          <p className={style.pad}>{tab}</p>
        </Tabs>
      </div>
    </Section>
  );
}

const ROWS = Array.from({ length: 10_000 }, (_, index) => ({ id: String(index), title: `Row ${index + 1}` }));

function Lists() {
  const [active, setActive] = useState<string | null>("1");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(["3"]));
  return (
    <Section title="List of 10,000 rows">
      <div className={style.list}>
        <VirtualList
          label="Rows"
          items={ROWS}
          getKey={(row) => row.id}
          active={active}
          onActiveChange={setActive}
          selected={selected}
          onSelectedChange={setSelected}
          onOpen={(row) => toast({ title: row.title })}
          renderRow={(row) => row.title}
        />
      </div>
    </Section>
  );
}

const FAILURE = new CallError("run_get", "failed", "The database is locked by another program.", "Close it.");

function States() {
  return (
    <Section title="States">
      <div className={style.state}>
        <EmptyState
          icon={<Inbox size={20} />}
          title="Nothing to triage"
          actions={<Button kind="primary">New issue</Button>}
        >
          New issues arrive here.
        </EmptyState>
      </div>
      <div className={style.state}>
        <ErrorState title="The run could not be loaded" error={FAILURE} onRetry={() => {}} />
      </div>
      <div className={style.state}>
        <Skeleton />
      </div>
      <div className={style.column}>
        {(["info", "good", "warn", "bad"] as const).map((tone) => (
          <Notice key={tone} tone={tone} title={`A notice (${tone})`}>
            What to do about it.
          </Notice>
        ))}
      </div>
    </Section>
  );
}
