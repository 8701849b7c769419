//! Output that nobody asked for, and workspaces that do not want to go.

use super::Ground;
use serde_json::json;

/// What a program of tests says before the first.
const OWN: &str = "running 1 test";

#[test]
fn a_line_without_an_end_and_bytes_that_are_no_text_are_shown_as_far_as_they_can_be() {
    let ground = Ground::new();
    #[cfg(windows)]
    write_flood(&ground);
    let run = ground.run(
        "echo first; head -c 5000000 /dev/zero | tr '\\0' x; echo; printf 'bad \\377\\376 bytes\\n'\n\
         printf 'null \\0 byte\\n'; printf '\\033[2Jgone\\n'; printf '{\"type\":\"text\",\"text\":17}\\n{not json\\n'\n\
         usage='{\"type\":\"usage\",\"input_tokens\":18446744073709551615,\"output_tokens\":18446744073709551615'\n\
         usage=$usage',\"cache_read_tokens\":9223372036854775807,\"cache_write_tokens\":1,\"cost_usd\":1e308}'\n\
         echo \"$usage\"; echo \"$usage\"; head -c 100000 /dev/zero | tr '\\0' '['; echo\n\
         head -c 5000000 /dev/zero | tr '\\0' y >&2; printf 'no line end at the end'",
        "@A tell @T/user/said @T/user/complained",
    );
    assert_eq!(run.status(), "completed", "odd output is no failure: {:.2000}", run.said);
    assert_eq!(run.shown["input_tokens"], json!(1_i64 << 50), "a claim beyond all measure breaks nothing");
    for words in ["first", "bad \u{fffd}\u{fffd} bytes", "{not json", "no line end at the end"] {
        assert!(run.said.contains(&json!(words).to_string()[1..words.len()]), "'{words}' is shown");
    }
    assert!(run.said.contains("characters left out"), "the viewer must know that something is missing");
    assert!(run.said.len() < 1_000_000, "a line of 5 MB must not be kept whole: {} bytes", run.said.len());
    let text = ground.home.waybill(&["run", "log", "1", "-p", "parcels"]).ok().stdout;
    assert!(!text.contains('\u{1b}'), "what an agent prints must not steer the terminal");
}

/// The same bytes in files, for a system whose scripts cannot say them.
#[cfg(windows)]
fn write_flood(ground: &Ground) {
    let usage = json!({
        "type": "usage",
        "input_tokens": u64::MAX,
        "output_tokens": u64::MAX,
        "cache_read_tokens": i64::MAX,
        "cache_write_tokens": 1,
        "cost_usd": 1e308,
    });
    let usage = format!("{usage}\n{usage}\n");
    let said = [
        &b"first\n"[..],
        &vec![b'x'; 5_000_000],
        b"\nbad \xff\xfe bytes\nnull \0 byte\n\x1b[2Jgone\n{\"type\":\"text\",\"text\":17}\n{not json\n",
        usage.as_bytes(),
        &vec![b'['; 100_000],
        b"\nno line end at the end",
    ];
    std::fs::write(ground.home.user().join("said"), said.concat()).expect("is written");
    std::fs::write(ground.home.user().join("complained"), vec![b'y'; 5_000_000]).expect("is written");
}

#[test]
fn two_hundred_thousand_lines_are_kept_in_order() {
    let ground = Ground::new();
    ground.tool("seq 200000; seq 200000 >&2", "@A count 200000");
    let started =
        ground.home.json(&["run", "start", "-p", "parcels", "--prompt", "Count", "--tool", "agent"]);
    let number = &started["number"];
    let served = ground.home.serve();
    let mut events = served.events(Some(0));
    let asked = json!({"project": "parcels", "number": number});
    let run = loop {
        let run = served.call("run_get", &asked);
        if !["pending", "running"].contains(&run["status"].as_str().unwrap_or_default()) {
            break run;
        }
        events.changed("runs");
    };
    assert_eq!(run["status"], "completed", "much output is no failure: {run}");
    let (mut next, mut from) = (1_u32, 0);
    loop {
        let args = json!({"project": "parcels", "number": number, "from": from, "limit": 2000});
        let page = served.call("run_output", &args);
        let items = page["items"].as_array().expect("a list");
        for item in items {
            assert_eq!(item["seq"], json!(from), "events are numbered without gaps");
            from += 1;
            // The program that stands in for `seq` says something of its own first.
            let text = item["event"]["text"].as_str().filter(|_| item["event"]["type"] == "text");
            if let Some(text) = text.filter(|text| next <= 200_000 && !(text.is_empty() || *text == OWN)) {
                assert_eq!(text, next.to_string(), "no line is lost or out of order");
                next += 1;
            }
        }
        if items.is_empty() {
            break;
        }
    }
    assert_eq!(next, 200_001, "every line is there");
    assert!(from > 400_000, "the complaints are there too: {from}");
}

#[test]
fn a_workspace_that_cannot_be_entered_is_worked_and_removed_all_the_same() {
    let ground = Ground::new();
    let run = ground.run(
        "for place in . ~ /tmp $WAYBILL_OUT; do mkdir -p $place/closed/inner; echo x > $place/closed/inner/f\n\
         chmod 000 $place/closed/inner $place/closed; done\n\
         echo new > new.txt; echo y > unreadable.txt; chmod 000 unreadable.txt\n\
         name=$(printf 'odd\\nname \\377'); echo odd > \"$name\"; mkdir -p d/d/d/d/d/d/d/d/d/d; echo done",
        r"for %%p in (. %USERPROFILE% %TEMP% %WAYBILL_OUT%) do call :close %%p
        >new.txt echo new
        >unreadable.txt echo y
        attrib +r unreadable.txt
        mkdir d\d\d\d\d\d\d\d\d\d
        echo done
        exit /b 0
        :close
        mkdir %1\closed\inner
        >%1\closed\inner\f echo x
        attrib +r %1\closed\inner\f",
    );
    assert_eq!(run.status(), "completed", "rights that were taken away are given back: {run:?}");
    let branch = run.branch();
    assert_eq!(ground.git(&["show", &format!("{branch}:new.txt")]), "new", "the change is there");
    assert_eq!(ground.git(&["show", &format!("{branch}:unreadable.txt")]), "y", "all of it");
    ground.untouched(&[branch]);
}
