//! Reads an agent's output for signs that the sandbox refused it something.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use waybill_domain::agent::HeldBackKind;

use super::{HeldBack, Layout, SandboxSpec, toolchains};

/// How many different refusals one task may report; more would bury the run page.
const MOST: usize = 20;

/// What programs say when a path is not there or not writable.
const REFUSALS: &[&str] = &[
    "permission denied",
    "read-only file system",
    "no such file or directory",
    "directory nonexistent",
    "operation not permitted",
    "eacces",
    "erofs",
    "enoent",
    "eperm",
    "access is denied",
];

/// What programs say when they get no more memory.
const NO_MEMORY: &[&str] =
    &["cannot allocate memory", "memoryerror", "memory exhausted", "out of memory", "enomem", "bad_alloc"];

/// Finds refusals in lines of output, each once.
#[derive(Debug)]
pub struct HeldBackScanner {
    home: PathBuf,
    /// Paths in the home's place that the sandbox does show.
    own: Vec<PathBuf>,
    guarded: Vec<PathBuf>,
    memory_mb: u32,
    told: HashSet<String>,
}

impl HeldBackScanner {
    /// A scanner for the output of one sandbox.
    pub fn new(spec: &SandboxSpec, layout: &Layout) -> Self {
        let mut guarded = vec![spec.repository.clone(), spec.git_common_dir.clone()];
        guarded.extend(spec.hidden.iter().cloned());
        let caches = toolchains::CACHES.iter().map(|(_, place)| spec.user_home.join(place));
        let settings = toolchains::SETTINGS.iter().map(|place| spec.user_home.join(place));
        let own = caches.chain(settings).chain([layout.workspace.clone(), layout.out.clone()]);
        let own = own.chain(spec.visible.iter().cloned()).collect();
        Self { home: spec.user_home.clone(), own, guarded, memory_mb: spec.memory_mb, told: HashSet::new() }
    }

    /// What this line tells of, when it tells of something new.
    pub fn scan(&mut self, line: &str) -> Option<HeldBack> {
        if self.told.len() >= MOST || line.len() > 64 * 1024 {
            return None;
        }
        let lower = line.to_ascii_lowercase();
        if NO_MEMORY.iter().any(|words| lower.contains(words)) {
            let detail = format!("A program got no more memory; the sandbox may use {} MiB.", self.memory_mb);
            return self
                .told
                .insert(detail.clone())
                .then_some(HeldBack { kind: HeldBackKind::Memory, detail });
        }
        let refusal = REFUSALS.iter().find(|refusal| lower.contains(**refusal))?;
        // A program names itself and what it works on first, and what it was refused last.
        let path = paths(line).filter(|path| self.guards(path, refusal)).last()?;
        let shown = path.display().to_string();
        self.told.insert(shown.clone()).then(|| HeldBack {
            kind: HeldBackKind::Path,
            detail: format!("{shown} is not open to the sandbox ({refusal})."),
        })
    }

    fn guards(&self, path: &Path, refusal: &str) -> bool {
        let inside = |places: &[PathBuf]| places.iter().any(|place| path.starts_with(place));
        if toolchains::is_credential(&self.home, path) || inside(&self.guarded) {
            return true;
        }
        // The home is full of files that were never there: only being refused one that may exist counts.
        let absent = ["no such file or directory", "directory nonexistent", "enoent"].contains(&refusal);
        let hidden_file = path.strip_prefix(&self.home).is_ok_and(|rest| {
            rest.components().next().is_some_and(|first| first.as_os_str().to_string_lossy().starts_with('.'))
        });
        path.starts_with(&self.home) && path != self.home && !inside(&self.own) && !(absent && hidden_file)
    }
}

/// Absolute paths in a line, and those that begin with `~/`… as the shell has expanded them.
fn paths(line: &str) -> impl Iterator<Item = PathBuf> + '_ {
    let is_end = |c: char| {
        c.is_whitespace() || matches!(c, '\'' | '"' | '`' | '(' | ')' | '<' | '>' | '|' | ',' | ';')
    };
    line.split(is_end)
        .map(|word| word.trim_end_matches([':', '.', '!', '\\']))
        .map(|word| word.strip_suffix("\\n").unwrap_or(word))
        .filter_map(|word| word.find('/').map(|at| if word.starts_with('/') { word } else { &word[at..] }))
        .filter(|word| word.len() > 1)
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::HeldBackScanner;
    use waybill_domain::agent::HeldBackKind;

    fn scanner() -> HeldBackScanner {
        let home = PathBuf::from("/home/ada");
        HeldBackScanner {
            own: vec![home.join(".npmrc"), home.join(".cache"), PathBuf::from("/workspace/engine")],
            guarded: vec![home.join("code/engine"), PathBuf::from("/srv/waybill")],
            memory_mb: 1024,
            told: std::collections::HashSet::new(),
            home,
        }
    }

    #[test]
    fn refusals_of_what_is_the_users_are_told() {
        let lines = [
            ("cat: /home/ada/.ssh/id_ed25519: No such file or directory", "/home/ada/.ssh/id_ed25519"),
            (
                "bash: /home/ada/code/engine/.git/hooks/pre-commit: Read-only file system",
                "/.git/hooks/pre-commit",
            ),
            ("Error: ENOENT: no such file or directory, open '/home/ada/Documents/tax.pdf'", "tax.pdf"),
            (
                "{\"output\":\"ls: cannot open directory '/srv/waybill': Permission denied\\n\"}",
                "/srv/waybill",
            ),
            ("cat: /home/ada/.aws/credentials: Operation not permitted", ".aws/credentials"),
            (
                "/home/ada/code/tool.sh: 2: cannot create /srv/waybill/x: Directory nonexistent",
                "/srv/waybill/x is not open",
            ),
            ("mv: cannot move '/home/ada/a' to '/home/ada/code/engine/b': Permission denied", "/engine/b is"),
        ];
        for (line, path) in lines {
            let held = scanner().scan(line).unwrap_or_else(|| panic!("{line} is a refusal"));
            assert!(held.detail.contains(path) && held.kind == HeldBackKind::Path, "{line}: {held:?}");
        }
    }

    #[test]
    fn everyday_errors_are_not() {
        for line in [
            "cat: /workspace/engine/missing.txt: No such file or directory",
            "npm warn config /home/ada/.npmrc: ENOENT: no such file or directory",
            "stat /home/ada/.vimrc: No such file or directory",
            "error[E0583]: file not found for module `x`",
            "/home/ada/code/engine was mentioned",
            "mkdir: cannot create directory '/usr/x': Read-only file system",
        ] {
            assert_eq!(scanner().scan(line), None, "{line} would alarm for nothing");
        }
    }

    #[test]
    fn each_is_told_once_and_not_for_ever() {
        let mut scanner = scanner();
        let told: usize = (0..100)
            .flat_map(|number| [number, number])
            .filter_map(|number| scanner.scan(&format!("/home/ada/f{number}: Permission denied")))
            .count();
        assert_eq!(told, super::MOST, "a run page is for reading");
    }

    #[test]
    fn memory_that_was_refused_is_told() {
        let held = scanner().scan("FATAL ERROR: JavaScript heap out of memory").unwrap();
        assert_eq!(held.kind, HeldBackKind::Memory, "the reader knows why the build broke");
    }
}
