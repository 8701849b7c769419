//! A database of its own for each test, and what is asked of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use waybill_domain::ids::ProjectId;
use waybill_domain::principal::Principal;
use waybill_engine::transfer::{
    Control, ExportRequest, Format, ImportRequest, Layout, Report, Restored, TransferError, export, import,
    restore,
};
use waybill_store::transfer::Viewer;
use waybill_store::{Store, projects};

pub const NOW: i64 = 1_800_000_000_000;

/// A data directory with a database, removed with the test.
pub struct Home {
    pub directory: tempfile::TempDir,
    pub store: Store,
}

impl Home {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(directory.path(), Arc::new(|| NOW)).expect("the database opens");
        Self { directory, store }
    }

    pub fn project(&self, slug: &str) -> ProjectId {
        let new = projects::NewProject {
            slug: slug.to_owned(),
            name: slug.to_uppercase(),
            root_path: format!("/repositories/{slug}").into(),
            git_common_dir: format!("/repositories/{slug}/.git").into(),
            default_branch: "main".to_owned(),
            github_repo: None,
        };
        let added =
            self.store.write_blocking(move |write| projects::insert(write, &new, &Principal::Operator));
        added.expect("the project is added").id
    }

    pub fn import(&self, project: &ProjectId, format: Format, path: &Path) -> Report {
        self.try_import(project, format, path, false).expect("the import ends well")
    }

    pub fn try_import(
        &self,
        project: &ProjectId,
        format: Format,
        path: &Path,
        dry_run: bool,
    ) -> Result<Report, TransferError> {
        let request = ImportRequest {
            project: project.clone(),
            format,
            path: path.to_owned(),
            dry_run,
            actor: Principal::Operator,
        };
        watched(|control| import(&self.store, &request, control))
    }

    /// Exports everything into a new folder below the data directory.
    pub fn export(&self, project: &ProjectId, name: &str) -> PathBuf {
        self.export_as(project, name, Layout::Waybill, Viewer::Operator)
    }

    pub fn export_as(&self, project: &ProjectId, name: &str, layout: Layout, viewer: Viewer) -> PathBuf {
        let path = self.directory.path().join(name);
        let request = ExportRequest { project: project.clone(), layout, path: path.clone(), viewer };
        watched(|control| export(&self.store, &request, control)).expect("the export ends well");
        path
    }

    pub fn restore(&self, path: &Path) -> Restored {
        self.try_restore(path).expect("the export comes in")
    }

    pub fn try_restore(&self, path: &Path) -> Result<Restored, TransferError> {
        watched(|control| restore(&self.store, path, None, false, &Principal::Operator, control))
    }

    /// One text or number that a query answers, as text.
    pub fn one(&self, sql: &str) -> String {
        self.column(sql).into_iter().next().unwrap_or_default()
    }

    /// The first column of what a query answers, as texts.
    pub fn column(&self, sql: &str) -> Vec<String> {
        self.store
            .read_blocking(|reader| {
                let mut statement = reader.prepare(sql)?;
                let mut rows = statement.query([])?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    let value = row.get_ref(0)?;
                    let number = |_| value.as_i64().map(|number| number.to_string());
                    found.push(value.as_str().map(str::to_owned).or_else(number).unwrap_or_default());
                }
                Ok(found)
            })
            .expect("the query is answered")
    }
}

pub fn watched<T>(work: impl FnOnce(&Control<'_>) -> T) -> T {
    let cancel = CancellationToken::new();
    work(&Control { progress: &|_, _| {}, cancel: &cancel })
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/imports").join(name)
}

/// Every file below a folder with its bytes, by name.
pub fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("the folder is read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("is below").to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).expect("the file is read")));
            }
        }
    }
    found.sort();
    found
}

/// Asserts that two exports are the same to the byte, and tells the first difference where they are not.
pub fn assert_same(first: &Path, second: &Path, why: &str) {
    let (first, second) = (bytes(first), bytes(second));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second), "{why}: the files differ");
    for ((name, one), (_, other)) in first.iter().zip(&second) {
        let (one, other) = (String::from_utf8_lossy(one), String::from_utf8_lossy(other));
        for (line, (a, b)) in one.lines().zip(other.lines()).enumerate() {
            assert_eq!(a, b, "{why}: {name}, line {}", line + 1);
        }
        assert_eq!(one.len(), other.len(), "{why}: {name} is longer in one of them");
    }
}
