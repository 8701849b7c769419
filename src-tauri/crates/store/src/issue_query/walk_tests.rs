//! How pages are read: by an index in its order, whatever the filter.

use super::super::tests::filled;
use super::{Order, Step, plan};
use crate::issue_query::filter::Filter;
use crate::viewer::Viewer;
use rusqlite::params_from_iter;
use waybill_domain::query::Query;

/// What the database says it does for a step.
fn explained(
    connection: &rusqlite::Connection,
    step: &Step,
    order: &Order,
    cursor: Option<(i64, i64)>,
) -> String {
    let (sql, values) = step.sql(order, cursor, 51);
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("is a statement");
    let rows = statement
        .query_map(params_from_iter(values), |row| row.get::<_, String>("detail"))
        .expect("is explained");
    rows.collect::<Result<Vec<_>, _>>().expect("is read").join("\n")
}

#[test]
fn the_ordinary_lists_walk_an_index_and_sort_nothing() {
    let (_directory, store, project) = filled(40);
    let lines = [
        "",
        "is:all",
        "is:open",
        "is:open,triaged",
        "is:closed",
        "priority:high",
        "priority:high,low is:all",
        "label:bug",
        "label:bug,Ärger is:all",
        "by:operator",
        "by:me is:all",
        "assigned:none",
        "assigned:primary is:all",
        "no:label",
        "has:todo",
        "has:attachment",
        "has:run",
        "has:link",
        "is:claimed",
        "is:open priority:high",
        "label:bug by:operator",
        "sort:oldest",
        "sort:updated",
        "sort:updated is:all",
        "sort:priority",
        "sort:priority is:all",
        "label:bug sort:oldest",
    ];
    for line in lines {
        let (query, viewer) = (Query::parse(line), Viewer::Operator);
        let order = Order::of(query.sort);
        store
            .read_blocking(|reader| {
                let filter = Filter::new(reader, &viewer, &project, &query, false, 0)?;
                for step in plan(reader, &viewer, &filter, &order)? {
                    for cursor in [None, Some((2, 20))] {
                        let plan = explained(reader, &step, &order, cursor);
                        assert!(
                            !plan.contains("SCAN"),
                            "{line}: every issue would be read for a page:\n{plan}"
                        );
                        assert!(
                            !plan.contains("TEMP B-TREE"),
                            "{line}: all that passes would be sorted:\n{plan}"
                        );
                        assert!(plan.contains("SEARCH d USING"), "{line}: {plan}");
                    }
                }
                Ok(())
            })
            .expect("is read");
    }
}

#[test]
fn a_plain_filter_reads_its_index_alone() {
    let (_directory, store, project) = filled(40);
    for line in [
        "",
        "is:all",
        "is:open",
        "priority:high",
        "label:bug",
        "by:operator",
        "assigned:none",
        "no:label",
        "sort:updated",
    ] {
        let (query, viewer) = (Query::parse(line), Viewer::Operator);
        let order = Order::of(query.sort);
        store
            .read_blocking(|reader| {
                let filter = Filter::new(reader, &viewer, &project, &query, false, 0)?;
                for step in plan(reader, &viewer, &filter, &order)? {
                    let read = columns_of_rows(reader, &step, &order);
                    assert_eq!(read, 0, "{line}: rows are read only to be passed over");
                }
                Ok(())
            })
            .expect("is read");
    }
}

/// How many columns a step reads from the issues themselves. The plan does not tell: to it an index with a generated
/// column (`closed`) covers nothing, though all that is read is read from the index.
fn columns_of_rows(connection: &rusqlite::Connection, step: &Step, order: &Order) -> usize {
    let root: i64 = connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'issues'", [], |row| row.get(0))
        .expect("there is the table");
    let (sql, values) = step.sql(order, None, 51);
    let mut statement = connection.prepare(&format!("EXPLAIN {sql}")).expect("is a statement");
    let rows = statement
        .query_map(params_from_iter(values), |row| {
            Ok((row.get::<_, String>("opcode")?, row.get::<_, i64>("p1")?, row.get::<_, i64>("p2")?))
        })
        .expect("is explained");
    let steps: Vec<_> = rows.collect::<Result<_, _>>().expect("is read");
    let opened = |(opcode, _, page): &&(String, i64, i64)| opcode == "OpenRead" && *page == root;
    let cursors: Vec<i64> = steps.iter().filter(opened).map(|(_, cursor, _)| *cursor).collect();
    steps.iter().filter(|(opcode, cursor, _)| opcode == "Column" && cursors.contains(cursor)).count()
}
