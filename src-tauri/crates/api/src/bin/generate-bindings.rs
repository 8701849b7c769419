//! Writes the TypeScript bindings to the path given, or with `--check` compares them.

#![expect(clippy::print_stderr, reason = "a program for developers, which talks on standard error")]

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.first().is_some_and(|argument| argument == "--check");
    if check {
        arguments.remove(0);
    }
    let [path] = arguments.as_slice() else {
        eprintln!("usage: generate-bindings [--check] PATH");
        return ExitCode::from(2);
    };
    let path = PathBuf::from(path);
    let wanted = waybill_api::bindings::typescript();
    if check {
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        if found == wanted {
            return ExitCode::SUCCESS;
        }
        eprintln!("{} is not what the Rust types say; run `cargo xtask generate`", path.display());
        return ExitCode::FAILURE;
    }
    match std::fs::write(&path, wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write {}: {error}", path.display());
            ExitCode::FAILURE
        }
    }
}
