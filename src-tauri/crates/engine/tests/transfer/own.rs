//! Waybill's own export: out, into an empty database, out again, and the same to the byte.

use crate::generated::everything;
use crate::support::{Home, assert_same, bytes};
use waybill_engine::transfer::{Layout, TransferError};
use waybill_store::transfer::Viewer;

#[test]
fn an_export_comes_back_whole_and_a_second_time_changes_nothing() {
    let home = Home::new();
    let project = everything(&home, "anvil", 7, 60);
    let first = home.export(&project, "first");
    let other = Home::new();
    let restored = other.restore(&first);
    assert_eq!(restored.report.skipped, [], "no row is lost on the way");
    assert_eq!(restored.project, "anvil");
    assert_same(&first, &other.export(&project, "second"), "export, import, export");
    let again = other.restore(&first);
    assert_eq!(again.report.issues, 0, "what is there stays");
    assert_eq!(again.report.existing, restored.report.issues);
    assert_same(&first, &other.export(&project, "third"), "a second import changed something");
    for table in [
        "issues",
        "issue_updates",
        "issue_todos",
        "issue_links",
        "attachments",
        "runs",
        "trash",
        "views",
        "persona_versions",
        "workflow_versions",
        "contexts",
        "context_versions",
        "learnings",
        "learning_versions",
    ] {
        assert_ne!(
            other.one(&format!("SELECT count(*) FROM {table}")),
            "0",
            "the generated project must hold {table}"
        );
    }
    assert!(!waybill_store_faults(&other), "the database is whole");
}

fn waybill_store_faults(home: &Home) -> bool {
    let found = home.store.read_blocking(|reader| waybill_store::quick_check(reader)).expect("is read");
    let counts = home.column(
        "SELECT number FROM issues i WHERE
           todos <> (SELECT count(*) FROM issue_todos t WHERE t.issue_id = i.id AND t.status <> 'abandoned')
           OR todos_done <> (SELECT count(*) FROM issue_todos t WHERE t.issue_id = i.id AND t.status = 'completed')
           OR attachments <> (SELECT count(*) FROM attachments a WHERE a.issue_id = i.id)
           OR comments <> (SELECT count(*) FROM issue_updates u WHERE u.issue_id = i.id AND u.kind = 'comment')",
    );
    assert_eq!(counts, Vec::<String>::new(), "the counts that lists show are right");
    !found.is_empty()
}

#[test]
fn what_was_found_by_words_is_found_after_the_move() {
    let home = Home::new();
    let project = everything(&home, "anvil", 3, 40);
    let other = Home::new();
    other.restore(&home.export(&project, "out"));
    let words = "SELECT count(*) FROM issues_fts WHERE issues_fts MATCH 'anvil'";
    assert_eq!(home.one(words), other.one(words));
    assert_ne!(other.one(words), "0", "the search index came along");
}

#[test]
fn a_malformed_row_is_told_and_costs_only_what_hangs_on_it() {
    let home = Home::new();
    let project = everything(&home, "anvil", 5, 30);
    let out = home.export(&project, "out");
    let file = out.join("issues.jsonl");
    let text = std::fs::read_to_string(&file).expect("is read");
    let lines: Vec<&str> = text.lines().collect();
    let mut broken = lines.clone();
    let cut = &lines[2][..lines[2].len() - 9];
    broken[2] = cut;
    std::fs::write(&file, broken.join("\n")).expect("is written");
    let other = Home::new();
    let report = other.restore(&out).report;
    assert_eq!((report.skipped[0].file.as_str(), report.skipped[0].line), ("issues.jsonl", Some(3)));
    assert_eq!(usize::try_from(report.issues), Ok(lines.len() - 1), "all others come in");
    std::fs::write(&file, text).expect("is written");
    let mended = other.restore(&out).report;
    assert_eq!((mended.issues, mended.skipped_total), (1, 0), "the mended file brings what was missing");
}

#[test]
fn where_both_sides_filed_the_same_number_both_issues_stay() {
    let home = Home::new();
    let project = everything(&home, "anvil", 9, 10);
    let out = home.export(&project, "out");
    let other = Home::new();
    other.restore(&out);
    let file = |home: &Home, title: &str| {
        let (id, title) = (project.clone(), title.to_owned());
        home.store
            .write_blocking(move |write| {
                let new = waybill_store::issues::NewIssue {
                    title,
                    body: String::new(),
                    priority: waybill_domain::issue::Priority::Low,
                    labels: Vec::new(),
                };
                waybill_store::issues::insert(
                    write,
                    &id,
                    &new,
                    &waybill_domain::principal::Principal::Operator,
                )
            })
            .expect("is filed")
            .number
    };
    let (here, there) = (file(&home, "filed here"), file(&other, "filed there"));
    assert_eq!(here, there, "both gave the same number");
    let report = other.restore(&home.export(&project, "later")).report;
    assert_eq!(report.issues, 1);
    let expected = format!("#{here} came in as #{}: the number was taken.", here + 1);
    assert!(report.notes.contains(&expected), "{:?}", report.notes);
    let titles = other.column("SELECT title FROM issues WHERE title LIKE 'filed%' ORDER BY number");
    assert_eq!(titles, ["filed there", "filed here"]);
}

