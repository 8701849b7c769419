//! The sandbox on Linux: a new root in which only what is listed exists, made by bubblewrap.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::view::View;
use super::{Layout, Network, SandboxError, SandboxSpec, home, resolver, toolchains};

/// The system's directories that are shown read-only. Of `/var` only what package tools and fonts need.
const SYSTEM: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc",
    "/opt",
    "/nix",
    "/gnu",
    "/snap",
    "/sys",
    "/home/linuxbrew/.linuxbrew",
    "/var/lib/dpkg",
    "/var/lib/rpm",
    "/var/lib/pacman",
    "/var/lib/flatpak",
    "/var/lib/snapd/snap",
    "/var/lib/ca-certificates",
    "/var/lib/alternatives",
    "/var/cache/fontconfig",
];

/// Keys of the machine below `/etc` that an ordinary user cannot read, but that root, or a lax machine, would show.
const MACHINE_KEYS: &[&str] = &[
    "/etc/shadow",
    "/etc/shadow-",
    "/etc/gshadow",
    "/etc/gshadow-",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/krb5.keytab",
    "/etc/ssl/private",
    "/etc/pki/tls/private",
    "/etc/NetworkManager/system-connections",
    "/etc/wireguard",
    "/etc/openvpn",
    "/etc/ipsec.secrets",
    "/etc/ipsec.d",
    "/etc/ppp",
    "/etc/letsencrypt",
    "/etc/docker",
    "/etc/rancher",
    "/etc/kubernetes",
    "/etc/apt/auth.conf",
    "/etc/apt/auth.conf.d",
    "/etc/cups/subscriptions.conf",
    "/etc/samba",
    "/etc/mysql/debian.cnf",
    "/etc/wpa_supplicant",
    "/etc/security/opasswd",
    "/etc/cryptsetup-keys.d",
    "/etc/credstore",
    "/etc/credstore.encrypted",
    "/etc/environment",
];

/// Where things are inside.
pub fn layout(spec: &SandboxSpec) -> Layout {
    Layout {
        workspace: Path::new("/workspace").join(&spec.project_slug),
        home: spec.user_home.clone(),
        out: PathBuf::from("/waybill/out"),
        inputs: PathBuf::from("/waybill/in"),
        temporary: PathBuf::from("/tmp"),
    }
}

/// Whether a path is among what every sandbox shows.
pub fn is_system(path: &Path) -> bool {
    SYSTEM.iter().any(|directory| path.starts_with(directory))
}

/// The arguments of bubblewrap up to the `--` before the program. Makes the mount points in the private home.
pub fn arguments(
    spec: &SandboxSpec,
    view: &View,
    network: Network,
    cwd: &Path,
) -> Result<Vec<OsString>, SandboxError> {
    let mut root = Root { spec, args: Vec::new() };
    for flag in
        ["--unshare-user-try", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    {
        root.add([flag]);
    }
    if network == Network::None {
        root.add(["--unshare-net"]);
    }
    root.add(["--die-with-parent", "--new-session", "--cap-drop", "ALL"]);
    root.system();
    root.masks();
    root.home(view).map_err(|source| SandboxError::Directory { path: spec.home(), source })?;
    root.workspace();
    root.add(["--remount-ro", "/"]);
    root.add([OsStr::new("--chdir"), cwd.as_os_str(), OsStr::new("--")]);
    Ok(root.args)
}

struct Root<'a> {
    spec: &'a SandboxSpec,
    args: Vec<OsString>,
}

