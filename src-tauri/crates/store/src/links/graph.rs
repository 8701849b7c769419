//! The issues around one: breadth first along its links.

use crate::error::StoreError;
use crate::issues::{BRIEF_COLUMNS, Brief, read_brief};
use crate::row::{all, parsed};
use rusqlite::Connection;
use std::collections::HashSet;
use waybill_domain::ids::IssueId;
use waybill_domain::link::Relation;

/// The most issues of a graph.
const NODES: usize = 100;
/// How many links away an issue of a graph may be.
const DISTANCE: usize = 3;

/// The issues around one, which comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    pub nodes: Vec<Brief>,
    /// Every link between two of the nodes.
    pub edges: Vec<Edge>,
    /// Whether there are more issues than these.
    pub cut: bool,
}

/// A link as it is kept, by issue number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub from: i64,
    pub kind: Relation,
    pub to: i64,
}

/// The graph around an issue: at most 100 issues, at most three links away, the nearest first.
pub fn around(connection: &Connection, issue: &IssueId) -> Result<Graph, StoreError> {
    let sql = format!("SELECT {BRIEF_COLUMNS} FROM issues i WHERE i.id = ?1");
    let mut nodes = all(connection, &sql, [issue.as_str()], read_brief)?;
    let mut seen: HashSet<IssueId> = nodes.iter().map(|node| node.id.clone()).collect();
    let mut frontier = ids(&nodes)?;
    for _ in 0..DISTANCE {
        let room = NODES - nodes.len();
        let mut found = neighbours(connection, &frontier, &seen, room + 1)?;
        let cut = found.len() > room;
        found.truncate(room);
        frontier = ids(&found)?;
        seen.extend(found.iter().map(|node| node.id.clone()));
        nodes.extend(found);
        if cut {
            return Ok(Graph { edges: edges(connection, &nodes)?, nodes, cut });
        }
    }
    let cut = !neighbours(connection, &frontier, &seen, 1)?.is_empty();
    Ok(Graph { edges: edges(connection, &nodes)?, nodes, cut })
}

/// Issues one link away from those of `frontier` that were not seen yet, at most `limit`.
fn neighbours(
    connection: &Connection,
    frontier: &str,
    seen: &HashSet<IssueId>,
    limit: usize,
) -> Result<Vec<Brief>, StoreError> {
    let sql = format!(
        "WITH near (id) AS (
           SELECT l.to_issue FROM json_each(?1) f JOIN issue_links l ON l.from_issue = f.value
           UNION
           SELECT l.from_issue FROM json_each(?1) f JOIN issue_links l ON l.to_issue = f.value
         )
         SELECT {BRIEF_COLUMNS} FROM near JOIN issues i ON i.id = near.id
         WHERE near.id NOT IN (SELECT value FROM json_each(?2)) ORDER BY i.number LIMIT ?3"
    );
    let seen = crate::row::to_json(&seen.iter().collect::<Vec<_>>())?;
    all(connection, &sql, (frontier, seen, i64::try_from(limit).unwrap_or(i64::MAX)), read_brief)
}

fn edges(connection: &Connection, nodes: &[Brief]) -> Result<Vec<Edge>, StoreError> {
    all(
        connection,
        "SELECT a.number AS from_number, l.kind, b.number AS to_number
         FROM json_each(?1) f JOIN issue_links l ON l.from_issue = f.value
         JOIN issues a ON a.id = l.from_issue JOIN issues b ON b.id = l.to_issue
         WHERE l.to_issue IN (SELECT value FROM json_each(?1)) ORDER BY a.number, l.kind, b.number",
        [ids(nodes)?],
        |row| {
            Ok(Edge { from: row.get("from_number")?, kind: parsed(row, "kind")?, to: row.get("to_number")? })
        },
    )
}

fn ids(nodes: &[Brief]) -> Result<String, StoreError> {
    crate::row::to_json(&nodes.iter().map(|node| &node.id).collect::<Vec<_>>())
}
