//! What of the user's home is shown: toolchains read-only, caches of Waybill's own, settings without their tokens.
//!
//! The lists are data; nothing here touches a file but to ask whether it exists.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Toolchains below the home, shown read-only where they exist.
#[cfg(any(unix, test))]
pub const TOOLCHAINS: &[&str] = &[
    ".rustup",
    ".cargo/bin",
    ".cargo/env",
    ".nvm",
    ".fnm",
    ".local/share/fnm",
    ".volta",
    ".local/share/mise",
    ".asdf",
    ".pyenv",
    ".rbenv",
    ".rvm",
    ".jenv",
    ".nodenv",
    ".goenv",
    ".sdkman",
    ".bun",
    ".deno",
    "go/bin",
    "sdk",
    ".go",
    ".ghcup",
    ".cabal/bin",
    ".dotnet",
    ".local/bin",
    ".local/lib",
    ".local/share/pnpm",
    ".local/share/uv/python",
    ".local/share/uv/tools",
    ".local/share/pipx",
    ".npm-global",
    ".yarn/bin",
    ".config/yarn/global",
    ".juliaup",
    ".julia/juliaup",
    ".elan",
    ".nix-profile",
    ".local/state/nix",
    ".foundry",
    ".swiftly",
    ".local/share/swiftly",
    ".composer/vendor",
    ".gem/ruby",
    "Android/Sdk",
    "Library/Android/sdk",
    "Library/pnpm",
    "Library/Application Support/fnm",
];

/// Package caches: the name below the project's cache directory, and the place below the home.
pub const CACHES: &[(&str, &str)] = &[
    ("cargo-registry", ".cargo/registry"),
    ("cargo-git", ".cargo/git"),
    ("npm", ".npm"),
    ("xdg", ".cache"),
    ("go-mod", "go/pkg/mod"),
    ("gradle", ".gradle"),
    ("maven", ".m2/repository"),
    ("nuget", ".nuget"),
    ("pnpm", ".local/share/pnpm/store"),
    ("bun", ".bun/install/cache"),
    ("yarn", ".yarn/berry"),
];

/// Settings of toolchains that are copied into the private home, without the lines that may hold a secret.
pub const SETTINGS: &[&str] = &[
    ".cargo/config.toml",
    ".cargo/config",
    ".npmrc",
    ".config/pip/pip.conf",
    ".pip/pip.conf",
    ".yarnrc.yml",
    ".bunfig.toml",
    ".config/uv/uv.toml",
    ".tool-versions",
    ".config/mise/config.toml",
    ".asdfrc",
    ".nvmrc",
];

/// What never shows, also when a directory around it does.
pub const CREDENTIALS: &[&str] = &[
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".kube",
    ".docker",
    ".config/gh",
    ".config/glab-cli",
    ".config/gcloud",
    ".config/git/credentials",
    ".config/op",
    ".config/sops",
    ".git-credentials",
    ".gitconfig",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".pypirc",
    ".terraform.d",
    ".vault-token",
    ".password-store",
    ".m2/settings.xml",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
    ".composer/auth.json",
    ".nuget/NuGet",
    ".local/share/keyrings",
    ".mozilla",
    ".config/google-chrome",
    ".config/chromium",
    ".config/BraveSoftware",
    ".config/microsoft-edge",
    ".thunderbird",
    ".claude",
    ".claude.json",
    ".codex",
    ".gemini",
    ".pi",
    ".local/share/opencode",
    ".config/opencode",
    ".config/github-copilot",
    ".config/Waybill",
    ".bash_history",
    ".zsh_history",
    "Library/Keychains",
    "Library/Application Support/Google",
    "Library/Application Support/Firefox",
    "Library/Cookies",
    "Library/Safari",
    "Library/Mail",
    "Library/Messages",
];

/// The directories of the user's PATH, without doubles and relative ones.
pub fn path_entries(path: &OsStr) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::env::split_paths(path).filter(|entry| entry.is_absolute()) {
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    entries
}

/// Toolchains that exist in this home, and what PATH points to inside it; none inside another, no credentials.
#[cfg(any(unix, test))]
pub fn in_home(home: &Path, path: &OsStr) -> Vec<PathBuf> {
    // `~/go` is a whole toolchain in some homes and the place of private sources in most.
    let go = Some(home.join("go")).filter(|go| go.join("VERSION").is_file());
    let listed = go.into_iter().chain(TOOLCHAINS.iter().map(|relative| home.join(relative)));
    let from_path = path_entries(path).into_iter().filter(|entry| entry.starts_with(home) && entry != home);
    let mut found: Vec<PathBuf> = Vec::new();
    for candidate in listed.chain(from_path) {
        let shown = found.iter().any(|outer| candidate.starts_with(outer));
        if !shown && !is_credential(home, &candidate) && candidate.exists() {
            found.push(candidate);
        }
    }
    found
}

/// Takes `.` and `..` out of a path by its words alone.
#[cfg(unix)]
pub fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// Whether a path is, or lies in, what never shows.
pub fn is_credential(home: &Path, path: &Path) -> bool {
    // Claude Code installs itself beside its login.
    let program = path.starts_with(home.join(".claude/local"));
    !program && CREDENTIALS.iter().any(|relative| path.starts_with(home.join(relative)))
}

/// A settings file without the lines that may hold a secret.
pub fn without_secrets(text: &str) -> String {
    const WORDS: [&str; 8] =
        ["token", "password", "passwd", "secret", "_auth", "credential", "api_key", "apikey"];
    let harmless = |line: &&str| {
        let lower = line.to_ascii_lowercase();
        let names_a_secret = WORDS.iter().any(|word| lower.contains(word));
        // An address with a user part, as in https://user:key@host/.
        let holds_a_user = lower.split("://").skip(1).any(|rest| {
            let end = rest.find(['/', '"', '\'', ' ']).unwrap_or(rest.len());
            rest[..end].contains('@')
        });
        !names_a_secret && !holds_a_user
    };
    text.lines().filter(harmless).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_keep_the_registry_and_lose_the_token() {
        let text = "registry=https://registry.example/\n//registry.example/:_authToken=abc\n\
                    index = \"https://me:pass@host/simple\"\nscope=https://host/@scope/\n";
        assert_eq!(
            without_secrets(text),
            "registry=https://registry.example/\nscope=https://host/@scope/\n",
            "a token in a sandbox is a token given away, a missing registry a build that fails"
        );
    }

    #[test]
    fn a_toolchain_on_the_path_is_shown_and_a_key_directory_is_not() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        for directory in [".rustup", ".cargo/bin", "tools/bin", ".ssh", ".rustup/toolchains/x/bin"] {
            std::fs::create_dir_all(home.join(directory)).unwrap();
        }
        let entries = ["tools/bin", ".ssh", "", ".rustup/toolchains/x/bin"].map(|entry| home.join(entry));
        let path = std::env::join_paths(entries).unwrap();
        let shown = in_home(home, &path);
        let expected: Vec<PathBuf> =
            [".rustup", ".cargo/bin", "tools/bin"].map(|entry| home.join(entry)).to_vec();
        assert_eq!(shown, expected, "what builds need, never the home itself and never keys");
    }
}
