//! Import of 100,000 issues and export of the whole project, as a person calls them.

use crate::commands::{run, shell, waybill};
use crate::corpus::{Corpus, Random};
use crate::filled::{Filled, ISSUES, NOW, SLUG};
use crate::inserted::insert_again;
use crate::measure::{Fallible, Pair, tell, time};
use serde_json::json;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_store::Store;
use waybill_store::projects::{self, NewProject};

const IMPORT_BUDGET: f64 = 1.5;
const EXPORT_BUDGET: f64 = 3.0;
/// The tables that an export is mostly made of.
const EXPORTED: [&str; 5] = ["issues", "issue_updates", "issue_todos", "issue_labels", "issue_links"];

/// Imports a file of `gh issue list --json`, against the same rows inserted raw.
pub fn import() -> Fallible<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (file, full, empty) =
        (folder.path().join("issues.json"), folder.path().join("full"), folder.path().join("empty"));
    write_issues(&file)?;
    drop(Store::open(&empty, Arc::new(|| NOW))?);
    let project = add_project(&full)?;
    let path = file.to_string_lossy();
    let mut command = waybill(&full, folder.path(), &project, &["issue", "import", "github", &path]);
    let value = time(|| run(&mut command))?;
    let floor = insert_again(&full.join("waybill.db"), &empty.join("waybill.db"))?;
    tell("import of 100,000 issues", Pair { floor, value }, IMPORT_BUDGET);
    Ok(())
}

/// Exports everything, against `sqlite3` writing the large tables as JSON.
pub fn export(filled: &Filled) -> Fallible<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (to, from) = (folder.path().join("export"), filled.home.join("waybill.db"));
    let mut sql = String::from(".mode json\n");
    for table in EXPORTED {
        let name = folder.path().join(format!("{table}.json"));
        sql.extend([".once '", &name.to_string_lossy(), "'\nSELECT * FROM ", table, ";\n"]);
    }
    let script = folder.path().join("export.sql");
    fs::write(&script, sql)?;
    let floor = time(|| run(&mut shell(folder.path(), &from, &format!(".read '{}'", script.display()))))?;
    let path = to.to_string_lossy();
    let value = time(|| run(&mut waybill(&filled.home, folder.path(), &filled.project, &["export", &path])))?;
    tell("export of 1,000,000 updates", Pair { floor, value }, EXPORT_BUDGET);
    Ok(())
}

fn add_project(home: &Path) -> Fallible<ProjectId> {
    let store = Store::open(home, Arc::new(|| NOW))?;
    let new = NewProject {
        slug: SLUG.to_owned(),
        name: "Measured".to_owned(),
        root_path: "/measured".into(),
        git_common_dir: "/measured/.git".into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    Ok(store.write_blocking(move |w| projects::insert(w, &new, &Principal::Operator))?.id)
}

/// Issues as GitHub has them: labels, authors, and a comment on every second one.
fn write_issues(path: &Path) -> Fallible<()> {
    let (corpus, random) = (Corpus::read()?, &mut Random::new(9));
    let mut file = BufWriter::new(File::create(path)?);
    write!(file, "[")?;
    for number in 1..=ISSUES {
        let closed = random.percent(70);
        let comments = if random.percent(50) {
            json!([{
                "author": {"login": format!("guest{}", random.below(200))},
                "body": corpus.text(random, 4),
                "createdAt": "2024-05-02T10:00:00Z",
            }])
        } else {
            json!([])
        };
        let issue = json!({
            "number": number,
            "url": format!("https://github.com/owner/repository/issues/{number}"),
            "title": corpus.title(random),
            "body": corpus.text(random, 12),
            "state": if closed { "CLOSED" } else { "OPEN" },
            "author": {"login": format!("guest{}", random.below(200))},
            "createdAt": "2024-05-01T10:00:00Z",
            "updatedAt": "2024-05-03T10:00:00Z",
            "closedAt": closed.then_some("2024-05-03T10:00:00Z"),
            "labels": [{"name": random.one_of(&["bug", "feature", "documentation", "question"])}],
            "comments": comments,
        });
        let end = if number == ISSUES { "]" } else { ",\n" };
        write!(file, "{issue}{end}")?;
    }
    file.flush()?;
    Ok(())
}
