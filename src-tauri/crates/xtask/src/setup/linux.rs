//! Owns what a Linux machine needs, by the names of its distribution: installed by apt on Debian and its
//! descendants, named with the command to get them elsewhere. The command is always shown before it runs.

use std::path::PathBuf;
use std::process::Command;

use super::Need;
use super::node::OLDEST_NODE;
use crate::machine::Machine;
use crate::process;

pub const NPM: &str = "npm";
pub const SCRIPT_SUFFIX: &str = "";
pub const NODE_FROM: &str = "your distribution's packages `nodejs npm` where they are new enough";

/// One thing to have, under its names.
#[derive(Debug, PartialEq, Eq)]
struct Package {
    debian: &'static str,
    fedora: &'static str,
    arch: &'static str,
    /// Where the package manager is not asked: how to see that the thing is there.
    seen_by: Sign,
}

#[derive(Debug, PartialEq, Eq)]
enum Sign {
    /// One of these programs can be started.
    Program(&'static [&'static str]),
    /// `pkg-config` knows this library.
    Library(&'static str),
    /// Nothing but the package itself shows it.
    PackageOnly,
}

const fn package(debian: &'static str, fedora: &'static str, arch: &'static str, seen_by: Sign) -> Package {
    Package { debian, fedora, arch, seen_by }
}

const ENGINE: &[Package] = &[
    package("build-essential", "gcc-c++", "base-devel", Sign::Program(&["cc"])),
    package("pkg-config", "pkgconf-pkg-config", "pkgconf", Sign::Program(&["pkg-config"])),
    package("file", "file", "file", Sign::Program(&["file"])),
    package("git", "git", "git", Sign::Program(&["git"])),
    package("bubblewrap", "bubblewrap", "bubblewrap", Sign::Program(&["bwrap"])),
];

const WEB_VIEW: &[Package] = &[
    package(
        "libwebkit2gtk-4.1-dev",
        "webkit2gtk4.1-devel",
        "webkit2gtk-4.1",
        Sign::Library("webkit2gtk-4.1"),
    ),
    package("librsvg2-dev", "librsvg2-devel", "librsvg", Sign::Library("librsvg-2.0")),
    package("patchelf", "patchelf", "patchelf", Sign::Program(&["patchelf"])),
    package(
        "libayatana-appindicator3-dev",
        "libayatana-appindicator-gtk3-devel",
        "libayatana-appindicator",
        Sign::Library("ayatana-appindicator3-0.1"),
    ),
    package(
        "libayatana-appindicator3-1",
        "libayatana-appindicator-gtk3",
        "libayatana-appindicator",
        Sign::Library("ayatana-appindicator3-0.1"),
    ),
];

const BROWSER: &[Package] = &[
    package("chromium", "chromium", "chromium", Sign::Program(BROWSERS)),
    package("fonts-dejavu-core", "dejavu-sans-fonts", "ttf-dejavu", Sign::PackageOnly),
];

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const DESKTOP_TESTS: &[Package] = &[
    package("webkit2gtk-driver", "webkit2gtk4.1", "webkit2gtk-4.1", Sign::Program(&["WebKitWebDriver"])),
    package("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", Sign::Program(&["Xvfb"])),
    package("xauth", "xorg-x11-xauth", "xorg-xauth", Sign::Program(&["xauth"])),
    package("dbus", "dbus-daemon", "dbus", Sign::Program(&["dbus-run-session"])),
    package("gnome-keyring", "gnome-keyring", "gnome-keyring", Sign::Program(&["gnome-keyring-daemon"])),
    package("python3", "python3", "python", Sign::Program(&["python3"])),
    package("libsecret-tools", "libsecret", "libsecret", Sign::Program(&["secret-tool"])),
    package("python3-dbus", "python3-dbus", "python-dbus", Sign::PackageOnly),
    package("python3-gi", "python3-gobject", "python-gobject", Sign::PackageOnly),
    package("fonts-dejavu-core", "dejavu-sans-fonts", "ttf-dejavu", Sign::PackageOnly),
];

