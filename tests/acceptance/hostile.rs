//! Agents that mean harm, or behave as if they did: each attempt is stopped or masked, and the run says so. What they
//! try is a POSIX shell's script, and on Windows a command script: there what only isolation stops is left out.

mod boundaries;
mod ends;
mod floods;
mod repository;
mod secrets;

use crate::stand_in::hired;
use crate::support::{Home, Snapshot, snapshot};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A project whose only tool is a script that does what it should not.
struct Ground {
    home: Home,
    repository: PathBuf,
    before: Snapshot,
}

/// What came of an agent's run.
#[derive(Debug)]
struct Run {
    /// As `run show --json` gives it.
    shown: Value,
    /// Its output, one JSON event a line.
    said: String,
}

impl Ground {
    fn new() -> Self {
        let home = Home::new();
        let repository = home.project("parcels", &[("README.md", "# Parcels\n"), ("send.sh", "echo sent\n")]);
        home.consent("parcels");
        let before = snapshot(&repository);
        Self { home, repository, before }
    }

    /// Makes this script the project's tool. `@R` stands for the repository, `@T` for the folder around everything as
    /// git writes it, `@A` for the program that stands in for what no script can do.
    fn tool(&self, posix: &str, windows: &str) {
        let path = |path: &std::path::Path| path.to_str().expect("a path in UTF-8").to_owned();
        let around = path(self.home.root()).replace('\\', "/");
        let whole = |script: &str| {
            let script = script.replace("@R", &path(&self.repository)).replace("@T", &around);
            script.replace("@A", hired("").trim_end())
        };
        let program = self.home.agent("agent.sh", &whole(posix), &whole(windows));
        self.home.json(&["tool", "add", "agent", "--command", &program]);
    }

    /// Runs this script as an agent to its end.
    fn run(&self, posix: &str, windows: &str) -> Run {
        self.tool(posix, windows);
        self.run_tool()
    }

    /// Runs the tool that was made to its end.
    fn run_tool(&self) -> Run {
        let start =
            ["run", "start", "-p", "parcels", "--prompt", "Do as you like", "--tool", "agent", "--wait"];
        let shown = self.home.waybill(&[&start[..], &["--json"]].concat()).value();
        self.no_workspace_is_left();
        self.home.assert_nothing_left();
        let number = shown["number"].to_string();
        let log = self.home.json(&["run", "log", &number, "-p", "parcels"]);
        let events = log["items"].as_array().expect("a list");
        let lines: Vec<String> = events.iter().map(|item| item["event"].to_string()).collect();
        println!("{}: {}", shown["status"], shown["error"]);
        Run { shown, said: lines.join("\n") }
    }

    /// Expects that only those workspaces are there that a failed run says it keeps.
    fn no_workspace_is_left(&self) {
        let list = self.home.json(&["run", "list", "-p", "parcels", "--status", "failed"]);
        let failed = list["items"].as_array().expect("a list");
        for entry in self.home.data().join("workspaces").read_dir().expect("the folder is there") {
            let name = entry.expect("is read").file_name().to_string_lossy().into_owned();
            let told =
                failed.iter().any(|run| run["error"].as_str().is_some_and(|error| error.contains(&name)));
            assert!(told, "the workspace {name} was left behind without a word: {list}");
        }
    }

    /// Expects that nothing in the user's repository changed but that these branches are there.
    fn untouched(&self, branches: &[&str]) {
        let after = snapshot(&self.repository);
        for (path, entry) in &self.before {
            assert_eq!(after.get(path), Some(entry), "{path} is the user's and must not be touched");
        }
        for path in after.keys().filter(|path| !self.before.contains_key(*path)) {
            let name =
                [".git/refs/heads/", ".git/logs/refs/heads/"].iter().find_map(|root| path.strip_prefix(root));
            assert!(
                name.is_some_and(|name| branches.contains(&name)),
                "{path} appeared in the user's repository"
            );
        }
        self.git(&["fsck", "--full", "--strict"]);
        let owned = self.home.root().join("owned");
        assert!(!owned.exists(), "something that the agent left was executed outside its sandbox");
    }

    fn git(&self, args: &[&str]) -> String {
        crate::support::git(&self.home, &self.repository, args)
    }
}

impl Run {
    fn status(&self) -> &str {
        self.shown["status"].as_str().unwrap_or_default()
    }

    fn branch(&self) -> &str {
        self.shown["branch"].as_str().unwrap_or_default()
    }

    fn error(&self) -> &str {
        self.shown["error"].as_str().unwrap_or_default()
    }

    /// Expects that the run page tells of something held back, of this kind and with these words.
    #[track_caller]
    fn tells(&self, kind: &str, words: &str) {
        let held = self.shown["held_back"].as_array().expect("a list");
        let told = held.iter().any(|held| {
            held["kind"] == json!(kind)
                && held["detail"].as_str().is_some_and(|detail| detail.contains(words))
        });
        assert!(told, "the run page must tell of {kind}: {words}; it tells: {held:#?}\n{}", self.said);
    }
}
