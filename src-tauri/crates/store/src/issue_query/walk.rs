//! Pages of a list by key: one index is walked in the list's order, or a small set is gathered and sorted.

use super::filter::{Condition, Filter, Part};
use super::{PRIORITY_RANK, Page, bad_cursor};
use crate::error::StoreError;
use crate::viewer::{Viewer, guest_updated_at};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::fmt::Write as _;
use waybill_domain::query::{Query, Sort};

/// A set of at most so many issues is gathered and sorted: what that costs is less than a page of screen time.
const GATHERED: i64 = 2_000;

/// An issue's place in a list: what it is sorted by, its number and its row key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) sort: i64,
    pub(super) number: i64,
    pub(super) key: i64,
}

/// The places of a page, at most `limit`, and the cursor of the next.
pub(super) fn page(
    connection: &Connection,
    viewer: &Viewer,
    filter: &Filter,
    query: &Query,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<Place>, StoreError> {
    let order = Order::of(query.sort);
    let cursor = after.map(|cursor| order.read(cursor)).transpose()?;
    let steps = plan(connection, viewer, filter, &order)?;
    let wanted = limit.saturating_add(1);
    let mut places = Vec::new();
    for step in steps {
        step.read(connection, &order, cursor, wanted, &mut places)?;
    }
    // Of several ranges each gave its first ones; the page is the first of all.
    places.sort_unstable_by(|a, b| order.compare(a, b));
    places.dedup_by_key(|place| place.key);
    let more = places.len() > limit as usize;
    places.truncate(limit as usize);
    let next = places.last().filter(|_| more).map(|place| order.cursor(*place));
    Ok(Page { items: places, next })
}

/// One range of one index, and how it is read.
#[derive(Debug)]
struct Step {
    from: String,
    condition: Condition,
    others: Vec<Condition>,
    /// What the order's columns are columns of.
    alias: &'static str,
    key: &'static str,
    sort: String,
}

/// The ranges to read: of the smallest part when it is small or ordered as the list is, else of the list's order.
fn plan(
    connection: &Connection,
    viewer: &Viewer,
    filter: &Filter,
    order: &Order,
) -> Result<Vec<Step>, StoreError> {
    let mut smallest: Option<(i64, usize)> = None;
    let mut ordered: Option<(i64, usize)> = None;
    for (index, part) in filter.parts.iter().enumerate() {
        let count = filter.count_of(connection, part, GATHERED + 1)?;
        if smallest.is_none_or(|(least, _)| count < least) {
            smallest = Some((count, index));
        }
        if part.ordered && ordered.is_none_or(|(least, _)| count < least) {
            ordered = Some((count, index));
        }
    }
    let by_number = matches!(order, Order::Number { .. });
    if let Some((count, index)) = smallest
        && count <= GATHERED
        && !(by_number && filter.parts[index].ordered)
    {
        return Ok(gather(viewer, filter, order, index));
    }
    if by_number {
        let walked = ordered.map(|(_, index)| index);
        let part = walked.map_or(&filter.base, |index| &filter.parts[index]);
        return Ok(walk(filter, part, walked, "d.number"));
    }
    if viewer.is_guest() && matches!(order, Order::Updated) {
        // The time that a guest sees is kept for nobody, so all that passes is sorted by it.
        return Ok(gather_all(viewer, filter, order));
    }
    let (index, sort) = match order {
        Order::Priority => ("issues d INDEXED BY issues_by_priority", PRIORITY_RANK),
        _ => ("issues d INDEXED BY issues_by_update", "d.updated_at"),
    };
    Ok(walk(filter, &Part { from: index, ..filter.base.clone() }, None, sort))
}

fn walk(filter: &Filter, part: &Part, index: Option<usize>, sort: &str) -> Vec<Step> {
    let others = filter.others(index);
    let join = format!(" CROSS JOIN issues i ON i.key = {}", part.key);
    let from = format!("{}{}", part.from, if others.is_empty() { "" } else { &join });
    let step = |condition| Step {
        from: from.clone(),
        condition,
        others: others.clone(),
        alias: "d",
        key: part.key,
        sort: sort.to_owned(),
    };
    filter.branches(part).into_iter().map(step).collect()
}

fn gather(viewer: &Viewer, filter: &Filter, order: &Order, index: usize) -> Vec<Step> {
    gather_part(viewer, filter, order, &filter.parts[index], Some(index))
}

fn gather_all(viewer: &Viewer, filter: &Filter, order: &Order) -> Vec<Step> {
    gather_part(viewer, filter, order, &filter.base, None)
}

fn gather_part(
    viewer: &Viewer,
    filter: &Filter,
    order: &Order,
    part: &Part,
    index: Option<usize>,
) -> Vec<Step> {
    let others = filter.others(index);
    let from = format!("{} CROSS JOIN issues i ON i.key = {}", part.from, part.key);
    let sort = match order {
        Order::Number { .. } => "i.number".to_owned(),
        Order::Updated if viewer.is_guest() => guest_updated_at("i"),
        Order::Updated => "i.updated_at".to_owned(),
        Order::Priority => PRIORITY_RANK.replace("d.", "i."),
    };
    let step = |condition| Step {
        from: from.clone(),
        condition,
        others: others.clone(),
        alias: "i",
        key: part.key,
        sort: sort.clone(),
    };
    filter.branches(part).into_iter().map(step).collect()
}

impl Step {
    fn read(
        &self,
        connection: &Connection,
        order: &Order,
        cursor: Option<(i64, i64)>,
        limit: u32,
        places: &mut Vec<Place>,
    ) -> Result<(), StoreError> {
        let (sql, values) = self.sql(order, cursor, limit);
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            places.push(Place { key: row.get(0)?, sort: row.get(1)?, number: row.get(2)? });
        }
        Ok(())
    }

    fn sql(&self, order: &Order, cursor: Option<(i64, i64)>, limit: u32) -> (String, Vec<Value>) {
        let Self { from, condition, others, alias, key, sort } = self;
        let mut sql = format!(
            "SELECT {key} AS key, {sort} AS sort, {alias}.number AS number FROM {from} WHERE {}",
            condition.sql
        );
        let mut values = condition.values.clone();
        for other in others {
            sql.push_str(" AND ");
            sql.push_str(&other.sql);
            values.extend(other.values.iter().cloned());
        }
        if let Some((after, number)) = cursor {
            if let Order::Number { descending } = order {
                let _ = write!(sql, " AND {alias}.number {} ?", if *descending { "<" } else { ">" });
                values.push(Value::Integer(number));
            } else {
                let _ = write!(sql, " AND ({sort}, {alias}.number) < (?, ?)");
                values.extend([Value::Integer(after), Value::Integer(number)]);
            }
        }
        let by = match order {
            Order::Number { descending: true } => format!("{alias}.number DESC"),
            Order::Number { descending: false } => format!("{alias}.number"),
            _ => format!("{sort} DESC, {alias}.number DESC"),
        };
        let _ = write!(sql, " ORDER BY {by} LIMIT ?");
        values.push(Value::Integer(i64::from(limit)));
        (sql, values)
    }
}

