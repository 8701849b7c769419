//! Processes on Windows: a Job Object holds a child and all that it starts, and ends them with Waybill.

#[path = "windows/machine.rs"]
mod machine;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::mem::{offset_of, size_of};
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;
use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::process::Command;
use windows_sys::Win32::Foundation::{ERROR_ALREADY_EXISTS, ERROR_INTERNAL_ERROR};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT, JOB_OBJECT_LIMIT_AFFINITY,
    JOB_OBJECT_LIMIT_JOB_MEMORY, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOB_OBJECT_LIMIT_PRIORITY_CLASS,
    JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK, JOBOBJECT_BASIC_PROCESS_ID_LIST,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectBasicProcessIdList, JobObjectExtendedLimitInformation,
    OpenJobObjectW, QueryInformationJobObject, SetInformationJobObject, TerminateJobObject,
};
use windows_sys::Win32::System::Threading::{
    BELOW_NORMAL_PRIORITY_CLASS, CREATE_NO_WINDOW, CREATE_SUSPENDED, GetCurrentProcess,
};

use super::{MARKER, Member};

/// The Job Object of one child. Closing its last handle, also by Waybill's death, ends every process in it.
#[derive(Debug)]
pub struct Guard {
    job: OwnedHandle,
    /// The processes that were made to stand still.
    held: Mutex<BTreeSet<u32>>,
}

/// The most processes of one job that are looked at.
const MOST: usize = 4096;

/// How many tasks of one sandbox have jobs with names at the same time: one is at work, and others may be just ending.
const NAMES: u32 = 8;

/// What a later Waybill may do with the job of an earlier one (`JOB_OBJECT_QUERY`, `JOB_OBJECT_TERMINATE`).
const ASK_AND_END: u32 = 0x4 | 0x8;

impl Guard {
    /// Makes the job before the child exists; that of a sandbox has a name, by which a later Waybill finds it.
    pub fn prepare(command: &mut Command) -> io::Result<Self> {
        command.creation_flags(CREATE_NO_WINDOW | CREATE_SUSPENDED);
        let marker = command.as_std().get_envs().find_map(|(key, value)| value.filter(|_| key == MARKER));
        let job = match marker {
            Some(sandbox) => create_for(sandbox)?,
            None => create(None)?.0,
        };
        let guard = Self { job, held: Mutex::default() };
        guard.limit(None)?;
        Ok(guard)
    }

    /// Takes the child in and lets it begin: it was made standing still, so that it has started no other yet.
    pub fn adopt(&self, child: &tokio::process::Child) -> io::Result<()> {
        let process = child.raw_handle().ok_or_else(|| io::Error::other("the process ended at once"))?;
        // SAFETY: both handles are open: the job is ours, and `child` outlives the call.
        #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
        let done = unsafe { AssignProcessToJobObject(self.job.as_raw_handle().cast(), process.cast()) };
        succeeded(done)?;
        let pid = child.id().ok_or_else(|| io::Error::other("the process ended before it began"))?;
        machine::release(&[pid])
    }

    /// The processes in the job that run now.
    pub fn tree(&self, _root: u32) -> Vec<Member> {
        let pids = self.pids();
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let names = machine::names(&pids);
        let member = |(pid, name)| Member { pid, name, stopped: held.contains(&pid) };
        names.into_iter().map(member).collect()
    }

