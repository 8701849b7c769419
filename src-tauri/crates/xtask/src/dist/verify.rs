//! Owns the proof that the .deb is whole: in a fresh Debian root with nothing but what it declares, it installs, its
//! window opens on a screen that nobody sees, its command line does the main job, and it leaves nothing when removed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::Context;

use crate::machine::Machine;
use crate::process;

/// What the application writes when its page has been shown and its commands answer.
const SHOWN: &str = "waybill-start ready";

/// How long that may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);

/// Where the package lies inside the root while it is installed.
const PACKAGE: &str = "/waybill.deb";

/// Installs, starts and removes the package; the answer says what was seen, or why this machine cannot see it.
pub fn verify(package: &Path, machine: &Machine) -> anyhow::Result<Result<String, String>> {
    if !cfg!(target_os = "linux") || machine.find(&["apt-get"]).is_none() {
        return Ok(Err("a fresh Debian root is made on Debian alone".to_owned()));
    }
    if process::read(Command::new("id").arg("-u"))?.trim() != "0" {
        return Ok(Err("a fresh Debian root is made by root alone".to_owned()));
    }
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "install", "-y", "--no-install-recommends"]);
    process::run(install.args(["mmdebstrap", "xvfb", "xauth"]))?;
    let root = Root::make(&machine.temporary.join(format!("waybill-root-{}", std::process::id())))?;
    fs::copy(package, root.at(PACKAGE))?;
    process::run(&mut root.run(&["apt-get", "-q", "update"]))?;
    let before = root.files()?;

    process::run(&mut root.run(&["apt-get", "-q", "install", "-y", "--no-install-recommends", PACKAGE]))?;
    let listed = process::read(&mut root.run(&["dpkg", "-L", "waybill"]))?;
    let owned: Vec<&str> = listed.lines().filter(|path| root.at(path).is_file()).collect();
    anyhow::ensure!(owned.contains(&"/usr/bin/waybill-desktop"), "it brings no desktop: {owned:?}");
    let took = started(&root)?;
    let version = process::read(&mut root.run(&["waybill", "--version"]))?;
    process::read(&mut root.run(&["env", "WAYBILL_HOME=/tmp/waybill", "waybill", "doctor"]))?;

    process::run(&mut root.run(&["apt-get", "-q", "purge", "-y", "waybill"]))?;
    let left: Vec<&&str> = owned.iter().filter(|path| root.at(path).exists()).collect();
    anyhow::ensure!(left.is_empty(), "removed, it leaves {left:?}");
    let after = root.files()?;
    let made = after.iter().filter(|path| path.to_lowercase().contains("waybill") && !before.contains(path));
    let made: Vec<&String> = made.collect();
    anyhow::ensure!(made.is_empty(), "removed, it leaves {made:?}");
    Ok(Ok(format!("{} installed, shown after {took:.1?}, removed without a trace", version.trim())))
}

/// Starts the desktop in the root, on a screen of this machine, until its page is shown.
fn started(root: &Root) -> anyhow::Result<Duration> {
    let start = std::time::Instant::now();
    // The screen's maker names it and its key only outside.
    let tmp = root.at("/tmp");
    let open =
        format!("cp \"$XAUTHORITY\" {0}/key && echo $DISPLAY > {0}/display && exec \"$@\"", tmp.display());
    let inside = "DISPLAY=$(cat /tmp/display) exec /usr/bin/waybill-desktop";
    let mut session = crate::machine::unseen_screen();
    session.args(["sh", "-c", &open, "sh", "chroot"]).arg(&root.folder);
    session.args(["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "HOME=/root", "WAYBILL_HOME=/tmp/waybill"]);
    session.args([
        "XAUTHORITY=/tmp/key",
        "WAYBILL_KEYCHAIN=off",
        "WAYBILL_TRACE_START=1",
        "GDK_BACKEND=x11",
        "/bin/sh",
        "-c",
        inside,
    ]);
    println!("$ {}", process::shown(&session));
    let mut child =
        session.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("no screen can be made")?;
    let lines = BufReader::new(child.stderr.take().context("its errors are read")?).lines();
    let (tell, told) = mpsc::channel();
    let reading = std::thread::spawn(move || {
        let mut said = Vec::new();
        for line in lines.map_while(Result::ok) {
            let shown = line == SHOWN;
            said.push(line);
            // The one who waits may have lost patience.
            if shown && tell.send(()).is_err() {
                break;
            }
        }
        said
    });
    let shown = told.recv_timeout(PATIENCE);
    let took = start.elapsed();
    root.end()?;
    child.wait()?;
    let said = reading.join().map_err(|_| anyhow::anyhow!("its errors could not be read"))?;
    shown.map_err(|_| anyhow::anyhow!("the window did not show: {}", said.join("\n")))?;
    Ok(took)
}

/// A fresh Debian in a folder; it is unmounted and removed with this value.
struct Root {
    folder: PathBuf,
}

/// What a program finds mounted on any system, and the socket of the screen.
const MOUNTED: &[&str] = &["/proc", "/dev", "/tmp/.X11-unix"];

impl Root {
    fn make(folder: &Path) -> anyhow::Result<Self> {
        let release = fs::read_to_string("/etc/os-release")?;
        let name = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
        let name = name.context("this Debian does not tell its name")?;
        let mut make = Command::new("mmdebstrap");
        process::run(make.args(["--quiet", "--variant=minbase", name]).arg(folder))?;
        let root = Self { folder: folder.to_owned() };
        fs::create_dir_all("/tmp/.X11-unix")?;
        for place in MOUNTED {
            fs::create_dir_all(root.at(place))?;
            process::run(Command::new("mount").args(["--rbind", place]).arg(root.at(place)))?;
            process::run(Command::new("mount").arg("--make-rslave").arg(root.at(place)))?;
        }
        Ok(root)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.join(path.trim_start_matches('/'))
    }

    fn run(&self, words: &[&str]) -> Command {
        let mut command = Command::new("chroot");
        command.arg(&self.folder).args(words).env("DEBIAN_FRONTEND", "noninteractive");
        command
    }

    /// The files of the root itself, as seen inside, without what is mounted in it and what is there for a while.
    fn files(&self) -> anyhow::Result<Vec<String>> {
        let text =
            process::read(Command::new("find").arg(&self.folder).args(["-xdev", "-not", "-type", "d"]))?;
        let inside = text.lines().filter_map(|line| line.strip_prefix(&*self.folder.to_string_lossy()));
        Ok(inside.filter(|path| !path.starts_with("/tmp/")).map(str::to_owned).collect())
    }

    /// Ends the processes whose root this is.
    fn end(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir("/proc")?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let inside = fs::read_link(entry.path().join("root")).is_ok_and(|root| root == self.folder);
            if inside && name.bytes().all(|byte| byte.is_ascii_digit()) {
                // It may have ended by itself.
                let _ended = Command::new("kill").args(["-KILL", &name]).stderr(Stdio::null()).status();
            }
        }
        Ok(())
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ended = self.end();
        let unmounted = MOUNTED.iter().rev().all(|place| {
            Command::new("umount")
                .args(["--recursive", "--lazy"])
                .arg(self.at(place))
                .status()
                .is_ok_and(|status| status.success())
        });
        // What is mounted is the machine's own: it is removed only when nothing is.
        if unmounted
            && !fs::read_to_string("/proc/mounts")
                .is_ok_and(|text| text.contains(&*self.folder.to_string_lossy()))
        {
            let _gone = fs::remove_dir_all(&self.folder);
        } else {
            println!("{} is still mounted and was left", self.folder.display());
        }
    }
}
