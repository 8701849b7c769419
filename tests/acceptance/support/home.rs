//! A data directory, a user home and repositories in one temporary folder, and `waybill` run in them alone.

use super::program::{Output, Process};
use super::server::Served;
use super::{repository, traces};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Everything that one test has of the machine. Dropping it proves that nothing of it goes on.
pub struct Home {
    _folder: TempDir,
    root: PathBuf,
}

impl Home {
    /// An empty home with a name and an address for git, and no keychain.
    pub fn new() -> Self {
        Self::below(&std::env::temp_dir())
    }

    /// As `new`, in a folder of the test's choice.
    pub fn below(outer: &Path) -> Self {
        let folder =
            tempfile::Builder::new().prefix("waybill-test-").tempdir_in(outer).expect("a temporary folder");
        let root = folder.path().canonicalize().expect("the folder is there");
        // Windows answers in a form that neither git nor a person writes.
        let root =
            root.to_str().and_then(|path| path.strip_prefix(r"\\?\")).map(PathBuf::from).unwrap_or(root);
        let home = Self { root, _folder: folder };
        for part in ["user", "tmp", "repositories"] {
            std::fs::create_dir(home.root.join(part)).expect("a part of the home is made");
        }
        let config =
            "[user]\n\tname = Ana Tester\n\temail = ana@example.org\n[init]\n\tdefaultBranch = main\n";
        std::fs::write(home.user().join(".gitconfig"), config).expect("git's configuration is written");
        home
    }

    /// The folder that holds all of it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `WAYBILL_HOME`; not there before the first command.
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// `HOME`.
    pub fn user(&self) -> PathBuf {
        self.root.join("user")
    }

    /// `TMPDIR`.
    pub fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// The program with a cleared environment but `PATH`, in the folder of the repositories.
    pub fn command(&self, args: &[&str]) -> Command {
        self.command_in(&self.root.join("repositories"), args)
    }

    /// As `command`, in another directory.
    pub fn command_in(&self, directory: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waybill"));
        command.args(args).current_dir(directory).stdin(Stdio::null());
        self.environment(&mut command);
        command
    }

    /// Gives any program this home's environment and no other.
    pub fn environment(&self, command: &mut Command) {
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        // Windows programs do not start without these.
        for name in ["SystemRoot", "ComSpec", "PATHEXT"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("HOME", self.user())
            .env("USERPROFILE", self.user())
            .env("WAYBILL_HOME", self.data())
            .env("TMPDIR", self.temporary())
            .env("TEMP", self.temporary())
            .env("TMP", self.temporary())
            .env("LANG", "C.UTF-8")
            // A developer's own keychain is not for tests.
            .env("WAYBILL_KEYCHAIN", "off")
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.root.join("no-bus").display()));
    }

    /// Runs the program to its end.
    pub fn waybill(&self, args: &[&str]) -> Output {
        Output::of(self.command(args))
    }

    /// Runs the program to its end in a directory.
    pub fn waybill_in(&self, directory: &Path, args: &[&str]) -> Output {
        Output::of(self.command_in(directory, args))
    }

    /// Runs the program to its end with a text on its standard input.
    pub fn waybill_with_input(&self, input: &str, args: &[&str]) -> Output {
        let mut command = self.command(args);
        command.stdin(Stdio::piped());
        let mut process = Process::start(command);
        let mut stdin = process.stdin.take().expect("standard input is piped");
        stdin.write_all(input.as_bytes()).expect("the program reads its standard input");
        drop(stdin);
        process.output()
    }

    /// Runs the program with `--json`, expects success, and answers its JSON value.
    pub fn json(&self, args: &[&str]) -> Value {
        let mut all = args.to_vec();
        all.push("--json");
        self.waybill(&all).json()
    }

    /// Starts the program and does not wait for it.
    pub fn start(&self, args: &[&str]) -> Process {
        Process::start(self.command(args))
    }

    /// A git repository with one commit of these files on `main`.
    pub fn repository(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let path = self.root.join("repositories").join(name);
        repository::make(self, &path, files);
        path
    }

    /// A repository as `repository` makes it, added as a project whose slug is its name.
    pub fn project(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let path = self.repository(name, files);
        let text = path.to_str().expect("a path in UTF-8");
        self.json(&["project", "add", text, "--slug", name]);
        path
    }

    /// An executable shell script in the user's home; its path.
    #[cfg(unix)]
    pub fn script(&self, name: &str, text: &str) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.user().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("the script is written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("is executable");
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    /// A script in the user's home that this system can start: a POSIX shell's, or a command script; its path.
    #[expect(unused_variables, reason = "each system reads one of the two")]
    pub fn agent(&self, name: &str, posix: &str, windows: &str) -> String {
        #[cfg(unix)]
        return self.script(name, posix);
        #[cfg(windows)]
        {
            let path = self.user().join(format!("{name}.cmd"));
            let lines: Vec<&str> =
                std::iter::once("@echo off").chain(windows.lines().map(str::trim)).collect();
            std::fs::write(&path, lines.join("\r\n") + "\r\n").expect("the script is written");
            path.to_str().expect("a path in UTF-8").to_owned()
        }
    }

    /// Lets the agents of a project run although this system may isolate no files from them.
    pub fn consent(&self, project: &str) {
        self.json(&["project", "set", "weak_isolation_allowed=true", "-p", project]);
    }

    /// Starts `waybill serve`; it ends with the guard.
    pub fn serve(&self) -> Served {
        self.serve_with(|_| {})
    }

    /// As `serve`, with something changed about how it is started.
    pub fn serve_with(&self, change: impl FnOnce(&mut Command)) -> Served {
        Served::start(self, change)
    }

    /// The processes in sandboxes of this home, each as its id and command line.
    #[cfg(target_os = "linux")]
    pub fn sandboxed_processes(&self) -> Vec<String> {
        traces::sandboxed(&self.root)
    }

    /// Asserts that no process of this home is there.
    pub fn assert_no_process_left(&self) {
        let left = traces::processes(&self.root);
        assert!(left.is_empty(), "processes outlived what started them: {left:#?}");
    }

    /// Asserts that no process and no temporary file of this home is there.
    pub fn assert_nothing_left(&self) {
        self.assert_no_process_left();
        let files = repository::files_below(&self.temporary());
        assert!(files.is_empty(), "temporary files were left behind: {files:#?}");
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A test that fails already tells more than what it left behind because of that.
        if std::thread::panicking() {
            traces::end(&self.root);
        } else {
            self.assert_nothing_left();
        }
    }
}
