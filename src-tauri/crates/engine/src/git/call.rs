//! One call of git: outside with a clean environment and safe settings, inside through a sandbox.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Git, GitError};
use crate::process::{self, Input, Launch, Stream};
use crate::sandbox::{Captured, Ended, Sandbox, Task};

/// The most that one call may answer, in bytes; lists beyond it are cut off as unreadable.
const MOST: usize = 64 << 20;
/// How long one call outside may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long one call in a sandbox may take: a checkout of a large repository is among them.
const PATIENCE_INSIDE: Duration = Duration::from_mins(10);

/// Settings for every call, outside and inside: nothing that a repository or its settings name is run.
const SAFE: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.pager=cat",
    "gc.auto=0",
    "maintenance.auto=false",
    "commit.gpgSign=false",
    "tag.gpgSign=false",
    "log.showSignature=false",
    "merge.verifySignatures=false",
    "merge.autoStash=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "protocol.allow=never",
    "advice.detachedHead=false",
    "core.quotePath=false",
];

/// Where Waybill's folders lie, paths on Windows grow longer than git takes there unless it is told to.
const LONG_PATHS: Option<&str> = if cfg!(windows) { Some("core.longpaths=true") } else { None };

/// What git needs of the user's environment to find its settings, its own programs and a home.
const KEPT: &[&str] = &[
    "HOME",
    "XDG_CONFIG_HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "GIT_EXEC_PATH",
    "SystemRoot",
    "SystemDrive",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "APPDATA",
    "LOCALAPPDATA",
    "ProgramData",
    "ProgramFiles",
    "TEMP",
    "TMP",
    "ComSpec",
    "PATHEXT",
    "NIX_SSL_CERT_FILE",
];

/// The environment of every call outside.
pub fn clean_environment(
    search_path: &OsStr,
    user_env: &[(OsString, OsString)],
) -> Vec<(OsString, OsString)> {
    let kept = |key: &OsString| KEPT.iter().any(|name| key.eq_ignore_ascii_case(name));
    let mut env: Vec<_> = user_env.iter().filter(|(key, _)| kept(key)).cloned().collect();
    env.push(("PATH".into(), search_path.to_owned()));
    env.extend(quiet().map(|(key, value)| (key.into(), value.into())));
    env
}

/// Variables that keep git from asking, translating, and from writing what was not asked for.
pub fn quiet() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        ("LC_ALL", "C"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_PAGER", "cat"),
        ("GIT_EDITOR", "true"),
    ]
    .into_iter()
}

/// The settings as options, before the command's name.
pub fn safe_options() -> impl Iterator<Item = OsString> {
    SAFE.iter().copied().chain(LONG_PATHS).flat_map(|setting| ["-c", setting]).map(OsString::from)
}

/// A call outside any sandbox, being put together.
pub struct Call<'a> {
    git: &'a Git,
    directory: PathBuf,
    options: Vec<OsString>,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    input: Input,
    patience: Duration,
}

/// What a call answered.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Git {
    /// A call in `directory`, which git looks for the repository from.
    pub(super) fn call<A: Into<OsString>>(
        &self,
        directory: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Call<'_> {
        Call {
            git: self,
            directory: directory.to_path_buf(),
            options: Vec::new(),
            args: args.into_iter().map(Into::into).collect(),
            env: Vec::new(),
            input: Input::Nothing,
            patience: PATIENCE,
        }
    }

    /// A call on the repository whose common directory this is, whatever is checked out.
    pub(super) fn on<A: Into<OsString>>(
        &self,
        common_dir: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Call<'_> {
        let mut call = self.call(common_dir, args);
        let mut option = OsString::from("--git-dir=");
        option.push(common_dir);
        call.options.push(option);
        call
    }
}

