import { useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AboutSection } from "./general/AboutSection";
import { GeneralSection } from "./general/GeneralSection";
import { KeysSection } from "./general/KeysSection";
import { ToolsSection } from "./general/ToolsSection";
import { type AppSection, appSections, SettingsLayout } from "./SettingsLayout";

const content: Record<AppSection, { intro?: string; section: () => ReactNode }> = {
  general: { section: () => <GeneralSection /> },
  tools: {
    intro: "The coding agents that Waybill found on this machine. Each runs in a sandbox.",
    section: () => <ToolsSection />,
  },
  keys: {
    intro: "Keys reach an agent only as its environment, and are masked in everything that it prints.",
    section: () => <KeysSection />,
  },
  about: { section: () => <AboutSection /> },
};

/** Waybill's own settings. */
export function SettingsPage() {
  const { section: asked } = useSearch({ from: "/settings" });
  const section = asked !== undefined && asked in appSections ? (asked as AppSection) : "general";
  const { intro, section: show } = content[section];
  return (
    <SettingsLayout slug={null} section={section} title={appSections[section]} intro={intro}>
      {show()}
    </SettingsLayout>
  );
}
