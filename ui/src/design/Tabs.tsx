import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import style from "./Tabs.module.css";

export interface Tab<T extends string> {
  value: T;
  title: string;
  /** A count beside the title. */
  count?: number | undefined;
  icon?: ReactNode;
}

interface TabsProps<T extends string> {
  label: string;
  value: T;
  tabs: readonly Tab<T>[];
  onChange: (value: T) => void;
  /** Stands at the right end of the line of tabs. */
  end?: ReactNode;
  /** The panel of the chosen tab. */
  children: ReactNode;
}

/** Panels of which one shows. Arrow keys move between the tabs. */
export function Tabs<T extends string>({ label, value, tabs, onChange, end, children }: TabsProps<T>) {
  return (
    <Radix.Root className={style.root} value={value} onValueChange={(next) => onChange(next as T)}>
      <div className={style.line}>
        <Radix.List className={style.list} aria-label={label}>
          {tabs.map((tab) => (
            <Radix.Trigger key={tab.value} value={tab.value} className={style.tab}>
              {tab.icon}
              {tab.title}
              {tab.count !== undefined && <span className={style.count}>{tab.count}</span>}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {end && <div className={style.end}>{end}</div>}
      </div>
      <Radix.Content value={value} className={style.panel} tabIndex={-1}>
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}
