//! Whether a process of a home is left: one with its `WAYBILL_HOME`, or in a sandbox over its folders.

#[cfg(target_os = "linux")]
pub use linux::{end, processes, sandboxed};
#[cfg(windows)]
pub use windows::{end, held, processes, tree};

#[cfg(target_os = "macos")]
pub fn processes(_: &std::path::Path) -> Vec<String> {
    Vec::new()
}

#[cfg(target_os = "macos")]
pub fn end(_: &std::path::Path) {}

#[cfg(windows)]
mod windows {
    use std::collections::BTreeMap;
    use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command};
    use std::sync::{Mutex, PoisonError};
    use std::time::{Duration, Instant};
    use windows_sys::Win32::System::Diagnostics::ToolHelp::{
        CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
    };
    use windows_sys::Win32::System::JobObjects::{
        AssignProcessToJobObject, CreateJobObjectW, JobObjectBasicProcessIdList, QueryInformationJobObject,
        TerminateJobObject,
    };

    /// How long a killed process may take to be gone.
    const GRACE: Duration = Duration::from_secs(5);

    /// A job for each home's data directory: whatever its programs start is in it as well.
    static JOBS: Mutex<BTreeMap<PathBuf, OwnedHandle>> = Mutex::new(BTreeMap::new());

    /// Takes a program that was started into its home's job.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    pub fn held(command: &Command, child: &Child) {
        let Some(data) = command.get_envs().find_map(|(key, value)| value.filter(|_| key == "WAYBILL_HOME"))
        else {
            return;
        };
        let mut jobs = JOBS.lock().unwrap_or_else(PoisonError::into_inner);
        let job = jobs.entry(data.into()).or_insert_with(|| {
            // SAFETY: no attributes and no name; the handle that comes back is ours alone.
            unsafe {
                OwnedHandle::from_raw_handle(CreateJobObjectW(std::ptr::null(), std::ptr::null()).cast())
            }
        });
        // SAFETY: both handles are open. A program that has ended already cannot be taken in, and needs not be.
        let _ = unsafe { AssignProcessToJobObject(job.as_raw_handle().cast(), child.as_raw_handle().cast()) };
    }

    /// The processes of a home that do not end; each as its id and name.
    pub fn processes(root: &Path) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let left = there(root);
            if left.is_empty() || begun.elapsed() > GRACE {
                return left;
            }
            std::thread::yield_now();
        }
    }

    /// Kills what a failed test left.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    pub fn end(root: &Path) {
        for (_, job) in JOBS.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(of(root)) {
            // SAFETY: the job is open.
            unsafe { TerminateJobObject(job.as_raw_handle().cast(), 1) };
        }
    }

    fn of(root: &Path) -> impl Fn(&(&PathBuf, &OwnedHandle)) -> bool {
        move |(data, _)| data.starts_with(root)
    }

    fn there(root: &Path) -> Vec<String> {
        let jobs = JOBS.lock().unwrap_or_else(PoisonError::into_inner);
        let pids: Vec<u32> = jobs.iter().filter(of(root)).flat_map(|(_, job)| inside(job)).collect();
        let all = all().into_iter().filter(|(pid, ..)| pids.contains(pid));
        // The console's own program is the system's, which ends it when it likes.
        let ours = all.filter(|(.., name)| name != "conhost.exe");
        ours.map(|(pid, _, name)| format!("{pid} {name}")).collect()
    }

    /// The processes in a job.
    #[expect(unsafe_code, reason = "Windows offers Job Objects by its C interface alone")]
    fn inside(job: &OwnedHandle) -> Vec<u32> {
        // Two numbers of 32 bits stand before the list: how many there are, and how many of them it holds.
        let mut words = [0_usize; 1024];
        // SAFETY: the buffer is as long as told, aligned for its entries, and outlives the call.
        let done = unsafe {
            QueryInformationJobObject(
                job.as_raw_handle().cast(),
                JobObjectBasicProcessIdList,
                words.as_mut_ptr().cast(),
                u32::try_from(size_of_val(&words)).expect("a small buffer"),
                std::ptr::null_mut(),
            )
        };
        assert_ne!(done, 0, "a job can be asked: {}", std::io::Error::last_os_error());
        words[1..].iter().take(words[0] >> 32).filter_map(|pid| u32::try_from(*pid).ok()).collect()
    }

    /// A process and those that descend from it, as far as their parents live; none when it has ended.
    pub fn tree(root: u32) -> Vec<(u32, String)> {
        let all = all();
        let mut found: Vec<_> = all.iter().filter(|(pid, ..)| *pid == root).collect();
        let mut looked = 0;
        while let Some((parent, ..)) = found.get(looked).copied() {
            looked += 1;
            let children: Vec<_> = all
                .iter()
                .filter(|(pid, of, _)| of == parent && !found.iter().any(|(known, ..)| known == pid))
                .collect();
            found.extend(children);
        }
        found.into_iter().map(|(pid, _, name)| (*pid, name.clone())).collect()
    }

    /// Every process: its id, its parent's, its name.
    #[expect(unsafe_code, reason = "Windows lists processes by its C interface alone")]
    fn all() -> Vec<(u32, u32, String)> {
        let size = u32::try_from(size_of::<PROCESSENTRY32W>()).expect("a small structure");
        let mut entry = PROCESSENTRY32W { dwSize: size, ..Default::default() };
        let mut found = Vec::new();
        // SAFETY: the handle that comes back is ours alone.
        let snapshot =
            unsafe { OwnedHandle::from_raw_handle(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0).cast()) };
        let handle = snapshot.as_raw_handle().cast();
        // SAFETY: the snapshot is open, and the structure says its size.
        let mut there = unsafe { Process32FirstW(handle, &raw mut entry) } != 0;
        while there {
            let end = entry.szExeFile.iter().position(|unit| *unit == 0).unwrap_or_default();
            let name = String::from_utf16_lossy(&entry.szExeFile[..end]).to_lowercase();
            found.push((entry.th32ProcessID, entry.th32ParentProcessID, name));
            // SAFETY: as above.
            there = unsafe { Process32NextW(handle, &raw mut entry) } != 0;
        }
        found
    }

    #[test]
    fn a_process_that_was_left_is_seen() {
        let home = crate::support::Home::new();
        let mut command = Command::new("ping");
        home.environment(&mut command);
        command.args(["-n", "500", "127.0.0.1"]);
        let mut process = crate::support::Process::start(command);
        assert_eq!(
            there(home.root()).len(),
            1,
            "without this the tests would prove nothing about what is left"
        );
        process.kill();
        process.output();
        assert_eq!(processes(home.root()), Vec::<String>::new(), "what has ended is not left");
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
    use std::path::Path;

    /// How long a killed process may take to be gone, in seconds.
    const GRACE: i64 = 5;

    struct Found {
        pid: Pid,
        command: String,
        sandboxed: bool,
    }

    /// The processes of a home that do not end; each as its id and command line.
    pub fn processes(root: &Path) -> Vec<String> {
        told(found(root).into_iter().filter(|process| !ends(process.pid)))
    }

    /// The processes in sandboxes of a home, each as its id and command line.
    pub fn sandboxed(root: &Path) -> Vec<String> {
        told(found(root).into_iter().filter(|process| process.sandboxed))
    }

    /// Kills what a failed test left.
    pub fn end(root: &Path) {
        for process in found(root) {
            // It may have ended by itself.
            let _ = kill_process(process.pid, Signal::KILL);
        }
    }

    fn told(processes: impl Iterator<Item = Found>) -> Vec<String> {
        processes.map(|process| format!("{} {}", process.pid.as_raw_nonzero(), process.command)).collect()
    }

    fn found(root: &Path) -> Vec<Found> {
        let name = root.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        let numbers = Path::new("/proc").read_dir().expect("/proc is there").filter_map(|entry| {
            entry.ok()?.file_name().to_str()?.parse::<i32>().ok().filter(|pid| *pid != own_id())
        });
        let all = numbers.filter_map(|number| {
            let file = |name: &str| std::fs::read(format!("/proc/{number}/{name}")).unwrap_or_default();
            let (environment, command) = (text(&file("environ")), text(&file("cmdline")));
            let has = |key: &str| environment.split(' ').any(|pair| pair.starts_with(key));
            // A sandbox's own view is built from folders of the home, whatever its processes call themselves.
            let sandboxed = has("WAYBILL_SANDBOX=") && text(&file("mountinfo")).contains(&name);
            let ours =
                sandboxed || command.contains(&name) || (has("WAYBILL_HOME=") && environment.contains(&name));
            Pid::from_raw(number).filter(|_| ours).map(|pid| Found { pid, command, sandboxed })
        });
        all.collect()
    }

    fn own_id() -> i32 {
        i32::try_from(std::process::id()).expect("a process id")
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).replace('\0', " ")
    }

    /// Waits for a process to end, for as long as a killed one may take.
    fn ends(pid: Pid) -> bool {
        let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { return true };
        let wait = Timespec { tv_sec: GRACE, tv_nsec: 0 };
        let ended = poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&wait));
        ended.is_ok_and(|count| count > 0)
    }

    #[test]
    fn a_process_that_was_left_is_seen() {
        let home = crate::support::Home::new();
        let mut command = std::process::Command::new("sleep");
        home.environment(&mut command);
        command.arg("500");
        let mut process = crate::support::Process::start(command);
        let seen = found(home.root());
        assert_eq!(seen.len(), 1, "without this the tests would prove nothing about what is left");
        process.kill();
        process.output();
        assert!(found(home.root()).is_empty(), "what has ended is not left");
    }
}
