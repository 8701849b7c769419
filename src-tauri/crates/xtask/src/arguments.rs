//! Owns what may stand after `cargo xtask`. Pure: it reads words and answers with a task or a mistake.

pub const USAGE: &str = "\
cargo xtask <task>

  run [ARGS…]            set up, build and start the desktop application (ARGS go to it);
                         without a display: build `waybill` and do the demo run
  test [STEP…]           set up, then every check in order, or only the named steps
       --list            the steps and what they check
       --keep-going      run the later steps although one failed
  cross [STEP…]          lint for Windows and macOS, and the tests under wine (from Debian on x86-64)
  bench [NAME…]          measure, as ratios against a floor taken in the same run
  generate [bindings|icons]
                         write what is committed although a program writes it; `--check` instead:
                         are the bindings up to date?
  dist                   release build and bundles for this platform
       --verify          instead: install the .deb of dist/ in a fresh root, start it there, remove it again
  setup                  everything that `run` and `test` need, and nothing else";

/// What `cargo xtask` was asked to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    Help,
    Setup,
    Run { pass_on: Vec<String> },
    Test { steps: Vec<String>, keep_going: bool },
    ListSteps,
    Cross { steps: Vec<String> },
    Bench { names: Vec<String> },
    Generate(Generate),
    Dist { verify: bool },
}

/// What `cargo xtask generate` writes, or only looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generate {
    All,
    Bindings,
    Icons,
    Check,
}

impl Task {
    /// Reads the words after `cargo xtask`; the error is a sentence for the person who typed them.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        let Some((name, rest)) = words.split_first() else { return Ok(Self::Help) };
        match name.as_str() {
            "help" | "--help" | "-h" => Ok(Self::Help),
            "run" => Ok(Self::Run { pass_on: after_separator(rest) }),
            "test" => test(rest),
            "bench" => Ok(Self::Bench { names: only_names(name, rest)? }),
            "generate" => generate(rest),
            "setup" => nothing_after(name, rest).map(|()| Self::Setup),
            "cross" => Ok(Self::Cross { steps: only_names(name, rest)? }),
            "dist" if rest == ["--verify"] => Ok(Self::Dist { verify: true }),
            "dist" => nothing_after(name, rest).map(|()| Self::Dist { verify: false }),
            _ => Err(format!("There is no task `{name}`.")),
        }
    }
}

fn generate(rest: &[String]) -> Result<Task, String> {
    let what = match rest {
        [] => Generate::All,
        [word] if word == "bindings" => Generate::Bindings,
        [word] if word == "icons" => Generate::Icons,
        [word] if word == "--check" => Generate::Check,
        _ => {
            return Err(format!(
                "`generate` takes `bindings`, `icons` or `--check`, not `{}`.",
                rest.join(" ")
            ));
        }
    };
    Ok(Task::Generate(what))
}

fn test(rest: &[String]) -> Result<Task, String> {
    if rest.iter().any(|word| word == "--list") {
        return Ok(Task::ListSteps);
    }
    let (flags, steps): (Vec<_>, Vec<_>) = rest.iter().cloned().partition(|word| word.starts_with('-'));
    match flags.iter().find(|flag| *flag != "--keep-going") {
        Some(flag) => Err(format!("`test` does not know `{flag}`.")),
        None => Ok(Task::Test { steps, keep_going: !flags.is_empty() }),
    }
}

/// `cargo xtask run -- --flag` and `cargo xtask run --flag` mean the same.
fn after_separator(rest: &[String]) -> Vec<String> {
    match rest {
        [first, others @ ..] if first == "--" => others.to_vec(),
        _ => rest.to_vec(),
    }
}

fn only_names(task: &str, rest: &[String]) -> Result<Vec<String>, String> {
    match rest.iter().find(|word| word.starts_with('-')) {
        Some(flag) => Err(format!("`{task}` does not know `{flag}`.")),
        None => Ok(rest.to_vec()),
    }
}

fn nothing_after(task: &str, rest: &[String]) -> Result<(), String> {
    if rest.is_empty() { Ok(()) } else { Err(format!("`{task}` takes nothing, not `{}`.", rest.join(" "))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Task, String> {
        Task::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    fn names(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn arguments_reach_the_application() {
        let deep_link = "waybill://p/demo/issues/1";
        assert_eq!(
            parse(&format!("run {deep_link}")),
            Ok(Task::Run { pass_on: names(&[deep_link]) }),
            "a plain argument is the application's"
        );
        assert_eq!(
            parse("run -- --hidden"),
            Ok(Task::Run { pass_on: names(&["--hidden"]) }),
            "the separator itself is not passed on"
        );
    }

    #[test]
    fn named_steps_and_flags_are_told_apart() {
        assert_eq!(
            parse("test format lint"),
            Ok(Task::Test { steps: names(&["format", "lint"]), keep_going: false }),
            "steps in the order given"
        );
        assert_eq!(
            parse("test --keep-going"),
            Ok(Task::Test { steps: vec![], keep_going: true }),
            "a flag is no step"
        );
        assert_eq!(parse("test --list"), Ok(Task::ListSteps), "listing runs nothing");
    }

    #[test]
    fn a_mistake_is_named_and_nothing_runs() {
        for (line, word) in
            [("tset", "tset"), ("test --fast", "--fast"), ("dist deb", "deb"), ("generate all", "all")]
        {
            let sentence = parse(line).expect_err("an unknown word must not start a task");
            assert!(sentence.contains(word), "{sentence:?} should name {word:?}");
        }
    }

    #[test]
    fn no_words_ask_for_help() {
        assert_eq!(parse(""), Ok(Task::Help), "a bare `cargo xtask` explains itself");
    }
}
