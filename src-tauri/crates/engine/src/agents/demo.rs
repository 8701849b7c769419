//! The built-in demo tool: a script, and not an AI, that shows the whole way of an issue without a key or a network.

use super::custom;
use super::turn::{Adapter, Invocation, Place, SeedFile, StreamParser, Turn, Unrunnable};

#[cfg(not(windows))]
mod unix;
#[cfg(windows)]
mod windows;
#[cfg(not(windows))]
use unix as platform;
#[cfg(windows)]
use windows as platform;

pub const NAME: &str = "demo";

/// As sentences write it.
const TITLE: &str = "The demo tool";

const PROMPT_FILE: &str = "prompt.md";

/// The corrected program of the sample, which the script puts in place.
const MENDED: &str = include_str!("demo/postage.sh");

/// The sample project, whose test fails until its issue is done.
pub const SAMPLE: &[(&str, &str)] = &[
    ("README.md", include_str!("demo/sample/README.md")),
    ("postage.sh", include_str!("demo/sample/postage.sh")),
    ("test.sh", include_str!("demo/sample/test.sh")),
];

/// The issue that comes with the sample.
pub const ISSUE_TITLE: &str = "Heavy parcels cost as little as light ones";
pub const ISSUE_BODY: &str = include_str!("demo/issue.md");

#[derive(Debug)]
pub struct Demo;

impl Adapter for Demo {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        TITLE
    }

    fn invocation(&self, turn: &Turn) -> Result<Invocation, Unrunnable> {
        let seed = |path: &str, contents: &str| SeedFile::new(Place::InDir, path, contents);
        let place = |name: &str| turn.in_dir.join(name).to_string_lossy().into_owned();
        let mut args: Vec<String> = platform::ARGS.iter().map(|&arg| arg.to_owned()).collect();
        args.extend([place(platform::SCRIPT_NAME), place(PROMPT_FILE), place("postage.sh")]);
        Ok(Invocation {
            program: platform::PROGRAM.into(),
            args,
            files: vec![
                seed(platform::SCRIPT_NAME, &platform::line_ends(platform::SCRIPT)),
                seed(PROMPT_FILE, &turn.prompt),
                seed("postage.sh", &MENDED.replace('\r', "")),
            ],
            ..Invocation::default()
        })
    }

    fn parser(&self, turn: &Turn) -> Box<dyn StreamParser> {
        custom::parser(TITLE, turn)
    }

    fn resumes(&self) -> bool {
        false
    }

    /// Its script is Waybill's own and does the same each time, whatever the issue says.
    fn needs_isolation(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