#[test]
fn an_import_starts_nothing_consents_to_nothing_and_touches_no_path() {
    let home = Home::new();
    let project = everything(&home, "anvil", 4, 30);
    let id = project.clone();
    home.store
        .write_blocking(move |write| {
            write.execute("UPDATE projects SET settings = ?2 WHERE id = ?1", [
                id.as_str(),
                r#"{"weak_isolation_allowed":true,"share_tool_login":true,"visible_paths":["/home"],"memory_mb":512}"#,
            ])?;
            write.execute("UPDATE runs SET status = 'running', wish = 'pause' WHERE project_id = ?1", [id.as_str()])?;
            write.execute("UPDATE sandboxes SET state = 'running', workspace = '/home' WHERE project_id = ?1", [id.as_str()])?;
            Ok(())
        })
        .expect("is written");
    let out = home.export(&project, "out");
    let other = Home::new();
    // A hostile export says again what ours does not.
    let runs = std::fs::read_to_string(out.join("runs.jsonl")).expect("is read");
    std::fs::write(out.join("runs.jsonl"), runs.replace("\"cancelled\"", "\"running\"")).expect("is written");
    let sandboxes = std::fs::read_to_string(out.join("sandboxes.jsonl")).expect("is read");
    let sandboxes = sandboxes
        .replace("\"killed\"", "\"running\"")
        .replace("\"workspace\":\"\"", "\"workspace\":\"/home\"");
    std::fs::write(out.join("sandboxes.jsonl"), sandboxes).expect("is written");
    let row = std::fs::read_to_string(out.join("projects.jsonl")).expect("is read");
    let row = row.replace("{\\\"memory_mb\\\"", "{\\\"share_tool_login\\\":true,\\\"memory_mb\\\"");
    std::fs::write(out.join("projects.jsonl"), row).expect("is written");
    let report = other.restore(&out).report;
    assert_eq!(report.skipped, []);
    assert_eq!(
        other.one("SELECT count(*) FROM runs WHERE status IN ('pending', 'running')"),
        "0",
        "no agent is started"
    );
    assert_ne!(other.one("SELECT count(*) FROM runs"), "0");
    let live =
        "SELECT count(*) FROM sandboxes WHERE state IN ('creating', 'running', 'paused') OR workspace <> ''";
    assert_eq!(other.one(live), "0", "no path of an export is ever removed");
    assert_eq!(
        other.one("SELECT settings FROM projects"),
        "{\"memory_mb\":512}",
        "consent is given on each machine"
    );
}

#[test]
fn rows_of_another_project_hostile_names_and_false_files_are_refused() {
    let home = Home::new();
    let project = everything(&home, "anvil", 6, 20);
    let out = home.export(&project, "out");
    let other = Home::new();
    let victim = everything(&other, "victim", 8, 5);
    let theirs = other.one("SELECT id FROM issues WHERE number = 1");
    let updates = std::fs::read_to_string(out.join("issue_updates.jsonl")).expect("is read");
    let first = updates.lines().next().expect("a row").to_owned();
    let mut row: serde_json::Value = serde_json::from_str(&first).expect("is JSON");
    row["id"] = "01ARZ3NDEKTSV4RRFFQ69G5FAV".into();
    row["issue_id"] = theirs.clone().into();
    std::fs::write(out.join("issue_updates.jsonl"), format!("{updates}{row}\n")).expect("is written");
    let attachments = std::fs::read_to_string(out.join("attachments.jsonl")).expect("is read");
    let mut row: serde_json::Value =
        serde_json::from_str(attachments.lines().next().expect("a row")).expect("is JSON");
    row["id"] = "01ARZ3NDEKTSV4RRFFQ69G5FAW".into();
    row["sha256"] = "../../../../../../../../../../../../../../../../../../../etc/passwd".into();
    std::fs::write(out.join("attachments.jsonl"), format!("{attachments}{row}\n")).expect("is written");
    let count = format!("SELECT count(*) FROM issue_updates WHERE issue_id = '{theirs}'");
    let before = other.one(&count);
    let report = other.restore(&out).report;
    assert_eq!(other.one(&count), before, "an import reaches into no other project");
    assert_eq!(report.skipped_total, 2, "and says what it left out: {:?}", report.skipped);
    assert_eq!(other.one(&format!("SELECT count(*) FROM projects WHERE id = '{victim}'")), "1");
}

