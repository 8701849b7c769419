//! Disks that cannot be written or have no room left, as bubblewrap shows them to one program: root as well.

#[cfg(target_os = "linux")]
use super::{assert_nothing_lost, garden};
use super::{assert_refused, text};
use crate::support::{Home, Output};
#[cfg(target_os = "linux")]
use std::process::{Command, Stdio};

/// Runs a program with parts of the disk replaced.
#[cfg(target_os = "linux")]
fn behind(home: &Home, view: &[&str], program: &[&str]) -> Output {
    let mut command = Command::new("bwrap");
    home.environment(&mut command);
    command.args(["--dev-bind", "/", "/"]).args(view).arg("--").args(program).stdin(Stdio::null());
    Output::of(command)
}

#[cfg(target_os = "linux")]
const WAYBILL: &str = env!("CARGO_BIN_EXE_waybill");

#[cfg(target_os = "linux")]
#[test]
fn on_a_read_only_disk_nothing_is_changed_and_the_sentence_says_so() {
    let home = Home::new();
    garden(&home);
    let data = home.data();
    let before = crate::support::snapshot(&data);
    let view = ["--ro-bind", text(&data), text(&data)];
    let refused: &[&[&str]] = &[
        &["issue", "new", "--title", "T", "-p", "garden", "--json"],
        &["issue", "move", "1", "triaged", "-p", "garden", "--json"],
        &["run", "start", "--issue", "1", "--tool", "demo", "-p", "garden", "--wait", "--json"],
        &["demo", "--json"],
        &["backup", "--json"],
    ];
    for args in refused {
        let output = behind(&home, &view, &[&[WAYBILL], *args].concat());
        assert_refused(&output, 1, &["cannot be written", "WAYBILL_HOME"]);
    }
    let after = crate::support::snapshot(&data);
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "no file came or went");
    assert_eq!(before["waybill.db"], after["waybill.db"], "the database is as it was");
    assert_nothing_lost(&home);
}

/// What scans or synchronizes files on Windows may hold one so that nobody else can open it.
#[cfg(windows)]
#[test]
fn a_database_that_another_program_holds_is_not_changed_and_the_sentence_says_so() {
    use std::os::windows::fs::OpenOptionsExt as _;
    let home = Home::new();
    super::garden(&home);
    let file = home.data().join("waybill.db");
    let held = std::fs::File::options().read(true).share_mode(0).open(&file).expect("is held");
    let refused: &[&[&str]] = &[
        &["issue", "new", "--title", "T", "-p", "garden", "--json"],
        &["issue", "list", "-p", "garden", "--json"],
        &["demo", "--json"],
    ];
    for args in refused {
        assert_refused(&home.waybill(args), 1, &["cannot be written", "WAYBILL_HOME"]);
    }
    drop(held);
    super::assert_nothing_lost(&home);
}

#[test]
fn a_data_directory_that_cannot_be_made_is_named() {
    let home = Home::new();
    let place = home.root().join("place");
    std::fs::write(&place, "a file").expect("is written");
    for directory in [place.clone(), place.join("below")] {
        let mut command = home.command(&["issue", "new", "--title", "T", "--json"]);
        command.env("WAYBILL_HOME", &directory);
        assert_refused(&Output::of(command), 1, &[text(&directory), "WAYBILL_HOME"]);
    }
    assert_eq!(std::fs::read(&place).expect("is read"), b"a file", "what lies there is the user's own");
}

/// Files issues until the disk is full, and then again once there is room.
#[cfg(target_os = "linux")]
const FILL: &str = r#"
set -e
waybill=$1 repository=$2
"$waybill" project add "$repository" --slug garden >/dev/null
head -c 300000 /dev/zero > "$WAYBILL_HOME/other-peoples-files"
head -c 16000 /dev/zero | tr '\0' x > "$TMPDIR/body"
filed=0
while "$waybill" issue new --title "Rose $filed" --body-file "$TMPDIR/body" -p garden --json >/dev/null 2>"$TMPDIR/error"; do
  filed=$((filed + 1))
done
echo "$filed"
"$waybill" issue list -p garden --limit 200 --json
"$waybill" audit verify --json
"$waybill" run start --prompt dig --tool demo -p garden --wait --json >/dev/null 2>"$TMPDIR/run" || true
"$waybill" backup --json >/dev/null 2>"$TMPDIR/backup" || true
rm "$WAYBILL_HOME/other-peoples-files"
"$waybill" issue new --title "Room again" -p garden --json
find "$WAYBILL_HOME" -name '*.partial'
"#;

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_what_was_acknowledged_stays_and_work_goes_on_once_there_is_room() {
    let home = Home::new();
    let repository = home.repository("garden", &[("roses", "dry\n")]);
    std::fs::create_dir(home.data()).expect("is made");
    let data = home.data();
    let view = ["--size", "1500000", "--tmpfs", text(&data)];
    let output = behind(&home, &view, &["sh", "-c", FILL, "sh", WAYBILL, text(&repository)]).ok();
    let mut lines = output.stdout.lines();
    let filed: usize = lines.next().and_then(|line| line.parse().ok()).expect("how many were acknowledged");
    let mut json = || -> serde_json::Value {
        serde_json::from_str(lines.next().expect("an answer")).expect("one JSON value a line")
    };
    assert!(filed > 5, "some fit: {filed}");
    assert_eq!(
        json()["items"].as_array().map(Vec::len),
        Some(filed),
        "each acknowledged issue is there, and no other"
    );
    assert_eq!(json()["ok"], true, "the trail is whole");
    assert_eq!(json()["number"], filed + 1, "with room again, work goes on where it stood");
    assert_eq!(lines.next(), None, "no half-written file takes up the room");

    for name in ["error", "run", "backup"] {
        let file = home.temporary().join(name);
        let stderr = std::fs::read_to_string(&file).expect("the refusal was kept");
        let output = Output { code: Some(1), stdout: String::new(), stderr };
        assert_refused(&output, 1, &["is full", "Free some space"]);
        std::fs::remove_file(file).expect("is removed");
    }
    std::fs::remove_file(home.temporary().join("body")).expect("is removed");
}