    /// Makes these processes stand still; false when one of them cannot be held.
    pub fn hold(&self, pids: &[u32]) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh: Vec<u32> = pids.iter().copied().filter(|pid| !held.contains(pid)).collect();
        held.extend(&fresh);
        machine::hold(&fresh).is_ok()
    }

    /// Lets all processes go on that were held.
    pub fn release(&self) {
        let held = std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        let held: Vec<u32> = held.into_iter().collect();
        if let Err(error) = machine::release(&held) {
            tracing::warn!(%error, "processes that were held could not be let go on");
        }
    }

    fn pids(&self) -> Vec<u32> {
        // The structure ends with an array of one; what follows it are the further entries.
        const HEAD: usize = offset_of!(JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList) / size_of::<usize>();
        let mut words = vec![0_usize; HEAD + MOST];
        // SAFETY: the buffer is as long as told, aligned for its entries, and outlives the call.
        #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
        let done = unsafe {
            QueryInformationJobObject(
                self.job.as_raw_handle().cast(),
                JobObjectBasicProcessIdList,
                words.as_mut_ptr().cast(),
                u32::try_from(words.len() * size_of::<usize>()).unwrap_or(0),
                ptr::null_mut(),
            )
        };
        if done == 0 {
            return Vec::new();
        }
        // Two numbers of 32 bits stand before the list: how many there are, and how many of them it holds.
        let listed = (words[0] >> 32).min(MOST);
        words[HEAD..].iter().take(listed).filter_map(|pid| u32::try_from(*pid).ok()).collect()
    }

    /// Bounds what all processes in the job may use together: bytes of memory, and a set of processors.
    pub fn bound(&self, memory: usize, processors: usize) -> io::Result<()> {
        self.limit(Some((memory, processors)))
    }

    /// Whether the job has come to the edge of its memory.
    pub fn struck(&self, memory: usize) -> bool {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        // SAFETY: the structure has the class and size that are named, and outlives the call.
        #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
        let done = unsafe {
            QueryInformationJobObject(
                self.job.as_raw_handle().cast(),
                JobObjectExtendedLimitInformation,
                ptr::from_mut(&mut limits).cast(),
                information_size(),
                ptr::null_mut(),
            )
        };
        // A refused allocation is not counted: the peak stays a little below the limit.
        done != 0 && limits.PeakJobMemoryUsed >= memory - memory / 32
    }

    /// Ends every process in the job.
    pub fn kill(&self, _pid: u32) {
        // SAFETY: the job is open. A job with no process in it is ended as well.
        #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
        let _ = unsafe { TerminateJobObject(self.job.as_raw_handle().cast(), 1) };
    }

    fn limit(&self, bounds: Option<(usize, usize)>) -> io::Result<()> {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        let basic = &mut limits.BasicLimitInformation;
        basic.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        if let Some((memory, processors)) = bounds {
            basic.LimitFlags |= JOB_OBJECT_LIMIT_JOB_MEMORY | JOB_OBJECT_LIMIT_PRIORITY_CLASS;
            basic.PriorityClass = BELOW_NORMAL_PRIORITY_CLASS;
            if processors != 0 {
                basic.LimitFlags |= JOB_OBJECT_LIMIT_AFFINITY;
                basic.Affinity = processors;
            }
            limits.JobMemoryLimit = memory;
        }
        set_limits(&self.job, &limits)
    }
}

/// How often a program is started whose process ended before it had begun (`ERROR_INTERNAL_ERROR`): on a busy machine that
/// is no word about the program.
const ATTEMPTS: u32 = 3;

/// Starts a child that ends with this process, however this one ends: also while it stands still and its own job does
/// not hold it yet. What is started at other times is none of the engine's, and stays: a browser, an editor.
pub fn start(command: &mut Command) -> io::Result<tokio::process::Child> {
    let stillborn = |started: &io::Result<_>| {
        let error = started.as_ref().err().and_then(io::Error::raw_os_error);
        error == Some(ERROR_INTERNAL_ERROR.cast_signed())
    };
    with_this_process(|| {
        let mut started = command.spawn();
        for _ in 1..ATTEMPTS {
            if stillborn(&started) {
                started = command.spawn();
            }
        }
        started
    })
}

/// Does something during which new processes belong to a job that ends with this process.
fn with_this_process<T>(start: impl FnOnce() -> T) -> T {
    static OWN: OnceLock<Option<OwnedHandle>> = OnceLock::new();
    let own = OWN.get_or_init(|| {
        let job = own_job();
        job.inspect_err(|error| tracing::warn!(%error, "if this process is killed, git may stay behind")).ok()
    });
    let children = |come: JOB_OBJECT_LIMIT| {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | come;
        if let Some(job) = own
            && let Err(error) = set_limits(job, &limits)
        {
            tracing::warn!(%error, "this process's own job does not take another limit");
        }
    };
    children(0);
    let started = start();
    children(JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK);
    started
}

/// A job that holds this process; the system closes it when this process has ended.
fn own_job() -> io::Result<OwnedHandle> {
    let (job, _) = create(None)?;
    // SAFETY: the job is ours, and the handle of the current process is always good.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    succeeded(unsafe { AssignProcessToJobObject(job.as_raw_handle().cast(), GetCurrentProcess()) })?;
    Ok(job)
}

/// A job with a name of this sandbox's that is free.
fn create_for(sandbox: &OsStr) -> io::Result<OwnedHandle> {
    for number in 0..NAMES {
        let (job, fresh) = create(Some(&name(sandbox, number)))?;
        if fresh {
            return Ok(job);
        }
    }
    Ok(create(None)?.0)
}

/// The name of a sandbox's job, as Windows reads it.
fn name(sandbox: &OsStr, number: u32) -> Vec<u16> {
    let prefix = "Local\\waybill-".encode_utf16();
    prefix.chain(sandbox.encode_wide()).chain(format!("-{number}\0").encode_utf16()).collect()
}

/// A job, and whether there was none of that name.
fn create(name: Option<&[u16]>) -> io::Result<(OwnedHandle, bool)> {
    let name = name.map_or(ptr::null(), <[u16]>::as_ptr);
    // SAFETY: no attributes; the name, if any, ends with a zero; the handle that comes back is ours alone.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    let job = unsafe {
        let job = CreateJobObjectW(ptr::null(), name);
        (!job.is_null()).then(|| OwnedHandle::from_raw_handle(job.cast()))
    };
    let said = io::Error::last_os_error();
    let fresh = said.raw_os_error() != Some(ERROR_ALREADY_EXISTS.cast_signed());
    Ok((job.ok_or(said)?, fresh))
}

