//! What a user could observe, through the `waybill` program, its HTTP server, files and git: nothing of the inside.

mod support;

mod attachments;
mod bad_input;
mod cli;
mod custom;
mod delivery;
mod demo;
mod filers;
#[cfg(any(target_os = "linux", windows))]
mod hostile;
mod http;
mod judges;
mod kill;
mod learnings;
mod mcp;
mod pipelines;
#[cfg(windows)]
mod protocol;
#[cfg(target_os = "linux")]
mod real_agents;
mod sessions;
mod stand_in;
#[cfg(unix)]
mod toolchain;
mod tracker;
mod trash;
mod workflows;

use std::path::Path;

#[test]
fn no_test_file_is_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/acceptance");
    let declared = include_str!("main.rs");
    for entry in folder.read_dir().expect("the folder of the tests is there") {
        let name = entry.expect("is read").file_name().to_string_lossy().into_owned();
        let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") else { continue };
        assert!(
            declared.lines().any(|line| line == format!("mod {module};")),
            "{name} is never run: declare it in main.rs"
        );
    }
}
