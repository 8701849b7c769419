//! Processes on Windows: a Job Object holds a child and all that it starts, and ends them with Waybill.

#[path = "windows/machine.rs"]
mod machine;

use std::collections::BTreeSet;
use std::io;
use std::mem::{offset_of, size_of};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;
use std::sync::{Mutex, PoisonError};

use tokio::process::Command;
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_AFFINITY, JOB_OBJECT_LIMIT_JOB_MEMORY,
    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOB_OBJECT_LIMIT_PRIORITY_CLASS, JOBOBJECT_BASIC_PROCESS_ID_LIST,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectBasicProcessIdList, JobObjectExtendedLimitInformation,
    QueryInformationJobObject, SetInformationJobObject, TerminateJobObject,
};
use windows_sys::Win32::System::Threading::{
    BELOW_NORMAL_PRIORITY_CLASS, CREATE_NO_WINDOW, CREATE_SUSPENDED, GetCurrentProcess,
};

use super::Member;

/// The Job Object of one child. Closing its last handle, also by Waybill's death, ends every process in it.
#[derive(Debug)]
pub struct Guard {
    job: OwnedHandle,
    /// The processes that were made to stand still.
    held: Mutex<BTreeSet<u32>>,
}

/// The most processes of one job that are looked at.
const MOST: usize = 4096;

impl Guard {
    /// Makes the job before the child exists.
    pub fn prepare(command: &mut Command) -> io::Result<Self> {
        command.creation_flags(CREATE_NO_WINDOW | CREATE_SUSPENDED);
        let guard = Self { job: create()?, held: Mutex::default() };
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
        // SAFETY: the structure has the class and size that are named, and outlives the call.
        #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
        let done = unsafe {
            SetInformationJobObject(
                self.job.as_raw_handle().cast(),
                JobObjectExtendedLimitInformation,
                ptr::from_ref(&limits).cast(),
                information_size(),
            )
        };
        succeeded(done)
    }
}

/// Lets whatever this process starts from now on end with it, however it ends: also a child that was made standing
/// still, and whose job is not there yet when this process is killed.
///
/// For programs that open nothing for the user to keep.
pub fn end_children_with_this_process() -> io::Result<()> {
    let guard = Guard { job: create()?, held: Mutex::default() };
    guard.limit(None)?;
    // SAFETY: the job is ours, and the handle of the current process is always good.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    succeeded(unsafe { AssignProcessToJobObject(guard.job.as_raw_handle().cast(), GetCurrentProcess()) })?;
    // The system closes it when this process has ended.
    std::mem::forget(guard);
    Ok(())
}

fn create() -> io::Result<OwnedHandle> {
    // SAFETY: no attributes and no name; the handle that comes back is ours alone.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    let job = unsafe {
        let job = CreateJobObjectW(ptr::null(), ptr::null());
        (!job.is_null()).then(|| OwnedHandle::from_raw_handle(job.cast()))
    };
    job.ok_or_else(io::Error::last_os_error)
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

/// Nothing: a job leaves no process behind that would have to be found.
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

/// See [`super::reap_leftovers`]: the system closed the jobs of a Waybill that died, and thereby ended all.
pub async fn reap(_sandbox_id: &str) -> Vec<String> {
    std::future::ready(Vec::new()).await
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