#[test]
fn a_workflow_that_cannot_be_read_costs_no_other_and_no_list() {
    let home = Home::new();
    let project = everything(&home, "anvil", 12, 5);
    let out = home.export(&project, "out");
    let file = out.join("workflow_versions.jsonl");
    let text = std::fs::read_to_string(&file).expect("is read");
    std::fs::write(&file, text.replacen("designer", "wizard", 1)).expect("is written");
    let names = std::fs::read_to_string(out.join("personas.jsonl")).expect("is read");
    std::fs::write(out.join("personas.jsonl"), names.replacen("\"mine\"", "\"../mine\"", 1))
        .expect("is written");
    let other = Home::new();
    let report = other.restore(&out).report;
    assert_eq!(report.skipped_total, 4, "a version, a persona and its two versions: {:?}", report.skipped);
    let listed = other.store.read_blocking(move |reader| waybill_store::workflows::list(reader, &project));
    assert!(
        listed.expect("the list is read").len() > 5,
        "what an import brings must not break what is shown"
    );
}

#[test]
fn a_guest_gets_nothing_that_only_the_operator_sees() {
    let home = Home::new();
    let project = everything(&home, "anvil", 11, 80);
    let secret = home.column(
        "SELECT body FROM issue_updates WHERE visibility = 'operator_only' AND body IS NOT NULL
         UNION SELECT original_body FROM issues WHERE original_body IS NOT NULL
         UNION SELECT suggested_prompt FROM issues WHERE suggested_prompt IS NOT NULL",
    );
    assert!(secret.len() > 3, "the generated project must have secrets to keep");
    for layout in [Layout::Waybill, Layout::Markdown] {
        let out = home.export_as(&project, &format!("{layout:?}"), layout, Viewer::Guest { own: None });
        let all: String =
            bytes(&out).iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
        for text in &secret {
            assert!(!all.contains(text.as_str()), "{layout:?} shows a guest: {text}");
        }
        assert!(!bytes(&out).is_empty());
    }
    let own = home.one("SELECT created_by FROM issues WHERE created_by LIKE 'guest:%'");
    let out = home.export_as(&project, "own", Layout::Waybill, Viewer::Guest { own: Some(own.clone()) });
    let issues = std::fs::read_to_string(out.join("issues.jsonl")).expect("is read");
    let theirs = home.one(&format!("SELECT count(*) FROM issues WHERE created_by = '{own}'"));
    assert_eq!(issues.lines().count().to_string(), theirs, "one who sees only their own gets only these");
    assert!(matches!(home.try_restore(&out), Err(TransferError::Shape(_))), "such an export is no backup");
}

#[test]
fn an_export_never_overwrites_and_a_failed_one_leaves_nothing() {
    let home = Home::new();
    let project = everything(&home, "anvil", 2, 10);
    let out = home.export(&project, "out");
    let before = bytes(&out);
    let request = waybill_engine::transfer::ExportRequest {
        project: project.clone(),
        layout: Layout::Waybill,
        path: out.clone(),
        viewer: Viewer::Operator,
    };
    let refused =
        crate::support::watched(|control| waybill_engine::transfer::export(&home.store, &request, control));
    assert!(matches!(refused, Err(TransferError::Occupied(_))), "{refused:?}");
    assert_eq!(bytes(&out), before);
    let cancel = tokio_util::sync::CancellationToken::new();
    cancel.cancel();
    let stopped = waybill_engine::transfer::export(
        &home.store,
        &waybill_engine::transfer::ExportRequest { path: home.directory.path().join("stopped"), ..request },
        &waybill_engine::transfer::Control { progress: &|_, _| {}, cancel: &cancel },
    );
    assert!(matches!(stopped, Err(TransferError::Cancelled)), "{stopped:?}");
    let left: Vec<String> = std::fs::read_dir(home.directory.path())
        .expect("is read")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("partial") || name == "stopped")
        .collect();
    assert_eq!(left, Vec::<String>::new(), "nothing half-made is left");
}

#[test]
fn issues_as_markdown_are_files_that_people_read() {
    let home = Home::new();
    let project = home.project("anvil");
    home.import(
        &project,
        waybill_engine::transfer::Format::Beads,
        &crate::support::fixture("beads/issues.jsonl"),
    );
    let out = home.export_as(&project, "md", Layout::Markdown, Viewer::Operator);
    let names: Vec<String> = bytes(&out).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "0001-thread-dependencies.md",
            "0002-add-metadata-columns.md",
            "0003-put-on-ice.md",
            "0004-after-the-bad-line.md"
        ]
    );
    let text = std::fs::read_to_string(out.join("0001-thread-dependencies.md")).expect("is read");
    assert_eq!(
        text,
        "---\nnumber: 1\ntitle: \"Thread dependencies\"\nstatus: resolved\npriority: critical\nlabels: [\"epic\"]\n\
         created_by: \"Operator\"\ncreated_at: 2025-12-18T10:00:00.468Z\nupdated_at: 2025-12-18T11:00:00Z\n\
         resolved_at: 2025-12-18T11:00:00Z\n---\n\nAn epic.\n\n## Design\n\nOne table.\n\n## Acceptance criteria\n\n\
         Ask before merging.\n\n## Criteria\n- [x] schema changed\n- [ ] tests pass\n"
    );
    let text = std::fs::read_to_string(out.join("0002-add-metadata-columns.md")).expect("is read");
    assert!(text.ends_with("## Comments\n\n### grace, 2025-12-18T10:10:00Z\n\nStarted.\n"), "{text}");
}