/// The order of a list: a key, and the number where keys are equal.
enum Order {
    Number { descending: bool },
    Updated,
    Priority,
}

impl Order {
    const fn of(sort: Option<Sort>) -> Self {
        match sort {
            None | Some(Sort::Newest | Sort::Relevance) => Self::Number { descending: true },
            Some(Sort::Oldest) => Self::Number { descending: false },
            Some(Sort::Updated) => Self::Updated,
            Some(Sort::Priority) => Self::Priority,
        }
    }

    fn compare(&self, a: &Place, b: &Place) -> std::cmp::Ordering {
        match self {
            Self::Number { descending: false } => a.number.cmp(&b.number),
            Self::Number { descending: true } => b.number.cmp(&a.number),
            Self::Updated | Self::Priority => (b.sort, b.number).cmp(&(a.sort, a.number)),
        }
    }

    const fn letter(&self) -> &'static str {
        match self {
            Self::Number { .. } => "n",
            Self::Updated => "u",
            Self::Priority => "p",
        }
    }

    fn cursor(&self, place: Place) -> String {
        format!("{}:{}:{}", self.letter(), place.sort, place.number)
    }

    fn read(&self, cursor: &str) -> Result<(i64, i64), StoreError> {
        let parts: Vec<&str> = cursor.split(':').collect();
        match parts.as_slice() {
            [letter, sort, number] if *letter == self.letter() => sort.parse().ok().zip(number.parse().ok()),
            _ => None,
        }
        .ok_or_else(bad_cursor)
    }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
