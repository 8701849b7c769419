//! Who authors are, resolved for a whole answer at once (SPEC 2, "Author identity").

use crate::error::StoreError;
use crate::row::to_json;
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap};
use waybill_domain::principal::Principal;

/// Resolves the authors of an answer; made once for it, with one query, so that no row costs one of its own.
#[derive(Debug, Clone)]
pub struct Authors {
    operator: Option<String>,
    /// Handle and name of guests and members, by user id.
    people: HashMap<String, (Option<String>, Option<String>)>,
}

/// An author as stored, with what is known of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub who: Principal,
    pub handle: Option<String>,
    pub display_name: Option<String>,
}

impl Authors {
    /// Reads who is behind these user ids, in one query however many they are.
    pub fn load<'a>(
        connection: &Connection,
        user_ids: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, StoreError> {
        let ids: BTreeSet<&str> = user_ids
            .into_iter()
            .filter_map(|user_id| user_id.strip_prefix("guest:").or_else(|| user_id.strip_prefix("member:")))
            .collect();
        let mut statement = connection.prepare_cached(
            "SELECT 'operator', NULL, value ->> '$' FROM settings WHERE key = 'display_name' AND json_type(value) = 'text'
             UNION ALL SELECT p.kind || ':' || p.id, p.handle, p.display_name
               FROM json_each(?1) wanted CROSS JOIN people p ON p.id = wanted.value",
        )?;
        let mut rows = statement.query([to_json(&ids)?])?;
        let mut people: HashMap<String, (Option<String>, Option<String>)> = HashMap::new();
        while let Some(row) = rows.next()? {
            people.insert(row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?));
        }
        let operator = people.remove("operator").and_then(|(_, name)| name).filter(|name| !name.is_empty());
        Ok(Self { operator, people })
    }

    /// The author behind a stored user id; an id that names nobody is Waybill's own, and of a person who is gone
    /// nothing is known but the id.
    pub fn resolve(&self, user_id: &str) -> Author {
        let who = user_id.parse().unwrap_or(Principal::System);
        let (handle, display_name) = match &who {
            Principal::Operator => (None, self.operator.clone()),
            Principal::Guest(_) | Principal::Member(_) => {
                self.people.get(user_id).cloned().unwrap_or_default()
            }
            Principal::Agent(_) | Principal::System => (None, None),
        };
        Author { who, handle, display_name }
    }
}

#[cfg(test)]
mod tests {
    use super::Authors;
    use crate::people::{self, PersonKind};
    use crate::{Store, settings};
    use rusqlite::trace::{TraceEvent, TraceEventCodes};
    use serde_json::{Map, json};
    use std::cell::Cell;
    use std::sync::Arc;
    use waybill_domain::principal::Principal;

    thread_local! {
        #[cfg_attr(
            windows,
            expect(clippy::missing_const_for_thread_local, reason = "it is const; clippy sees what the macro makes of it")
        )]
        static STATEMENTS: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn a_page_of_two_hundred_rows_by_fifty_guests_costs_one_query() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(directory.path(), Arc::new(|| 1)).expect("opens");
        let guests = store
            .write_blocking(|w| {
                let mut values = Map::new();
                values.insert("display_name".to_owned(), json!("Ines"));
                settings::set(w, &values, &Principal::Operator)?;
                (0..50)
                    .map(|index| {
                        let (handle, name) = (format!("g{index}"), format!("Guest {index}"));
                        people::insert(w, PersonKind::Guest, Some(&handle), Some(&name), &Principal::Operator)
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .expect("is filled");
        let mut rows: Vec<String> =
            (0..197).map(|index| guests[index % 50].principal().to_string()).collect();
        rows.extend(
            ["operator", "agent:primary.subagents.a", "guest:01ARZ3NDEKTSV4RRFFQ69G5FAV"].map(str::to_owned),
        );
        let resolved = store
            .read_blocking(|reader| {
                let count = |event: TraceEvent<'_>| {
                    if matches!(event, TraceEvent::Stmt(..)) {
                        STATEMENTS.set(STATEMENTS.get() + 1);
                    }
                };
                reader.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count));
                let authors = Authors::load(reader, rows.iter().map(String::as_str))?;
                let resolved: Vec<_> = rows.iter().map(|user_id| authors.resolve(user_id)).collect();
                reader.trace_v2(TraceEventCodes::empty(), None);
                Ok(resolved)
            })
            .expect("is read");
        assert_eq!(STATEMENTS.get(), 1, "a page must not get slower with the people on it");
        assert_eq!(resolved[51].handle.as_deref(), Some("g1"), "each row gets its own author");
        assert_eq!(resolved[51].display_name.as_deref(), Some("Guest 1"));
        assert_eq!((&resolved[197].handle, resolved[197].display_name.as_deref()), (&None, Some("Ines")));
        for gone in &resolved[198..] {
            assert_eq!(
                (&gone.handle, &gone.display_name),
                (&None, &None),
                "{:?}: nothing else is known",
                gone.who
            );
        }
    }
}
