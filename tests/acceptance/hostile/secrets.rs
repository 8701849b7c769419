//! Secrets that an agent prints, in whatever form: nobody reads them, and no file holds them.

use super::{Ground, Run};
use crate::support::files_below;

const TOKEN: &str = r#"tok"en\with/odd+chars~and-Öl 42%"#;
const KEY: [&str; 2] = ["sk-ant-planted-", "0123456789abcdef"];

#[test]
fn a_stored_secret_is_masked_in_every_form_and_lies_in_no_file() {
    let ground = Ground::new();
    let home = &ground.home;
    home.json(&["secret", "file", "on"]);
    home.waybill_with_input(&KEY.concat(), &["secret", "set", "ANTHROPIC_API_KEY"]).ok();
    home.waybill_with_input(TOKEN, &["project", "env", "API_TOKEN", "--secret", "-p", "parcels"]).ok();
    let whole = |script: &str| script.replace("PART1", KEY[0]).replace("PART2", KEY[1]);
    let script = r#"
        escaped() { printf %s "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
        printf '%s\n' "$API_TOKEN"; printf 'complaint: %s\n' "$API_TOKEN" >&2
        printf %s "$API_TOKEN" | base64 -w 0; echo
        printf 'user:%s' "$API_TOKEN" | base64 -w 0; echo
        echo "{\"config\": \"$(escaped "$API_TOKEN")\"}"
        half=${API_TOKEN%odd*}
        printf '{"type":"text","delta":true,"text":"%s"}\n' "$(escaped "$half")"
        printf '{"type":"text","delta":true,"text":"%s"}\n' "$(escaped "${API_TOKEN#"$half"}")"
        printf '{"type":"tool_call","id":"1","name":"env","input":{"%s":["%s"]}}\n' "$(escaped "$API_TOKEN")" "$(escaped "$API_TOKEN")"
        printf '{"type":"tool_result","id":"1","ok":true,"output":"%s"}\n' "$(escaped "$API_TOKEN")"
        printf '{"type":"error","kind":"crash","message":"%s"}\n' "$(escaped "$API_TOKEN")"
        echo "the key in its environment: ${ANTHROPIC_API_KEY-none}"
        printf 'the key by other means: %s%s\n' PART1 PART2
        printf '{"type":"finished","ok":true,"summary":"%s"}\n' "$(escaped "$API_TOKEN")"
    "#;
    let run = ground.run(&whole(script), &whole("@A leak PART1 PART2"));
    assert_eq!(run.status(), "completed", "{run:?}");
    run.tells("secret", "API_TOKEN");
    run.tells("secret", "ANTHROPIC_API_KEY");
    assert!(run.said.contains("complaint: •••"), "the rest of what was said is there: {}", run.said);
    assert!(run.said.contains("by other means: •••"), "a key is hidden wherever it comes from: {}", run.said);
    assert!(run.said.contains("in its environment: none"), "a tool gets no key but its own: {}", run.said);
    nowhere(&ground, &run);

    // Git and the system repeat the names that an agent gives to things.
    home.json(&["tool", "remove", "agent"]);
    let script = "key=PART1$(echo PART2); git tag $key; echo x > .git/hooks/$key; git branch branch-$key\n\
                  cp /bin/sleep /tmp/$key; /tmp/$key 10000 & git commit --quiet --allow-empty -m $key; echo $key > $key";
    let windows = r"set first=PART1
        set key=%first%PART2
        git tag %key%
        >.git\hooks\%key% echo x
        git branch branch-%key%
        copy %SystemRoot%\system32\ping.exe %TEMP%\%key%.exe >nul
        start /b %TEMP%\%key%.exe -n 10000 127.0.0.1 >nul
        git commit --quiet --allow-empty -m %key%
        >%key% echo %key%";
    let run = ground.run(&whole(script), &whole(windows));
    run.tells("repository", "•••");
    nowhere(&ground, &run);
    home.json(&["tool", "remove", "agent"]);
    let script = "git config core.bare \"$API_TOKEN\"; git config core.abbrev PART1$(echo PART2)";
    let windows =
        "git config core.bare \"%API_TOKEN%\"\nset first=PART1\ngit config core.abbrev %first%PART2";
    let run = ground.run(&whole(script), &whole(windows));
    assert_eq!(run.status(), "failed", "git does not work with such settings: {run:?}");
    nowhere(&ground, &run);
}

/// Expects that neither what the run shows nor any file of Waybill's holds a secret.
#[track_caller]
fn nowhere(ground: &Ground, run: &Run) {
    let home = &ground.home;
    let shown = format!("{}{}", run.said, run.shown);
    for form in forms() {
        assert!(!shown.contains(&form), "'{form}' is shown: {shown}");
    }
    // What an agent itself has written into its own workspace stays there until that is removed.
    let ours = files_below(&home.data()).into_iter().filter(|name| !name.starts_with("workspaces/"));
    for name in ours {
        let bytes = std::fs::read(home.data().join(&name)).expect("the file is read");
        for form in forms() {
            let found = bytes.windows(form.len()).any(|window| window == form.as_bytes());
            assert!(!found, "{name} holds '{form}'");
        }
    }
}

/// What would give a secret away: the values themselves, as JSON writes them (once and twice), and as base64.
fn forms() -> Vec<String> {
    let json = serde_json::to_string(TOKEN).expect("JSON");
    let twice = serde_json::to_string(&json).expect("JSON");
    let inner = |text: &str| text.trim_matches(['"', '\\']).to_owned();
    // `printf %s "$API_TOKEN" | base64`, and what is the same of it behind `user:` in any alignment.
    let base64 = "dG9rImVuXHdpdGgvb2RkK2NoYXJzfmFuZC3Dlmwg";
    let behind = "Y2hhcnN+YW5kLcOWbC";
    vec![TOKEN.to_owned(), inner(&json), inner(&twice), KEY.concat(), base64.to_owned(), behind.to_owned()]
}