const ACCEPTANCE_TESTS: &[Package] = &[
    package("sqlite3", "sqlite", "sqlite", Sign::Program(&["sqlite3"])),
    package("python3", "python3", "python", Sign::Program(&["python3"])),
    package("python3-venv", "python3", "python", Sign::PackageOnly),
];

const ICONS: &[Package] =
    &[package("librsvg2-bin", "librsvg2-tools", "librsvg", Sign::Program(&["rsvg-convert"]))];

/// A Chromium of this machine.
pub fn chromium(machine: &Machine) -> Option<PathBuf> {
    machine.find(BROWSERS)
}

fn packages(need: Need) -> &'static [Package] {
    match need {
        Need::Engine => ENGINE,
        Need::WebView => WEB_VIEW,
        Need::Browser => BROWSER,
        Need::DesktopTests => DESKTOP_TESTS,
        Need::AcceptanceTests => ACCEPTANCE_TESTS,
        Need::Icons => ICONS,
        Need::UiPackages | Need::Ui | Need::Packages(_) | Need::PythonPackages(_) => &[],
    }
}

/// All packages for the needs, each once, in order.
fn wanted(needs: &[Need]) -> Vec<&'static Package> {
    let mut wanted: Vec<&Package> = Vec::new();
    for package in needs.iter().flat_map(|need| packages(*need)) {
        if !wanted.iter().any(|known| known.debian == package.debian) {
            wanted.push(package);
        }
    }
    wanted
}

pub fn ensure(machine: &Machine, needs: &[Need]) -> anyhow::Result<()> {
    let wanted = wanted(needs);
    if wanted.is_empty() {
        return Ok(());
    }
    if machine.find(&["apt-get"]).is_none() || machine.find(&["dpkg-query"]).is_none() {
        return name_what_is_missing(machine, &wanted);
    }
    let installed = installed(&wanted)?;
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|package| {
            !installed.iter().any(|name| name == package.debian) && !program_is_there(machine, package)
        })
        .map(|package| package.debian)
        .collect();
    if missing.is_empty() {
        println!("system packages: all {} are there", wanted.len());
        return Ok(());
    }
    install(machine, &missing)
}

/// Installs Node where the distribution's own is new enough; elsewhere the person has to choose where to get it.
pub fn get_node(machine: &Machine) -> anyhow::Result<()> {
    if machine.find(&["apt-cache"]).is_none() {
        return Ok(());
    }
    let policy = process::read(Command::new("apt-cache").args(["policy", "nodejs"]))?;
    if candidate(&policy).is_some_and(|major| major >= OLDEST_NODE) {
        install(machine, &["nodejs", "npm"])?;
    }
    Ok(())
}

/// The major version that apt would install.
fn candidate(policy: &str) -> Option<u32> {
    let version = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    let plain = version.split_once(':').map_or(version, |(_epoch, rest)| rest);
    plain.split('.').next()?.parse().ok()
}

/// Which of the packages dpkg has installed.
fn installed(wanted: &[&Package]) -> anyhow::Result<Vec<String>> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"]);
    query.args(wanted.iter().map(|package| package.debian));
    // It ends with 1 as soon as one package is unknown; what it lists is right all the same.
    let output = query.output()?;
    Ok(installed_among(&String::from_utf8_lossy(&output.stdout)))
}

fn installed_among(listing: &str) -> Vec<String> {
    listing.lines().filter_map(|line| line.strip_suffix(" installed")).map(str::to_owned).collect()
}

fn program_is_there(machine: &Machine, package: &Package) -> bool {
    matches!(package.seen_by, Sign::Program(programs) if machine.find(programs).is_some())
}

