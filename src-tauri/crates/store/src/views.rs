//! Saved views of a project: a query with how its issues are shown.

use crate::changes::Topic;
use crate::error::StoreError;
use crate::row::{all, first, parsed};
use crate::writer::Write;
use rusqlite::{Connection, Row};
use serde_json::json;
use waybill_domain::ids::{ProjectId, ViewId};
use waybill_domain::principal::Principal;
use waybill_domain::text::has_hidden_characters;

/// The most views of a project: they are kept where they can be seen at once.
const PER_PROJECT: i64 = 100;
/// The most characters of a name.
const NAME: usize = 60;
/// The most characters of a query.
const QUERY: usize = 1_000;

/// A saved view. `layout` and `group_by` are words of the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: ViewId,
    pub name: String,
    pub query: String,
    pub layout: String,
    pub group_by: String,
}

/// What a view is to be.
#[derive(Debug, Clone)]
pub struct NewView {
    pub name: String,
    pub query: String,
    pub layout: &'static str,
    pub group_by: &'static str,
}

const COLUMNS: &str = "id, name, query, layout, group_by";

fn read(row: &Row<'_>) -> Result<View, StoreError> {
    Ok(View {
        id: parsed(row, "id")?,
        name: row.get("name")?,
        query: row.get("query")?,
        layout: row.get("layout")?,
        group_by: row.get("group_by")?,
    })
}

/// The views of a project, in their order.
pub fn list(connection: &Connection, project: &ProjectId) -> Result<Vec<View>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM views WHERE project_id = ?1 ORDER BY position, id");
    all(connection, &sql, [project.as_str()], read)
}

/// The view with this id, of this project.
pub fn get(connection: &Connection, project: &ProjectId, id: &ViewId) -> Result<View, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM views WHERE id = ?1 AND project_id = ?2");
    first(connection, &sql, (id.as_str(), project.as_str()), read)?
        .ok_or_else(|| StoreError::not_found("view", id))
}

/// Saves a view: a new one at the end, or the one with this id where it stands.
pub fn save(
    write: &Write<'_>,
    project: &ProjectId,
    id: Option<&ViewId>,
    view: &NewView,
    actor: &Principal,
) -> Result<View, StoreError> {
    crate::projects::expect_open(write, project)?;
    let name = check(write, project, id, view)?;
    let id = match id {
        Some(id) => {
            get(write, project, id)?;
            write
                .prepare_cached(
                    "UPDATE views SET name = ?2, query = ?3, layout = ?4, group_by = ?5 WHERE id = ?1",
                )?
                .execute((id.as_str(), name, view.query.trim(), view.layout, view.group_by))?;
            id.clone()
        }
        None => insert(write, project, name, view)?,
    };
    write.changed(Topic::View, id.as_str(), Some(project))?;
    write.audit(actor, Some(project), "view.saved", &json!({"view": id, "name": name}))?;
    get(write, project, &id)
}

/// Removes a view.
pub fn remove(
    write: &Write<'_>,
    project: &ProjectId,
    id: &ViewId,
    actor: &Principal,
) -> Result<(), StoreError> {
    let view = get(write, project, id)?;
    write.prepare_cached("DELETE FROM views WHERE id = ?1")?.execute([id.as_str()])?;
    write.changed(Topic::View, id.as_str(), Some(project))?;
    let what = json!({"view": id, "name": view.name, "query": view.query});
    write.audit(actor, Some(project), "view.removed", &what)
}

