//! The profile is the one that was reviewed, and every word of it is one that macOS knows.

use super::*;
use std::time::Duration;

fn sample() -> (SandboxSpec, View) {
    let root = Path::new("/Users/ada");
    let spec = SandboxSpec {
        id: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
        project_slug: "engine".into(),
        repository: root.join("code/engine"),
        git_common_dir: root.join("code/engine/.git"),
        directory: root.join("Library/Application Support/Waybill/workspaces/1"),
        caches: root.join("Library/Application Support/Waybill/caches/p"),
        user_home: root.into(),
        user_name: "ada".into(),
        user_path: "/usr/bin".into(),
        user_env: Vec::new(),
        hidden: vec![root.join("Library/Application Support/Waybill")],
        visible: Vec::new(),
        tool_logins: vec![root.join(".codex")],
        memory_mb: 2048,
        cpu_count: 2,
        timeout: Duration::from_mins(1),
        network: Network::None,
        allow_weak: false,
    };
    let view = View {
        read_only: vec![root.join(".rustup"), root.join("odd \"name\"")],
        objects: vec![root.join("code/engine/.git/objects")],
        caches: Vec::new(),
        masked: vec![root.join("odd \"name\"/.netrc")],
    };
    (spec, view)
}

#[test]
fn the_profile_is_the_one_that_was_reviewed() {
    let (spec, view) = sample();
    let golden = include_str!("golden.sb");
    assert_eq!(
        profile(&spec, &view, Network::None).trim_end(),
        golden.trim_end(),
        "a changed rule opens or closes something on every Mac: read the difference before you accept it"
    );
}

#[test]
fn an_open_network_is_not_denied() {
    let (spec, view) = sample();
    assert!(!profile(&spec, &view, Network::Open).contains("network"), "an agent could not reach its model");
}

/// Actions that the profile may speak of, and the filters of each, as the system's own profiles use them.
const WORDS: &[(&str, &[&str])] = &[
    ("default", &[]),
    ("file-read*", &["subpath", "literal"]),
    ("file-read-metadata", &["literal"]),
    ("file-write*", &["subpath", "literal", "regex"]),
    ("mach-lookup", &["global-name"]),
    ("appleevent-send", &[]),
    ("network*", &["local", "remote"]),
];

#[derive(Debug, PartialEq)]
enum Form {
    Word(String),
    Text(String),
    List(Vec<Form>),
}

/// Reads the language of the profile: lists of words and texts, and `#"…"` for a pattern.
fn read(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Vec<Form> {
    let mut forms = Vec::new();
    while let Some(letter) = letters.next() {
        match letter {
            '(' => forms.push(Form::List(read(letters))),
            ')' => return forms,
            '#' => assert_eq!(letters.peek(), Some(&'"'), "only a pattern begins with this sign"),
            '"' => {
                let mut text = String::new();
                loop {
                    match letters.next().expect("a text ends") {
                        '"' => break,
                        '\\' => text.push(letters.next().expect("a letter follows")),
                        letter => text.push(letter),
                    }
                }
                forms.push(Form::Text(text));
            }
            letter if letter.is_whitespace() => {}
            letter => {
                let mut word = letter.to_string();
                while let Some(next) =
                    letters.next_if(|next| !next.is_whitespace() && !"()\"".contains(*next))
                {
                    word.push(next);
                }
                forms.push(Form::Word(word));
            }
        }
    }
    forms
}

fn word(form: &Form) -> &str {
    let Form::Word(word) = form else { panic!("a word is expected: {form:?}") };
    word
}

fn list(form: &Form) -> &[Form] {
    let Form::List(list) = form else { panic!("a list is expected: {form:?}") };
    list
}

/// Expects that macOS would understand a rule; the texts in it.
fn checked(rule: &Form) -> Vec<String> {
    let rule = list(rule);
    assert!(["allow", "deny"].contains(&word(&rule[0])), "a rule opens or closes: {rule:?}");
    let (mut actions, mut texts) = (0, Vec::new());
    for form in &rule[1..] {
        match form {
            Form::Word(action) => {
                assert!(WORDS.iter().any(|(known, _)| known == action), "no such action: {action}");
                actions += 1;
            }
            Form::List(filter) => {
                let of_all = rule[1..=actions].iter().all(|action| {
                    let known = WORDS.iter().find(|(known, _)| *known == word(action));
                    known.is_some_and(|(_, filters)| filters.contains(&word(&filter[0])))
                });
                assert!(of_all, "no such filter for these actions: {rule:?}");
                texts.push(text_of(filter));
            }
            Form::Text(text) => panic!("a text stands in a filter: {text}"),
        }
    }
    assert!(actions > 0, "a rule is about something: {rule:?}");
    texts
}

fn text_of(filter: &[Form]) -> String {
    match filter {
        [_, Form::Text(text)] => text.clone(),
        [_, Form::Word(kind), Form::List(inner)] if kind == "unix-socket" => text_of(inner),
        _ => panic!("a filter has one text: {filter:?}"),
    }
}

fn rules(text: &str) -> Vec<Vec<String>> {
    let open = text.matches('(').count();
    assert!(open > 10, "there are rules");
    let forms = read(&mut text.chars().peekable());
    let version = [Form::Word("version".to_owned()), Form::Word("1".to_owned())];
    assert_eq!(list(&forms[0]), version, "the language's version stands first");
    forms[1..].iter().map(checked).collect()
}

#[test]
fn every_word_is_one_that_the_system_knows() {
    let (spec, view) = sample();
    for network in [Network::None, Network::Open] {
        rules(&profile(&spec, &view, network));
    }
}

#[test]
fn no_path_ends_its_text_and_adds_a_rule() {
    let (mut spec, mut view) = sample();
    let hostile = PathBuf::from("/Users/ada/x\")) (allow file-write* (subpath \"/\\\")) \n(");
    spec.repository.clone_from(&hostile);
    let plain = rules(&profile(&spec, &view, Network::None)).len();
    view.masked.push(hostile.clone());
    let found = rules(&profile(&spec, &view, Network::None));
    assert_eq!(found.len(), plain, "a name makes no rule of its own");
    let name = hostile.to_str().unwrap().to_owned();
    assert!(found.iter().filter(|texts| texts.contains(&name)).count() >= 2, "and is read back as it was");
}
