//! A Rust repository whose toolchain lies in the user's home builds and tests in the sandbox exactly as outside.

use crate::support::{Home, Output, git};
use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is done outside by hand and inside by the agent.
const WORK: &str = "rustc -vV; cargo --version; cargo build --offline; cargo test --offline -- --test-threads=1; cargo run --offline --quiet; \
                    touch src/lib.rs; cargo test --offline nothing_of_this_name";

const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", "[package]\nname = \"postage\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
    ("Cargo.lock", "version = 3\n\n[[package]]\nname = \"postage\"\nversion = \"0.1.0\"\n"),
    (".gitignore", "/target\n"),
    (
        "src/lib.rs",
        "/// The rate in cents.\n///\n/// ```\n/// assert_eq!(postage::rate(20), 85);\n/// ```\npub fn rate(grams: u32) -> u32 {\n    \
         if grams <= 20 { 85 } else { 160 }\n}\n\n#[test]\nfn light() {\n    assert_eq!(rate(20), 85);\n}\n\n\
         #[test]\nfn heavy_is_known_to_fail() {\n    assert_eq!(rate(5000), 700);\n}\n",
    ),
    ("src/main.rs", "fn main() {\n    println!(\"{}\", postage::rate(21));\n}\n"),
];

#[test]
fn a_rust_repository_builds_and_tests_inside_as_outside_and_the_rest_of_the_home_is_not_there() {
    let (cargo, rustup) = installed();
    let home = Home::new();
    let user = home.user();
    std::fs::create_dir(user.join(".cargo")).expect("the folder is made");
    symlink(cargo.join("bin"), user.join(".cargo/bin")).expect("the link is made");
    symlink(&rustup, user.join(".rustup")).expect("the link is made");
    std::fs::create_dir(user.join(".ssh")).expect("the folder is made");
    for (name, text) in [
        ("diary.txt", "planted diary"),
        (".ssh/id_ed25519", "planted key"),
        (".cargo/credentials.toml", "[registry]\ntoken = \"planted token\"\n"),
    ] {
        std::fs::write(user.join(name), text).expect("the file is written");
    }
    let repository = home.project("postage", FILES);
    let path = search_path(&user);

    let outside = home.root().join("outside");
    let from = repository.to_str().expect("a path in UTF-8");
    git(&home, home.root(), &["clone", "--quiet", from, outside.to_str().expect("a path in UTF-8")]);
    let mut by_hand = Command::new("sh");
    home.environment(&mut by_hand);
    by_hand.env("PATH", &path).args(["-c", &format!("({WORK}) 2>&1")]).current_dir(&outside);
    let expected = results(&Output::of(by_hand).stdout);
    assert!(
        expected.iter().any(|line| line == "test light ... ok"),
        "the toolchain of this machine works outside: {expected:#?}"
    );

    let program = home.script(
        "agent.sh",
        &format!("({WORK}) 2>&1\necho changed >> README.md\necho the home holds:\nls -A ~\ncat ~/diary.txt ~/.ssh/* ~/.cargo/credentials* 2>&1"),
    );
    home.json(&["tool", "add", "agent", "--command", &program]);
    let words =
        ["run", "start", "-p", "postage", "--prompt", "Test it", "--tool", "agent", "--wait", "--json"];
    let mut start = home.command(&words);
    start.env("PATH", &path);
    Output::of(start).value();
    let log = home.waybill(&["run", "log", "1", "-p", "postage"]).ok().stdout;
    assert_eq!(results(&log), expected, "what a developer sees outside is what an agent sees inside: {log}");
    assert!(!log.contains("planted"), "the rest of the home is not there: {log}");
    let (_, listed) = log.split_once("the home holds:\n").expect("the home was listed");
    let listed: Vec<&str> = listed.lines().take_while(|line| !line.starts_with("cat:")).collect();
    for name in ["diary.txt", ".ssh", ".gitconfig"] {
        assert!(!listed.contains(&name), "{name} shows in the home: {listed:?}");
    }
    assert!(listed.contains(&".rustup"), "the toolchain is in its place: {listed:?}");
}

/// The lines that tell a result, without the times.
fn results(text: &str) -> Vec<String> {
    let telling = [
        "test ",
        "rustc ",
        "cargo ",
        "host: ",
        "release: ",
        "LLVM ",
        "commit-hash: ",
        "running ",
        "error: ",
        "160",
    ];
    let lines = text.lines().filter(|line| telling.iter().any(|word| line.starts_with(word)));
    lines.map(|line| line.split("; finished in").next().unwrap_or(line).to_owned()).collect()
}

/// Where rustup keeps its programs and its toolchains.
fn installed() -> (PathBuf, PathBuf) {
    let home = std::env::home_dir().expect("this test's user has a home");
    let place = |variable: &str, name: &str| {
        std::env::var_os(variable).map_or_else(|| home.join(name), PathBuf::from)
    };
    let (cargo, rustup) = (place("CARGO_HOME", ".cargo"), place("RUSTUP_HOME", ".rustup"));
    assert!(
        cargo.join("bin/cargo").exists() && rustup.join("toolchains").is_dir(),
        "this test needs Rust installed by rustup (https://rustup.rs): {} or {} is not there",
        cargo.join("bin/cargo").display(),
        rustup.join("toolchains").display()
    );
    (cargo, rustup)
}

/// The system's programs and the home's own toolchain, as rustup puts it there.
fn search_path(user: &Path) -> OsString {
    let system = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from);
    std::env::join_paths([user.join(".cargo/bin")].into_iter().chain(system)).expect("paths without colons")
}