impl Call<'_> {
    /// With this input.
    pub fn input(mut self, input: Input) -> Self {
        self.input = input;
        self
    }

    /// With this variable.
    pub fn env(mut self, key: &str, value: impl Into<OsString>) -> Self {
        self.env.push((key.into(), value.into()));
        self
    }

    /// With more time than usual.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn action(&self) -> String {
        self.args.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn launch(&mut self) -> Launch {
        let mut launch = Launch::new(&self.git.program);
        launch.args.extend(safe_options());
        launch.args.append(&mut self.options);
        launch.args.append(&mut self.args);
        launch.env.clone_from(&self.git.env);
        launch.env.append(&mut self.env);
        launch.cwd = Some(self.directory.clone());
        launch.input = std::mem::take(&mut self.input);
        launch
    }

    /// Runs it and gives whatever it answered.
    pub async fn answer(mut self) -> Result<Answer, GitError> {
        let action = self.action();
        let patience = self.patience;
        let launch = self.launch();
        let work = async {
            let mut child = process::spawn(launch).await?;
            let (stdout, stderr) = (child.stdout(), child.stderr());
            let collect = |stream: Option<Stream>, limit| async move {
                match stream {
                    Some(stream) => stream.collect(limit).await,
                    None => Ok(Default::default()),
                }
            };
            let (stdout, stderr, status) =
                tokio::join!(collect(stdout, MOST), collect(stderr, 16 * 1024), child.wait());
            Ok::<_, std::io::Error>((stdout?, stderr?, status?))
        };
        // On timeout the child is dropped and thereby killed.
        let Ok(done) = tokio::time::timeout(patience, work).await else {
            return Err(GitError::Timeout { action, seconds: patience.as_secs() });
        };
        let ((stdout, cut), (stderr, _), status) =
            done.map_err(|source| GitError::Io { doing: "running git", source })?;
        if cut {
            return Err(GitError::Unreadable { action });
        }
        Ok(Answer { code: status.code(), stdout, stderr: String::from_utf8_lossy(&stderr).trim().to_owned() })
    }

    /// Runs it; its output when it succeeded.
    pub async fn bytes(self) -> Result<Vec<u8>, GitError> {
        let action = self.action();
        self.answer().await?.success(&action)
    }

    /// Runs it; its output as one trimmed text when it succeeded.
    pub async fn text(self) -> Result<String, GitError> {
        Ok(trimmed(&self.bytes().await?))
    }

    /// Runs it; its output as text, None when git answered with exit code 1 ("no").
    pub async fn maybe(self) -> Result<Option<String>, GitError> {
        let action = self.action();
        let answer = self.answer().await?;
        if answer.code == Some(1) {
            return Ok(None);
        }
        Ok(Some(trimmed(&answer.success(&action)?)))
    }

    /// Starts it and gives the child, for output that is read line by line.
    pub async fn start(mut self) -> Result<process::Child, GitError> {
        process::spawn(self.launch()).await.map_err(|source| GitError::Io { doing: "running git", source })
    }
}

impl Answer {
    /// The output when git succeeded, else its words.
    pub fn success(self, action: &str) -> Result<Vec<u8>, GitError> {
        if self.code == Some(0) { Ok(self.stdout) } else { Err(failed(action, &self.stderr)) }
    }
}

/// Runs git in the workspace of a sandbox, with no network and no secrets, and gives its output.
pub async fn inside<A: Into<OsString>>(
    sandbox: &Sandbox,
    args: impl IntoIterator<Item = A>,
    change: impl FnOnce(Task) -> Task,
) -> Result<Answer, GitError> {
    let mut task = Task::new("git").args(safe_options()).args(args);
    task.offline = true;
    task.timeout = Some(PATIENCE_INSIDE);
    for (key, value) in quiet() {
        task = task.env(key, value);
    }
    let Captured { outcome, stdout, stderr, cut } = sandbox.capture(change(task), MOST).await?;
    let action = || "in the sandbox".to_owned();
    match outcome.ended {
        _ if cut => return Err(GitError::Unreadable { action: action() }),
        Ended::TimedOut => {
            return Err(GitError::Timeout { action: action(), seconds: PATIENCE_INSIDE.as_secs() });
        }
        Ended::OutOfMemory => {
            return Err(failed("in the sandbox", "it needs more memory than the sandbox has"));
        }
        Ended::Itself | Ended::Stopped => {}
    }
    Ok(Answer { code: outcome.code, stdout, stderr: trimmed(&stderr) })
}

/// As [`inside`], for a command that must succeed.
pub async fn inside_text(sandbox: &Sandbox, args: &[&str]) -> Result<String, GitError> {
    let answer = inside(sandbox, args.iter().copied(), |task| task).await?;
    Ok(trimmed(&answer.success(args.first().unwrap_or(&""))?))
}

/// An error in git's own words.
pub fn failed(action: &str, words: &str) -> GitError {
    let words = words.strip_prefix("fatal: ").unwrap_or(words).trim();
    let message =
        if words.is_empty() { "it gave no reason".to_owned() } else { waybill_domain::text::cut(words, 600) };
    GitError::Failed { action: action.to_owned(), message }
}

fn trimmed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned()
}
