//! Tables for people: columns that fit the terminal, the widest text cut rather than wrapped.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A column: its head, whether numbers stand right, and whether it gives way when there is no room.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub head: &'static str,
    pub right: bool,
    pub gives_way: bool,
}

/// A column of text.
pub const fn text(head: &'static str) -> Column {
    Column { head, right: false, gives_way: false }
}

/// A column of numbers.
pub const fn number(head: &'static str) -> Column {
    Column { head, right: true, gives_way: false }
}

/// A column of text that is cut when there is no room.
pub const fn flexible(head: &'static str) -> Column {
    Column { head, right: false, gives_way: true }
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
    let mut widths: Vec<usize> = columns.iter().map(|column| column.head.width()).collect();
    for row in rows {
        for (cell, widest) in row.iter().zip(&mut widths) {
            *widest = (*widest).max(cell.width());
        }
    }
    let gaps = 2 * (columns.len() - 1);
    let total: usize = widths.iter().sum::<usize>() + gaps;
    if let Some(index) = columns.iter().position(|column| column.gives_way)
        && total > width
    {
        widths[index] = widths[index].saturating_sub(total - width).max(12);
    }
    let mut out =
        line(columns, &columns.iter().map(|column| column.head.to_owned()).collect::<Vec<_>>(), &widths);
    for row in rows {
        out.push_str(&line(columns, row, &widths));
    }
    out
}

fn line(columns: &[Column], cells: &[String], widths: &[usize]) -> String {
    let mut out = String::new();
    for (index, ((column, cell), &width)) in columns.iter().zip(cells).zip(widths).enumerate() {
        let shown = cut(cell, width);
        let space = " ".repeat(width - shown.width().min(width));
        if index > 0 {
            out.push_str("  ");
        }
        if column.right {
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

    #[test]
    fn a_table_fits_the_terminal_and_cannot_steer_it() {
        let rows = vec![
            vec![
                "1".to_owned(),
                "東京 \u{1b}[31mlong title that does not fit here".to_owned(),
                "open".to_owned(),
            ],
            vec!["12".to_owned(), "short".to_owned(), "triaged".to_owned()],
        ];
        let drawn = draw(&[number("#"), flexible("title"), text("status")], &rows, 32);
        assert!(!drawn.contains('\u{1b}'), "an issue's title must not colour or clear the terminal");
        assert!(drawn.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 32), "{drawn}");
        assert!(drawn.contains('…'), "what was cut must be seen to be cut");
    }
}
