//! Owns the git for Windows that the tests under wine use: the real program, built from the source package that Debian
//! makes its own git of. It must not know what the tests do with it.
//!
//! It has what Waybill asks of git, and no network, no shell and no Perl; a repository's hooks do not run with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::process;

/// Where Debian names its packages, in the form of each release; other people's packages have no git.
const SOURCES: &[&str] = &["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];

/// Headers that the source names in capitals, which only Windows does not tell apart.
const HEADERS: &[(&str, &str)] =
    &[("NTSecAPI.h", "ntsecapi.h"), ("Psapi.h", "psapi.h"), ("tlHelp32.h", "tlhelp32.h")];

/// What git is built with and without, for a machine that its makefile cannot ask.
const CHOICES: &[&str] = &[
    "uname_S=MINGW",
    "uname_R=3",
    "uname_M=x86_64",
    "uname_O=Msys",
    "MSYSTEM=MINGW64",
    "CC=x86_64-w64-mingw32-gcc",
    "AR=x86_64-w64-mingw32-ar",
    "RC=x86_64-w64-mingw32-windres -O coff",
    "LDFLAGS=-static",
    "NO_OPENSSL=1",
    "NO_CURL=1",
    "NO_EXPAT=1",
    "NO_ICONV=1",
    "NO_GETTEXT=1",
    "NO_TCLTK=1",
    "NO_PERL=1",
    "NO_PYTHON=1",
    "USE_LIBPCRE=",
];

/// Downloads git's source below `folder`, builds it, and puts `git.exe` into `programs`.
pub fn make(folder: &Path, programs: &Path) -> anyhow::Result<()> {
    let source = unpacked(folder)?;
    let headers = folder.join("headers");
    fs::create_dir_all(&headers)?;
    for (asked, there) in HEADERS {
        fs::write(headers.join(asked), format!("#include <{there}>\n"))?;
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut build = Command::new("make");
    build
        .current_dir(&source)
        .args(["--silent", &format!("--jobs={processors}")])
        .args(CHOICES)
        .arg(format!("CFLAGS=-O1 -g0 -w -I{}", headers.display()))
        .arg("git.exe");
    process::run(&mut build)?;
    fs::create_dir_all(programs)?;
    fs::copy(source.join("git.exe"), programs.join("git.exe")).context("git.exe was not built")?;
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// The folder of git's own source, downloaded and unpacked.
fn unpacked(folder: &Path) -> anyhow::Result<PathBuf> {
    let lists = folder.join("lists");
    fs::create_dir_all(lists.join("partial"))?;
    let sources = folder.join("git.sources");
    fs::write(&sources, source_entries()?)?;
    // Lists of its own: the machine's are left as they are.
    let apt = || {
        let mut command = Command::new("apt-get");
        command.current_dir(folder).arg("-q");
        for option in [
            format!("Dir::Etc::sourcelist={}", sources.display()),
            "Dir::Etc::sourceparts=-".to_owned(),
            format!("Dir::State::lists={}", lists.display()),
            "Dir::Cache::pkgcache=".to_owned(),
            "Dir::Cache::srcpkgcache=".to_owned(),
            "APT::Sandbox::User=root".to_owned(),
        ] {
            command.args(["-o", &option]);
        }
        command
    };
    process::run(apt().arg("update"))?;
    process::run(apt().args(["--download-only", "source", "git"]))?;
    let entries = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let archive = entries
        .filter(|path| path.is_file())
        .find(|path| path.to_string_lossy().contains(".orig.tar."))
        .context("the source package has no archive")?;
    let source = folder.join("source");
    fs::create_dir_all(&source)?;
    let mut unpack = Command::new("tar");
    process::run(unpack.arg("-xf").arg(archive).args(["--strip-components=1", "-C"]).arg(&source))?;
    Ok(source)
}

/// The machine's own entries for programs, made into entries for their sources.
fn source_entries() -> anyhow::Result<String> {
    let text = SOURCES.iter().find_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        (text.contains("Types: deb") || text.lines().any(|line| line.starts_with("deb "))).then_some(text)
    });
    let text = text.with_context(|| format!("none of {} names Debian's packages", SOURCES.join(", ")))?;
    Ok(entries_of(&text))
}

fn entries_of(text: &str) -> String {
    let entry = |line: &str| match (line.strip_prefix("deb "), line.strip_prefix("Types: deb")) {
        (Some(rest), _) => format!("deb-src {rest}\n"),
        (_, Some(_)) => "Types: deb-src\n".to_owned(),
        _ if line.starts_with("deb-src ") => String::new(),
        _ => format!("{line}\n"),
    };
    text.lines().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::entries_of;

    #[test]
    fn programs_become_their_sources_in_both_forms() {
        assert_eq!(
            entries_of("deb http://mirror stable main\ndeb-src http://mirror stable main\n# deb off\n"),
            "deb-src http://mirror stable main\n# deb off\n",
            "one line an entry"
        );
        assert_eq!(
            entries_of("Types: deb deb-src\nURIs: http://mirror\n"),
            "Types: deb-src\nURIs: http://mirror\n",
            "a stanza an entry"
        );
    }
}
