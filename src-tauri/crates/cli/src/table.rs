//! Tables for people: columns that fit the terminal, the widest text cut rather than wrapped.

use crate::paint::{Paint, of_word, painted};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A column that gives way keeps at least this width.
const NARROWEST: usize = 12;

/// A column: its head, and how its cells stand.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub head: &'static str,
    right: bool,
    gives_way: bool,
    optional: bool,
}

/// A column of text.
pub const fn text(head: &'static str) -> Column {
    Column { head, right: false, gives_way: false, optional: false }
}

/// A column of numbers, which stand right.
pub const fn number(head: &'static str) -> Column {
    Column { right: true, ..text(head) }
}

/// A column of text that is cut when there is no room.
pub const fn flexible(head: &'static str) -> Column {
    Column { gives_way: true, ..text(head) }
}

impl Column {
    /// Left out when all its cells are empty.
    pub const fn unless_empty(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// The terminal's width in columns; unbounded where there is none, so that scripts see whole lines.
pub fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(usize::MAX, |(width, _)| usize::from(width.0))
}

/// Draws a table; without rows there is nothing to draw.
pub fn draw(columns: &[Column], rows: &[Vec<String>], width: usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let shown: Vec<usize> = (0..columns.len())
        .filter(|&index| !columns[index].optional || rows.iter().any(|row| !row[index].is_empty()))
        .collect();
    let mut widths: Vec<(usize, usize)> = shown
        .iter()
        .map(|&index| {
            let widest = rows.iter().map(|row| row[index].width()).max().unwrap_or(0);
            (index, widest.max(columns[index].head.width()))
        })
        .collect();
    fit(columns, &mut widths, width);
    let mut out = line(columns, &widths, |index| (columns[index].head, Paint::Head));
    for row in rows {
        out.push_str(&line(columns, &widths, |index| (&row[index], of_word(&row[index]))));
    }
    out
}

/// Takes what is too wide from the columns that give way, from the widest first.
fn fit(columns: &[Column], widths: &mut [(usize, usize)], width: usize) {
    let gaps = 2 * widths.len().saturating_sub(1);
    loop {
        let total: usize = widths.iter().map(|(_, wide)| wide).sum::<usize>() + gaps;
        let giving = widths.iter_mut().filter(|(index, wide)| columns[*index].gives_way && *wide > NARROWEST);
        let Some((_, widest)) = giving.max_by_key(|(_, wide)| *wide).filter(|_| total > width) else {
            return;
        };
        *widest -= 1;
    }
}

fn line<'a>(
    columns: &[Column],
    widths: &[(usize, usize)],
    cell: impl Fn(usize) -> (&'a str, Paint),
) -> String {
    let mut out = String::new();
    for (place, &(index, width)) in widths.iter().enumerate() {
        let (text, paint) = cell(index);
        let shown = cut(text, width);
        let space = " ".repeat(width - shown.width().min(width));
        let shown = painted(paint, &shown);
        if place > 0 {
            out.push_str("  ");
        }
        if columns[index].right {
            out.push_str(&space);
            out.push_str(&shown);
        } else {
            out.push_str(&shown);
            out.push_str(&space);
        }
    }
    format!("{}\n", out.trim_end())
}

/// Cuts a text to a width in terminal columns; control characters are left out, so that a title cannot steer the
/// terminal.
fn cut(text: &str, width: usize) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    if clean.width() <= width {
        return clean;
    }
    let mut out = String::new();
    let mut used = 0;
    for c in clean.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        out.push(c);
        used += wide;
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::{draw, flexible, number, text};

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|&cell| cell.to_owned()).collect()
    }

    #[test]
    fn a_table_fits_the_terminal_and_cannot_steer_it() {
        let rows = vec![
            row(&["1", "東京 \u{1b}[31mlong title that does not fit here", "open"]),
            row(&["12", "short", "triaged"]),
        ];
        let drawn = draw(&[number("#"), flexible("title"), text("status")], &rows, 32);
        assert!(!drawn.contains('\u{1b}'), "an issue's title must not colour or clear the terminal");
        assert!(drawn.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 32), "{drawn}");
        assert!(drawn.contains('…'), "what was cut must be seen to be cut");
    }

    #[test]
    fn long_labels_give_way_as_well_and_empty_columns_take_no_room() {
        let columns =
            [number("#"), flexible("title"), text("run").unless_empty(), flexible("labels").unless_empty()];
        let rows =
            vec![row(&["1", "a title of thirty characters..", "", "importer parser release-blocker ui"])];
        let drawn = draw(&columns, &rows, 40);
        assert!(drawn.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 40), "{drawn}");
        assert!(!drawn.contains("run"), "a column with nothing in it is left out: {drawn}");
    }
}