/// Shows the commands, then runs them: as root directly, else by sudo.
fn install(machine: &Machine, missing: &[&str]) -> anyhow::Result<()> {
    let commands = apt(missing);
    let root = process::read(Command::new("id").arg("-u"))?.trim() == "0";
    let before: &[&str] = match (root, machine.unattended) {
        (true, _) => &[],
        (false, false) => &["sudo"],
        (false, true) => &["sudo", "-n"],
    };
    let lines: Vec<Vec<&str>> = commands
        .iter()
        .map(|command| before.iter().copied().chain(command.iter().copied()).collect())
        .collect();
    println!("system packages: {} missing. Installing them by:", missing.len());
    for line in &lines {
        println!("  {}", line.join(" "));
    }
    anyhow::ensure!(
        root || machine.find(&["sudo"]).is_some(),
        "these packages need an administrator, and there is no sudo: run the commands above as root, then again"
    );
    for line in &lines {
        let mut command = Command::new(line[0]);
        process::run(command.args(&line[1..]))?;
    }
    Ok(())
}

/// The commands that install the packages; they wait for another apt instead of failing.
fn apt<'a>(missing: &[&'a str]) -> [Vec<&'a str>; 2] {
    const APT: [&str; 5] =
        ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"];
    let mut update = APT.to_vec();
    update.extend(["-q", "update"]);
    let mut install = APT.to_vec();
    install.extend(["-q", "install", "-y", "--no-install-recommends"]);
    install.extend(missing);
    [update, install]
}

/// Distributions without apt: says what to install and by which command.
fn name_what_is_missing(machine: &Machine, wanted: &[&Package]) -> anyhow::Result<()> {
    let missing: Vec<&&Package> = wanted.iter().filter(|package| !is_there(machine, package)).collect();
    if missing.is_empty() {
        println!("system packages: nothing seems to be missing");
        return Ok(());
    }
    let names = |name: fn(&Package) -> &str| {
        let mut names: Vec<&str> = missing.iter().map(|package| name(package)).collect();
        names.dedup();
        names.join(" ")
    };
    anyhow::bail!(
        "these packages are missing, install them and run this again:\n  Fedora:  sudo dnf install {}\n  Arch:    \
         sudo pacman -S --needed {}\n  others:  the packages that Debian calls {}",
        names(|package| package.fedora),
        names(|package| package.arch),
        names(|package| package.debian)
    )
}

fn is_there(machine: &Machine, package: &Package) -> bool {
    match package.seen_by {
        Sign::Program(programs) => machine.find(programs).is_some(),
        Sign::Library(name) => process::read(Command::new("pkg-config").args(["--exists", name])).is_ok(),
        Sign::PackageOnly => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(needs: &[Need]) -> Vec<&'static str> {
        wanted(needs).iter().map(|package| package.debian).collect()
    }

    #[test]
    fn each_package_is_asked_for_once() {
        let names = names(super::super::EVERYTHING);
        let mut once = names.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), names.len(), "a package of two groups must not stand in the command twice");
    }

    #[test]
    fn a_headless_run_installs_no_web_view() {
        let names = names(&[Need::Engine, Need::Ui]);
        assert!(names.contains(&"bubblewrap"), "the demo run needs its sandbox");
        assert!(
            !names.iter().any(|name| name.contains("webkit")),
            "a server must not be given a browser engine"
        );
    }

    #[test]
    fn a_removed_package_counts_as_missing() {
        let listing = "git installed\nxvfb config-files\nchromium not-installed\n";
        assert_eq!(installed_among(listing), ["git"], "configuration left behind is not the program");
    }

    #[test]
    fn only_a_node_that_is_new_enough_is_offered() {
        assert_eq!(
            candidate("nodejs:\n  Installed: (none)\n  Candidate: 20.19.2+dfsg-1\n"),
            Some(20),
            "Debian 13"
        );
        assert_eq!(candidate("  Candidate: 1:18.20.4~deb12u1\n"), Some(18), "an epoch is no version");
        assert_eq!(candidate("  Candidate: (none)\n"), None, "nothing to install");
    }

    #[test]
    fn the_command_installs_exactly_what_is_missing() {
        let [update, install] = apt(&["xvfb", "xauth"]);
        assert_eq!(update.last(), Some(&"update"), "a fresh machine has no package lists");
        assert_eq!(install[install.len() - 2..], ["xvfb", "xauth"], "nothing but what is missing");
        assert!(install.contains(&"-y"), "nobody may be asked on a build machine");
    }
}
