//! Programs that end in time, with what they printed.

use serde_json::Value;
use std::io::Read;
use std::ops::{Deref, DerefMut};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

#[cfg(windows)]
use windows_sys::Win32::System::{
    Console::{CTRL_BREAK_EVENT, GenerateConsoleCtrlEvent},
    Threading::CREATE_NEW_PROCESS_GROUP,
};

/// The longest that any program of these tests may take: beyond it, it hangs.
const PATIENCE: Duration = Duration::from_secs(100);

/// How Windows tells of a process that ended before it had begun (`ERROR_INTERNAL_ERROR`).
#[cfg(windows)]
const STILLBORN: i32 = 1359;

/// What a program left: its exit code and what it printed.
#[derive(Debug, Clone)]
pub struct Output {
    /// None when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// Runs a program to its end.
    pub fn of(command: Command) -> Self {
        Process::start(command).output()
    }

    /// Expects success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "it should have succeeded: {self:#?}");
        self
    }

    /// Expects success and exactly one JSON value on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "it should have succeeded: {self:#?}");
        self.value()
    }

    /// The one JSON value on standard output, whatever the exit code.
    #[track_caller]
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("one JSON value is promised: {error}: {self:#?}"))
    }

    /// Expects this exit code and, on standard error alone, one `{"error": {code, message, hint}}`; the error.
    #[track_caller]
    pub fn error(&self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "the exit code tells a script what happened: {self:#?}");
        assert_eq!(self.stdout, "", "an error must not reach what reads the answer");
        let value: Value = serde_json::from_str(&self.stderr)
            .unwrap_or_else(|error| panic!("the error is one JSON value: {error}: {self:#?}"));
        let error = &value["error"];
        assert!(error["code"].is_string() && error["message"].is_string(), "its shape is fixed: {value}");
        assert!(error.get("hint").is_some(), "its shape is fixed: {value}");
        error.clone()
    }
}

/// A running program whose output is gathered; dropped before its end, it is killed.
pub struct Process {
    child: Child,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
}

impl Process {
    /// Starts a program.
    pub fn start(command: Command) -> Self {
        let mut process = Self::start_reading(command);
        process.stdout = process.child.stdout.take().map(gather);
        process
    }

    /// Starts a program whose standard output the test reads itself, from `stdout`.
    pub fn start_reading(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own can be asked to end without the others of the same console.
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, CREATE_NEW_PROCESS_GROUP);
        #[cfg_attr(unix, expect(unused_mut, reason = "only Windows starts it again"))]
        let mut started = command.spawn();
        // On a busy machine a process may end before it has begun, which is no word about the program.
        #[cfg(windows)]
        for _ in 1..3 {
            if started.as_ref().is_err_and(|error| error.raw_os_error() == Some(STILLBORN)) {
                started = command.spawn();
            }
        }
        let mut child = started.unwrap_or_else(|error| panic!("{command:?} starts: {error}"));
        #[cfg(windows)]
        super::traces::held(&command, &child);
        let stderr = child.stderr.take().map(gather::<ChildStderr>);
        Self { child, stdout: None, stderr }
    }

    /// The standard output of a process that was started with `start_reading`.
    pub fn take_stdout(&mut self) -> ChildStdout {
        self.child.stdout.take().expect("it is taken once")
    }

    /// Ends it at once and without warning, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
    }

    /// Asks it to end, as a session that closes would; false where nobody can be asked, for there is no console: then it
    /// is ended.
    pub fn ask_to_end(&mut self) -> bool {
        #[cfg(unix)]
        {
            let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
            let pid = pid.expect("a process id");
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it can be signalled");
            true
        }
        #[cfg(windows)]
        {
            let asked = self.press_break();
            if !asked {
                self.kill();
            }
            asked
        }
    }

    /// What a console does when its keys for "end" are pressed.
    #[cfg(windows)]
    #[expect(unsafe_code, reason = "Windows asks programs to end by its C interface alone")]
    fn press_break(&mut self) -> bool {
        // SAFETY: a plain call with numbers alone.
        unsafe { GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, self.child.id()) != 0 }
    }

    /// Waits for its end, and for that of all that hold its output.
    #[track_caller]
    pub fn output(mut self) -> Output {
        let (stdout, stderr) = (self.stdout.take(), self.stderr.take());
        let (tell, told) = mpsc::channel();
        let reading = std::thread::spawn(move || {
            let text = |thread: Option<JoinHandle<String>>| thread.map_or_else(String::new, joined);
            // The one who waits may have lost patience.
            drop(tell.send((text(stdout), text(stderr))));
        });
        let Ok((stdout, stderr)) = told.recv_timeout(PATIENCE) else {
            self.kill();
            panic!("a program did not end within {PATIENCE:?}");
        };
        joined(reading);
        let code = self.child.wait().expect("it is waited for").code();
        Output { code, stdout, stderr }
    }
}

impl Deref for Process {
    type Target = Child;
    fn deref(&self) -> &Child {
        &self.child
    }
}

impl DerefMut for Process {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has mostly ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn gather<R: Read + Send + 'static>(mut from: R) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("the output is read");
        String::from_utf8(bytes).expect("the output is UTF-8")
    })
}

fn joined<T>(thread: JoinHandle<T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
