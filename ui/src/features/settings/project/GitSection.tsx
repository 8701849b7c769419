import { DraftInput } from "../Draft";
import { Block, SettingRow } from "../SettingRow";
import { WithSettings } from "./WithSettings";

/** Whose name agents' commits bear, and how their branches are called. */
export function GitSection({ slug }: { slug: string }) {
  return (
    <WithSettings slug={slug}>
      {(settings, set) => (
        <Block>
          <SettingRow
            label="Author name"
            hint="Of agents' commits. Empty: as git is configured in the repository."
            wide
          >
            <DraftInput
              label="Author name"
              value={settings.git_author_name ?? ""}
              placeholder="The repository's"
              onCommit={(name) => set({ git_author_name: name === "" ? null : name })}
            />
          </SettingRow>
          <SettingRow label="Author e-mail" wide>
            <DraftInput
              label="Author e-mail"
              value={settings.git_author_email ?? ""}
              placeholder="The repository's"
              onCommit={(email) => set({ git_author_email: email === "" ? null : email })}
            />
          </SettingRow>
          <SettingRow
            label="Branch prefix"
            hint={
              <>
                Branches are called <code>{settings.branch_prefix}42-title-of-the-issue</code>.
              </>
            }
            wide
          >
            <DraftInput
              label="Branch prefix"
              mono
              value={settings.branch_prefix}
              onCommit={(branch_prefix) => set({ branch_prefix })}
            />
          </SettingRow>
        </Block>
      )}
    </WithSettings>
  );
}