/// The job of that name, when some process is in it or holds it.
fn open(name: &[u16]) -> Option<OwnedHandle> {
    // SAFETY: the name ends with a zero; the handle that comes back, if any, is ours alone.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    unsafe {
        let job = OpenJobObjectW(ASK_AND_END, 0, name.as_ptr());
        (!job.is_null()).then(|| OwnedHandle::from_raw_handle(job.cast()))
    }
}

fn set_limits(job: &OwnedHandle, limits: &JOBOBJECT_EXTENDED_LIMIT_INFORMATION) -> io::Result<()> {
    // SAFETY: the structure has the class and size that are named, and outlives the call.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    let done = unsafe {
        SetInformationJobObject(
            job.as_raw_handle().cast(),
            JobObjectExtendedLimitInformation,
            ptr::from_ref(limits).cast(),
            information_size(),
        )
    };
    succeeded(done)
}

fn information_size() -> u32 {
    u32::try_from(size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>()).unwrap_or(0)
}

fn succeeded(done: i32) -> io::Result<()> {
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The processes that descend from `root`, itself first, as far as their parents still live.
pub fn descendants(root: u32) -> Vec<Member> {
    let member = |(pid, name)| Member { pid, name, stopped: false };
    machine::descendants(root).into_iter().map(member).collect()
}

/// Nothing: what is left of a sandbox is found by its job's name.
pub fn marked(_sandbox_id: &str) -> Vec<Member> {
    Vec::new()
}

/// Zero: the job itself bounds the memory.
pub fn resident_bytes(_pids: &[u32], _enough: u64) -> u64 {
    0
}

/// Unknown: nothing has to be found again by it.
pub fn started_at(_pid: u32) -> Option<u64> {
    None
}

/// A hold on processes that tells their end: a job that is ended takes a moment until the last of them is gone.
#[derive(Debug)]
pub struct Held(Vec<OwnedHandle>);

impl Held {
    /// Takes hold of these processes.
    pub fn of(members: &[Member]) -> Self {
        Self(members.iter().filter_map(|member| machine::open(member.pid)).collect())
    }

    /// Waits until all have ended, or long enough that a killed process could have.
    pub async fn ended(self) {
        // A thread that may block waits for them; the runtime's own go on. It can only fail when the runtime ends.
        let _ = tokio::task::spawn_blocking(move || machine::wait_for(&self.0)).await;
    }
}

/// See [`super::reap_leftovers`]: the system closes the jobs of a Waybill that died, and thereby ends all, but takes its
/// time: until they are gone their files and folders can be neither replaced nor removed.
pub async fn reap(sandbox_id: &str) -> Vec<String> {
    let sandbox = sandbox_id.to_owned();
    let ended = tokio::task::spawn_blocking(move || {
        let jobs = (0..NAMES).filter_map(|number| open(&name(OsStr::new(&sandbox), number)));
        jobs.flat_map(end).collect()
    });
    // It can only fail when the runtime ends.
    ended.await.unwrap_or_default()
}

/// Ends the processes of a job, waits until they are gone, and gives their names.
fn end(job: OwnedHandle) -> Vec<String> {
    let guard = Guard { job, held: Mutex::default() };
    let members = guard.tree(0);
    let held = Held::of(&members);
    guard.kill(0);
    machine::wait_for(&held.0);
    members.into_iter().map(|member| member.name).collect()
}

#[cfg(test)]
mod tests {
    use crate::process::{Launch, descendants, spawn};

    #[test]
    fn this_process_is_found_among_its_own() {
        let own = std::process::id();
        let name = std::env::current_exe().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let found = descendants(own).into_iter().find(|member| member.pid == own);
        let same = found.as_ref().is_some_and(|member| member.name.eq_ignore_ascii_case(&name));
        assert!(same, "what was left could not be named: {found:?}");
    }

    #[tokio::test]
    async fn a_job_ends_with_everything_in_it_and_bounds_it() {
        let mut launch = Launch::new("cmd.exe");
        launch.args = ["/c", "cmd.exe /c pause"].map(Into::into).to_vec();
        launch.input = crate::process::Input::Bytes(Vec::new());
        let keep = |(key, _): &(std::ffi::OsString, std::ffi::OsString)| {
            ["SystemRoot", "PATH", "ComSpec"].iter().any(|name| key.eq_ignore_ascii_case(name))
        };
        launch.env = std::env::vars_os().filter(keep).collect();
        let mut child = spawn(launch).await.unwrap();
        child.guard().bound(256 << 20, 1).expect("a task's memory can be bounded");
        assert!(!child.guard().struck(256 << 20), "a task that waits takes little memory");
        child.kill_group();
        let status = child.wait().await.unwrap();
        assert!(!status.success(), "a killed task did not succeed");
    }
}