impl Root<'_> {
    fn add<A: AsRef<OsStr>>(&mut self, args: impl IntoIterator<Item = A>) {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
    }

    fn bind(&mut self, how: &str, from: &Path, to: &Path) {
        self.add([OsStr::new(how), from.as_os_str(), to.as_os_str()]);
    }

    fn system(&mut self) {
        for directory in SYSTEM.iter().map(Path::new) {
            match (fs::read_link(directory), directory.is_dir()) {
                (Ok(target), _) => self.bind("--symlink", &target, directory),
                (Err(_), true) => self.bind("--ro-bind", directory, directory),
                (Err(_), false) => {}
            }
        }
        self.add(["--size", "67108864", "--tmpfs", "/run", "--symlink", "/run", "/var/run"]);
        for file in resolver::files() {
            self.bind("--ro-bind", &file, &file);
        }
        // Memory files count against no process; without a bound they would be a hole in the memory limit.
        let shared = (u64::from(self.spec.memory_mb) << 20) / 2;
        self.add(["--proc", "/proc", "--dev", "/dev", "--size", &shared.to_string(), "--tmpfs", "/dev/shm"]);
        self.add(["--remount-ro", "/dev"]);
        self.bind("--bind", &self.spec.temporary(), Path::new("/tmp"));
        self.add(["--symlink", "/tmp", "/var/tmp"]);
    }

    /// Covers what lies in a system directory and must not show.
    fn masks(&mut self) {
        for path in MACHINE_KEYS.iter().map(Path::new).chain(host_keys().iter().map(PathBuf::as_path)) {
            self.mask(path);
        }
        for path in covered(self.spec) {
            self.mask(path);
        }
    }

    fn mask(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                self.add([
                    OsStr::new("--size"),
                    OsStr::new("1048576"),
                    OsStr::new("--tmpfs"),
                    path.as_os_str(),
                ]);
            }
            Ok(_) => self.bind("--ro-bind", Path::new("/dev/null"), path),
            Err(_) => {}
        }
    }

    fn home(&mut self, view: &View) -> io::Result<()> {
        let private = self.spec.home();
        let user = self.spec.user_home.clone();
        self.bind("--bind", &private, &user);
        home::copy_settings(self.spec)?;
        let covered = covered(self.spec);
        let shown_already =
            |path: &Path| is_system(path) && !covered.iter().any(|cover| path.starts_with(cover));
        for path in view.read_only.iter().chain(&view.objects).filter(|path| !shown_already(path)) {
            if let Some(target) = link_target(path, view) {
                self.link(path, &target)?;
            } else {
                self.mount_point(path)?;
                self.bind("--ro-bind", path, path);
            }
        }
        for path in &view.masked {
            self.mask(path);
        }
        for (cache, relative) in &view.caches {
            let place = user.join(relative);
            let inside_shown = view.read_only.iter().any(|shown| place.starts_with(shown));
            // In a read-only toolchain a mount point cannot be made: without one the cache stays as it is.
            if !inside_shown {
                home::ensure_directory(&private, relative)?;
            }
            if !inside_shown || place.is_dir() {
                self.bind("--bind", cache, &place);
            }
        }
        Ok(())
    }

    fn link(&mut self, path: &Path, target: &Path) -> io::Result<()> {
        if let Ok(relative) = path.strip_prefix(&self.spec.user_home) {
            return home::ensure_link(&self.spec.home(), relative, target);
        }
        self.bind("--symlink", target, path);
        Ok(())
    }

    /// Makes the place for a mount that falls into the private home, where an agent may have left a link.
    fn mount_point(&self, path: &Path) -> io::Result<()> {
        match path.strip_prefix(&self.spec.user_home) {
            Ok(relative) if path.is_dir() => home::ensure_directory(&self.spec.home(), relative),
            Ok(relative) => home::ensure_file(&self.spec.home(), relative),
            Err(_) => Ok(()),
        }
    }

    fn workspace(&mut self) {
        let inside = layout(self.spec);
        self.bind("--bind", &self.spec.workspace(), &inside.workspace);
        self.bind("--bind", &self.spec.out(), &inside.out);
        self.bind("--ro-bind", &self.spec.inputs(), &inside.inputs);
    }
}

/// Where a link leads, when that is shown too. A program finds its parts beside what the link leads to, so that a link
/// must stay one; a link to what is not shown is shown as its content.
fn link_target(path: &Path, view: &View) -> Option<PathBuf> {
    let target = fs::read_link(path).ok()?;
    let whole = toolchains::plain(&path.parent()?.join(&target));
    let shown =
        is_system(&whole) || view.read_only.iter().any(|shown| shown != path && whole.starts_with(shown));
    shown.then_some(target)
}

/// What must not show though it lies in a system directory.
fn covered(spec: &SandboxSpec) -> Vec<&Path> {
    let own = [&spec.repository, &spec.git_common_dir, &spec.directory, &spec.caches];
    own.into_iter().chain(&spec.hidden).map(PathBuf::as_path).filter(|path| is_system(path)).collect()
}

fn host_keys() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/etc/ssh") else { return Vec::new() };
    let is_key = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("ssh_host_") && name.ends_with("_key")
    };
    entries.flatten().map(|entry| entry.path()).filter(is_key).collect()
}
