//! Owns the account of the tests that run on Linux and not under wine, each with its reason. Pure.

use std::collections::BTreeMap;

/// How the names of tests begin that only Linux has, and why. What is not named here must be there.
const REASONS: &[(&str, &str)] = &[
    ("after_waybill::", "bubblewrap is Linux's; `job::` kills a Waybill at work on Windows"),
    (
        "confinement::",
        "Windows isolates no files, and the user is asked; `job::` holds what a Job Object does",
    ),
    ("ends::", "bubblewrap is Linux's; `job::` ends, bounds and pauses tasks on Windows"),
    ("hostile::", "these agents are scripts of a POSIX shell in a sandbox that isolates files"),
    ("hostile_repository::a_tree_that_would", "its script forges objects with a POSIX shell's tools"),
    ("repositories::a_repository_of_another_owner", "Windows has no owner that a program may give away"),
    ("repositories::a_repository_in_a_system", "Windows isolates no files"),
    ("bad_input::disk::", "bubblewrap shows a full and a read-only disk"),
    ("real_agents::", "the agents' programs for Windows are not installed on this machine"),
    ("toolchain::", "it compares rustup's toolchain outside with the one in bubblewrap"),
    ("sandbox::bubblewrap::", "bubblewrap is Linux's"),
    ("sandbox::cgroup::", "control groups are Linux's"),
    ("sandbox::resolver::", "the resolver's files are Linux's"),
    ("sandbox::view::", "what is shown is for sandboxes that isolate files"),
    ("sandbox::seatbelt::", "the profile is for macOS, whose paths are Unix's"),
    ("sandbox::toolchains::", "what is shown is for sandboxes that isolate files"),
    ("sandbox::home::", "only administrators of Windows make links"),
    ("sandbox::local::", "bubblewrap is Linux's"),
    ("sandbox::environment::", "what is shown is for sandboxes that isolate files"),
    ("process::platform::", "`/proc` is Linux's; Job Objects have a test of their own"),
    ("support::traces::", "`/proc` is Linux's; the Job Object's tests look for what is left"),
    ("agents::demo::tests::", "the sample's tests are shell scripts"),
    ("agents::discover::tests::", "what makes a program on Unix is its mode and where it lies"),
    ("places::tests::", "the platform's folders are other ones"),
    ("hostile::a_link", "only administrators of Windows make links"),
    ("keychain::tests::", "modes of files are Unix's"),
];

/// Counts what is absent by its reason; an error names tests that have none.
///
/// `here` and `there` are the names on Linux and on Windows, `text` what the tests under wine wrote: those that are
/// ignored there tell their reason themselves.
pub fn told(here: &[String], there: &[String], text: &str) -> anyhow::Result<String> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unknown = Vec::new();
    for name in missing(here, there) {
        match REASONS.iter().find(|(start, _)| name.starts_with(start)) {
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
    use super::told;

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
}
