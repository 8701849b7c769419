//! Owns the account of the tests that run on Linux and not under wine, each with its reason. Pure.

use std::collections::BTreeMap;

/// How the names of tests begin that only Linux has, and why. What is not named here or below must be there.
const REASONS: &[(&str, &str)] = &[
    ("after_waybill::", "bubblewrap is Linux's; `job::` kills a Waybill at work on Windows"),
    (
        "confinement::",
        "Windows isolates no files, and the user is asked; `job::` holds what a Job Object does",
    ),
    ("ends::", "bubblewrap is Linux's; `job::` ends, bounds and pauses tasks on Windows"),
    ("hostile::boundaries::the_users_home", "Windows isolates no files, and the user is asked"),
    (
        "hostile::boundaries::an_agent_that_kills",
        "who kills all processes on Windows kills the machine's as well; there is no room of their own for them",
    ),
    ("hostile::boundaries::memory", "wine does not bound the memory of a job"),
    ("hostile::ends::a_result_that_can_never", "Windows has no pipe among its files that holds up a reader"),
    ("hostile::a_link", "only administrators of Windows make links"),
    ("repositories::a_repository_of_another_owner", "Windows has no owner that a program may give away"),
    ("repositories::a_repository_in_a_system", "Windows isolates no files"),
    (
        "bad_input::disk::",
        "bubblewrap shows a full and a read-only disk; on Windows another program holds the file",
    ),
    ("real_agents::", "the agents' programs for Windows are not installed on this machine"),
    ("toolchain::", "it compares rustup's toolchain outside with the one in bubblewrap"),
    ("sandbox::seatbelt::", "the profile is for macOS, whose paths are Unix's"),
    ("sandbox::home::tests::a_link", "only administrators of Windows make links"),
    ("process::platform::", "`/proc` is Linux's; Job Objects have tests of their own"),
    ("agents::discover::tests::a_tool_that_is", "on Windows npm's starters are found in place of links"),
    ("support::traces::linux", "`/proc` is Linux's; on Windows a job tells what is left"),
    ("keychain::tests::only_the_owner", "modes of files are Unix's"),
];

/// How the names of tests begin that are there for Windows and cannot run on this machine, and why.
pub const NOT_HERE: &[(&str, &str)] = &[
    ("turns::", REAL),
    ("tools::claude", REAL),
    ("tools::codex", REAL),
    ("tools::opencode", REAL),
    ("tools::pi", REAL),
    ("tools::an_agent_of_the_client_protocol", REAL),
    ("tools::a_server_that_does_not_start", REAL),
    ("acp::a_real_program", REAL),
];

const REAL: &str = "the agents' programs for Windows are not installed on this machine";

/// Counts what is absent by its reason; an error names tests that have none.
///
/// `here` and `there` are the names on Linux and on Windows, `text` what the tests under wine wrote: those that are
/// ignored there tell their reason themselves.
pub fn told(here: &[String], there: &[String], text: &str) -> anyhow::Result<String> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unknown = Vec::new();
    for name in missing(here, there) {
        match REASONS.iter().chain(NOT_HERE).find(|(start, _)| name.starts_with(start)) {
            Some((_, reason)) => *reasons.entry(reason).or_default() += 1,
            None => unknown.push(name),
        }
    }
    anyhow::ensure!(
        unknown.is_empty(),
        "these tests run on Linux and not under wine, without a reason in cross/absent.rs: {}",
        unknown.join(", ")
    );
    for reason in text.lines().filter_map(|line| line.split_once(" ... ignored, ")).map(|(_, reason)| reason)
    {
        *reasons.entry(reason.trim_end()).or_default() += 1;
    }
    let lines = reasons.iter().map(|(reason, count)| format!("{count:>4} not run: {reason}"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// The names of the tests that failed, as their runner tells them.
pub fn failed(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.trim_end().strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .collect()
}

/// Names may occur more than once, in several programs.
fn missing<'a>(here: &'a [String], there: &[String]) -> Vec<&'a str> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for name in there {
        *left.entry(name).or_default() += 1;
    }
    let absent = here.iter().filter(|name| match left.get_mut(name.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    absent.map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::{failed, told};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn nothing_is_left_out_without_a_reason() {
        let here = names(&["ends::a", "ends::b", "queue::c"]);
        let text = "test merge::d ... ignored, there is no shell\n";
        let account = told(&here, &names(&["queue::c"]), text).unwrap();
        assert!(account.contains("   2 not run: bubblewrap"), "those of one reason are counted: {account}");
        assert!(account.contains("   1 not run: there is no shell"), "what is ignored counts too: {account}");
        let error = told(&here, &names(&["ends::a", "ends::b"]), "").unwrap_err().to_string();
        assert!(error.contains("queue::c"), "a test that went missing is named: {error}");
    }

    #[test]
    fn what_failed_is_named_and_nothing_else() {
        let text = "test a::b ... ok\ntest a::c ... FAILED\r\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(failed(text), ["a::c"], "it is run once more, and what passed is not");
    }
}
