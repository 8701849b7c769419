//! The environment of a task: only what is listed here, and what the task itself brings.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::{Layout, SandboxSpec, Task};
use crate::process::MARKER;

/// Variables of the user that are passed on: where toolchains lie, proxies, certificates.
const PASSED_ON: &[&str] = &[
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "JAVA_HOME",
    "GOROOT",
    "NVM_DIR",
    "PYENV_ROOT",
    "RBENV_ROOT",
    "VOLTA_HOME",
    "FNM_DIR",
    "FNM_MULTISHELL_PATH",
    "MISE_DATA_DIR",
    "ASDF_DIR",
    "ASDF_DATA_DIR",
    "BUN_INSTALL",
    "DENO_INSTALL",
    "ANDROID_HOME",
    "ANDROID_SDK_ROOT",
    "DOTNET_ROOT",
    "PNPM_HOME",
    "NIX_PATH",
    "NIX_PROFILES",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NIX_SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "TZ",
    // Windows programs do not start without these.
    "SystemRoot",
    "SystemDrive",
    "windir",
    "ComSpec",
    "PATHEXT",
    "ProgramFiles",
    "ProgramData",
    "NUMBER_OF_PROCESSORS",
];

/// The user's variables that are passed on; a proxy's address with a password in it is not.
pub fn passed_on(spec: &SandboxSpec) -> Vec<(OsString, OsString)> {
    let listed = |key: &OsStr| PASSED_ON.iter().any(|name| same_name(key, name));
    let harmless =
        |value: &OsStr| !(value.to_string_lossy().contains("://") && value.to_string_lossy().contains('@'));
    let user = spec.user_env.iter().filter(|(key, value)| listed(key) && harmless(value));
    user.cloned().collect()
}

/// Directories and files that the passed-on variables name.
#[cfg(unix)]
pub fn named_places(spec: &SandboxSpec) -> Vec<PathBuf> {
    let values = passed_on(spec).into_iter().map(|(_, value)| PathBuf::from(value));
    values.filter(|path| path.is_absolute() && path.exists()).collect()
}

/// Where toolchains and caches are, for tools that look below `$HOME`: needed where the private home cannot take the
/// place of the user's own.
pub fn toolchain_places(spec: &SandboxSpec) -> Vec<(OsString, OsString)> {
    const PLACES: &[(&str, &str)] = &[
        ("RUSTUP_HOME", ".rustup"),
        ("NVM_DIR", ".nvm"),
        ("PYENV_ROOT", ".pyenv"),
        ("RBENV_ROOT", ".rbenv"),
        ("VOLTA_HOME", ".volta"),
        ("ASDF_DATA_DIR", ".asdf"),
        ("MISE_DATA_DIR", ".local/share/mise"),
    ];
    const CACHES: &[(&str, &str)] = &[
        ("CARGO_HOME", "cargo"),
        ("npm_config_cache", "npm"),
        ("XDG_CACHE_HOME", "xdg"),
        ("GOMODCACHE", "go-mod"),
        ("GOCACHE", "go-build"),
        ("GRADLE_USER_HOME", "gradle"),
        ("PIP_CACHE_DIR", "pip"),
    ];
    let given = |key: &str| spec.user_env.iter().any(|(name, _)| same_name(name, key));
    let places = PLACES.iter().map(|(key, relative)| (*key, spec.user_home.join(relative)));
    let places = places.filter(|(key, path)| !given(key) && path.is_dir());
    let caches = CACHES.iter().map(|(key, name)| (*key, spec.caches.join(name)));
    places.chain(caches).map(|(key, path)| (key.into(), path.into_os_string())).collect()
}

/// The whole environment of a task. `visible` tells whether a PATH entry can be seen inside.
pub fn environment(
    spec: &SandboxSpec,
    layout: &Layout,
    task: &Task,
    visible: impl Fn(&Path) -> bool,
) -> Vec<(OsString, OsString)> {
    let mut variables = Variables(passed_on(spec));
    let mut set = |key: &str, value: &OsStr| variables.set(OsStr::new(key), value.to_owned());
    set("HOME", layout.home.as_os_str());
    set("USER", OsStr::new(&spec.user_name));
    set("LOGNAME", OsStr::new(&spec.user_name));
    set("LANG", OsStr::new("C.UTF-8"));
    set("TERM", OsStr::new("dumb"));
    set("TMPDIR", layout.temporary.as_os_str());
    set("SHELL", OsStr::new("/bin/sh"));
    set("WAYBILL_OUT", layout.out.as_os_str());
    if cfg!(windows) {
        set("USERPROFILE", layout.home.as_os_str());
        set("TEMP", layout.temporary.as_os_str());
        set("TMP", layout.temporary.as_os_str());
        set("APPDATA", layout.home.join("AppData").join("Roaming").as_os_str());
        set("LOCALAPPDATA", layout.home.join("AppData").join("Local").as_os_str());
    }
    // A version manager may put a link from a hidden place on PATH: its target may be visible.
    let seen = |entry: PathBuf| {
        if visible(&entry) { Some(entry) } else { entry.canonicalize().ok().filter(|real| visible(real)) }
    };
    let mut path: Vec<PathBuf> = Vec::new();
    for (key, value) in &task.env {
        if same_name(key, "PATH") {
            path.extend(std::env::split_paths(value));
        } else {
            variables.set(key, value.clone());
        }
    }
    path.extend(super::toolchains::path_entries(&spec.user_path).into_iter().filter_map(seen));
    if cfg!(unix) {
        for usual in ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from) {
            if !path.contains(&usual) {
                path.push(usual);
            }
        }
    }
    // An entry that cannot stand in a PATH would make the whole PATH unusable.
    path.retain(|entry| std::env::join_paths([entry]).is_ok());
    variables.set(OsStr::new("PATH"), std::env::join_paths(path).unwrap_or_default());
    // Last, so that no task can hide its processes from the one who must end them.
    variables.set(OsStr::new(MARKER), OsString::from(spec.id.as_str()));
    variables.0
}

struct Variables(Vec<(OsString, OsString)>);

impl Variables {
    fn set(&mut self, key: &OsStr, value: OsString) {
        match self.0.iter_mut().find(|(existing, _)| existing == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }
}

fn same_name(key: &OsStr, name: &str) -> bool {
    if cfg!(windows) { key.eq_ignore_ascii_case(name) } else { key == name }
}