fn insert(write: &Write<'_>, project: &ProjectId, name: &str, view: &NewView) -> Result<ViewId, StoreError> {
    let (count, position): (i64, i64) = write
        .prepare_cached("SELECT count(*), coalesce(max(position), -1) + 1 FROM views WHERE project_id = ?1")?
        .query_row([project.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count >= PER_PROJECT {
        return Err(StoreError::Conflict(format!(
            "a project has at most {PER_PROJECT} views; remove one that is not needed"
        )));
    }
    let id = ViewId::generate();
    write
        .prepare_cached(
            "INSERT INTO views (id, project_id, name, query, layout, group_by, position, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            id.as_str(),
            project.as_str(),
            name,
            view.query.trim(),
            view.layout,
            view.group_by,
            position,
            write.now(),
        ))?;
    Ok(id)
}

/// The name as it is kept, once it and the query are what a view may have.
fn check<'a>(
    write: &Write<'_>,
    project: &ProjectId,
    id: Option<&ViewId>,
    view: &'a NewView,
) -> Result<&'a str, StoreError> {
    let name = view.name.trim();
    if name.is_empty() || name.chars().count() > NAME || has_hidden_characters(name) {
        return Err(StoreError::Invalid(format!("a view's name has 1 to {NAME} characters that show")));
    }
    if view.query.trim().chars().count() > QUERY {
        return Err(StoreError::Invalid(format!("a view's query has at most {QUERY} characters")));
    }
    let taken: bool = write
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM views WHERE project_id = ?1 AND name = ?2 COLLATE NOCASE AND id IS NOT ?3)",
        )?
        .query_row((project.as_str(), name, id.map(ViewId::as_str)), |row| row.get(0))?;
    if taken {
        return Err(StoreError::Conflict(format!("there is a view '{name}' already")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::{NewView, list, remove, save};
    use crate::open::Store;
    use crate::projects::{self, NewProject};
    use std::sync::Arc;
    use waybill_domain::ids::ProjectId;
    use waybill_domain::principal::Principal;

    fn store() -> (tempfile::TempDir, Store, ProjectId) {
        let home = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(home.path(), Arc::new(|| 1_000)).expect("opens");
        let new = NewProject {
            slug: "demo".to_owned(),
            name: "Demo".to_owned(),
            root_path: "/repository".into(),
            git_common_dir: "/repository/.git".into(),
            default_branch: "main".to_owned(),
            github_repo: None,
        };
        let project =
            store.write_blocking(move |w| projects::insert(w, &new, &Principal::Operator)).expect("is added");
        (home, store, project.id)
    }

    fn view(name: &str) -> NewView {
        NewView { name: name.to_owned(), query: " is:open ".to_owned(), layout: "list", group_by: "status" }
    }

    #[test]
    fn a_view_keeps_its_place_when_it_is_saved_again_and_its_name_is_its_own() {
        let (_home, store, project) = store();
        let names = store
            .write_blocking(move |w| {
                let who = &Principal::Operator;
                let first = save(w, &project, None, &view("Mine"), who)?;
                assert_eq!(first.query, "is:open");
                let second = save(w, &project, None, &view("Urgent"), who)?;
                assert!(save(w, &project, None, &view("mine"), who).is_err(), "two names that read alike");
                assert!(save(w, &project, Some(&second.id), &view("MINE"), who).is_err());
                save(w, &project, Some(&first.id), &view("MINE"), who)?;
                let names: Vec<_> = list(w, &project)?.into_iter().map(|view| view.name).collect();
                remove(w, &project, &first.id, who)?;
                assert!(
                    save(w, &project, Some(&first.id), &view("x"), who).is_err(),
                    "what was removed is not saved into"
                );
                assert_eq!(list(w, &project)?.len(), 1);
                Ok(names)
            })
            .expect("all of it");
        assert_eq!(names, ["MINE", "Urgent"], "a renamed view does not jump to the end");
    }

    #[test]
    fn a_hundred_views_are_enough_and_a_name_shows_what_it_is() {
        let (_home, store, project) = store();
        store
            .write_blocking(move |w| {
                let who = &Principal::Operator;
                for number in 0..100 {
                    save(w, &project, None, &view(&format!("view {number}")), who)?;
                }
                assert!(save(w, &project, None, &view("one more"), who).is_err(), "the list stays readable");
                let first = list(w, &project)?.remove(0);
                for name in ["", "  ", &"x".repeat(61), "a\u{202e}b"] {
                    assert!(save(w, &project, Some(&first.id), &view(name), who).is_err(), "{name:?}");
                }
                let long = NewView { query: "x".repeat(1_001), ..view("long") };
                assert!(save(w, &project, Some(&first.id), &long, who).is_err());
                Ok(())
            })
            .expect("all of it");
    }
}
