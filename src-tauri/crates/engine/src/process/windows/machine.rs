//! The processes and threads of this machine, from a snapshot that Windows takes of them.

use std::io;
use std::mem::size_of;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CREATE_TOOLHELP_SNAPSHOT_FLAGS, CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW,
    Process32NextW, TH32CS_SNAPPROCESS, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::Threading::{
    OpenProcess, OpenThread, PROCESS_SYNCHRONIZE, ResumeThread, SuspendThread, THREAD_SUSPEND_RESUME,
    WaitForSingleObject,
};

/// How long a killed process may take to be gone, in milliseconds.
const GRACE_MS: u32 = 5_000;

/// A process as the snapshot has it.
struct Entry {
    pid: u32,
    parent: u32,
    name: String,
}

/// The names of those of these processes that run, without their folder.
pub fn names(pids: &[u32]) -> Vec<(u32, String)> {
    let entries = processes().into_iter().filter(|entry| pids.contains(&entry.pid));
    entries.map(|entry| (entry.pid, entry.name)).collect()
}

/// The processes that descend from `root`, itself first.
pub fn descendants(root: u32) -> Vec<(u32, String)> {
    let all = processes();
    let mut found: Vec<&Entry> = all.iter().filter(|entry| entry.pid == root).collect();
    let mut looked = 0;
    while let Some(parent) = found.get(looked).map(|entry| entry.pid) {
        looked += 1;
        // A number that was given anew could make a circle.
        let fresh =
            |entry: &&Entry| entry.parent == parent && !found.iter().any(|known| known.pid == entry.pid);
        let children: Vec<&Entry> = all.iter().filter(fresh).collect();
        found.extend(children);
    }
    found.into_iter().map(|entry| (entry.pid, entry.name.clone())).collect()
}

/// A handle that tells a process's end; None when it has ended.
pub fn open(pid: u32) -> Option<OwnedHandle> {
    // SAFETY: the handle that comes back, if any, is ours alone.
    #[expect(unsafe_code, reason = "Windows opens processes by its C interface alone")]
    unsafe {
        let process = OpenProcess(PROCESS_SYNCHRONIZE, 0, pid);
        (!process.is_null()).then(|| OwnedHandle::from_raw_handle(process.cast()))
    }
}

/// Waits until each of these processes has ended, or for as long as a killed one may take.
pub fn wait_for(processes: &[OwnedHandle]) {
    for process in processes {
        // SAFETY: the handle is open.
        #[expect(unsafe_code, reason = "Windows waits for processes by its C interface alone")]
        let _ = unsafe { WaitForSingleObject(process.as_raw_handle().cast(), GRACE_MS) };
    }
}

/// Makes every thread of these processes stand still, once more than before.
pub fn hold(pids: &[u32]) -> io::Result<()> {
    // SAFETY: the handle is of an open thread.
    #[expect(unsafe_code, reason = "Windows stops threads by its C interface alone")]
    each_thread(pids, |thread| unsafe { SuspendThread(thread) })
}

/// Undoes one [`hold`], or the state in which a process was made.
pub fn release(pids: &[u32]) -> io::Result<()> {
    // SAFETY: the handle is of an open thread.
    #[expect(unsafe_code, reason = "Windows resumes threads by its C interface alone")]
    each_thread(pids, |thread| unsafe { ResumeThread(thread) })
}

/// Does something to each thread of these processes; a thread that has ended meanwhile is passed over.
fn each_thread(pids: &[u32], act: impl Fn(HANDLE) -> u32) -> io::Result<()> {
    for id in threads(pids) {
        // SAFETY: the handle that comes back, if any, is ours alone.
        #[expect(unsafe_code, reason = "Windows opens threads by its C interface alone")]
        let thread = unsafe {
            let thread = OpenThread(THREAD_SUSPEND_RESUME, 0, id);
            (!thread.is_null()).then(|| OwnedHandle::from_raw_handle(thread.cast()))
        };
        let Some(thread) = thread else { continue };
        if act(thread.as_raw_handle().cast()) == u32::MAX {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

fn processes() -> Vec<Entry> {
    let Some(snapshot) = snapshot(TH32CS_SNAPPROCESS) else { return Vec::new() };
    let mut entry = PROCESSENTRY32W { dwSize: size(size_of::<PROCESSENTRY32W>()), ..Default::default() };
    let handle = snapshot.as_raw_handle().cast();
    // SAFETY: the snapshot is open, and the structure says its size.
    #[expect(unsafe_code, reason = "Windows lists processes by its C interface alone")]
    let mut there = unsafe { Process32FirstW(handle, &raw mut entry) } != 0;
    let mut found = Vec::new();
    while there {
        let end = entry.szExeFile.iter().position(|unit| *unit == 0).unwrap_or(entry.szExeFile.len());
        let name = String::from_utf16_lossy(&entry.szExeFile[..end]);
        found.push(Entry { pid: entry.th32ProcessID, parent: entry.th32ParentProcessID, name });
        // SAFETY: as above.
        #[expect(unsafe_code, reason = "Windows lists processes by its C interface alone")]
        let next = unsafe { Process32NextW(handle, &raw mut entry) };
        there = next != 0;
    }
    found
}

fn threads(pids: &[u32]) -> Vec<u32> {
    let Some(snapshot) = snapshot(TH32CS_SNAPTHREAD) else { return Vec::new() };
    let mut entry = THREADENTRY32 { dwSize: size(size_of::<THREADENTRY32>()), ..Default::default() };
    let handle = snapshot.as_raw_handle().cast();
    // SAFETY: the snapshot is open, and the structure says its size.
    #[expect(unsafe_code, reason = "Windows lists threads by its C interface alone")]
    let mut there = unsafe { Thread32First(handle, &raw mut entry) } != 0;
    let mut found = Vec::new();
    while there {
        if pids.contains(&entry.th32OwnerProcessID) {
            found.push(entry.th32ThreadID);
        }
        // SAFETY: as above.
        #[expect(unsafe_code, reason = "Windows lists threads by its C interface alone")]
        let next = unsafe { Thread32Next(handle, &raw mut entry) };
        there = next != 0;
    }
    found
}

fn snapshot(what: CREATE_TOOLHELP_SNAPSHOT_FLAGS) -> Option<OwnedHandle> {
    // SAFETY: the handle that comes back, if any, is ours alone.
    #[expect(unsafe_code, reason = "Windows takes snapshots by its C interface alone")]
    unsafe {
        let snapshot = CreateToolhelp32Snapshot(what, 0);
        (snapshot != INVALID_HANDLE_VALUE).then(|| OwnedHandle::from_raw_handle(snapshot.cast()))
    }
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(0)
}
