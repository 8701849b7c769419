//! Differences between two commits: the list of files, and one file's lines by the page.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Git, GitError};

/// What happened to a file between two commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStatus {
    Added,
    Modified,
    Deleted,
    Renamed,
    Copied,
    /// Its kind changed: file, link, submodule.
    TypeChanged,
}

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDiff {
    /// Its path, that of the new side.
    pub path: String,
    /// Where it was before, when it moved.
    pub old_path: Option<String>,
    /// What happened.
    pub status: ChangeStatus,
    /// Lines added; 0 for a binary file.
    pub added: u32,
    /// Lines removed; 0 for a binary file.
    pub removed: u32,
    /// Whether it has no lines to show.
    pub binary: bool,
}

/// What a line of a diff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// The head of a hunk: `@@ -1,4 +1,5 @@ fn main`.
    Hunk,
    Context,
    Added,
    Removed,
    /// "No newline at end of file".
    Note,
}

/// One line of a file's diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    pub kind: LineKind,
    /// Its number on the old side, from 1.
    pub old: Option<u32>,
    /// Its number on the new side, from 1.
    pub new: Option<u32>,
    /// The line without its mark; cut at 4,000 characters.
    pub text: String,
}

/// A page of a file's diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffPage {
    pub lines: Vec<DiffLine>,
    /// The line to ask for next; None at the end.
    pub next: Option<u64>,
}

/// The longest text of a line that is shown, in characters.
const LONGEST: usize = 4000;

impl Git {
    /// The files that differ between two commits (full ids), with renames found.
    pub async fn diff_files(
        &self,
        common_dir: &Path,
        base: &str,
        head: &str,
    ) -> Result<Vec<FileDiff>, GitError> {
        let (base, head) = (self.resolve(common_dir, base).await?, self.resolve(common_dir, head).await?);
        let args = ["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-commit-id", "--no-ext-diff"];
        let args = args.into_iter().chain(["--no-textconv", base.as_str(), head.as_str()]);
        let bytes = self.on(common_dir, args).bytes().await?;
        files(&bytes).ok_or_else(|| GitError::Unreadable { action: "diff-tree".to_owned() })
    }

    /// The whole difference between two commits, as git writes it.
    pub async fn diff_text(&self, common_dir: &Path, base: &str, head: &str) -> Result<String, GitError> {
        let (base, head) = (self.resolve(common_dir, base).await?, self.resolve(common_dir, head).await?);
        let args =
            ["diff-tree", "-r", "-M", "-p", "--no-color", "--no-commit-id", "--no-ext-diff", "--no-textconv"];
        let bytes =
            self.on(common_dir, args.into_iter().chain([base.as_str(), head.as_str()])).bytes().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Lines of one file's diff, `from` counted over all its lines from 0, at most `most` of them.
    ///
    /// `old_path` is that of [`FileDiff`]. Nothing but the page is held in memory.
    pub async fn diff_file(
        &self,
        common_dir: &Path,
        (base, head): (&str, &str),
        (path, old_path): (&str, Option<&str>),
        from: u64,
        most: usize,
    ) -> Result<DiffPage, GitError> {
        let (base, head) = (self.resolve(common_dir, base).await?, self.resolve(common_dir, head).await?);
        let args =
            ["diff-tree", "-r", "-p", "-M", "--unified=3", "--no-color", "--no-commit-id", "--no-ext-diff"];
        let args =
            args.into_iter().chain(["--no-textconv", "--diff-algorithm=histogram", &base, &head, "--"]);
        let args = args.chain(old_path).chain([path]);
        let mut child = self.on(common_dir, args).start().await?;
        let mut page = DiffPage { lines: Vec::new(), next: None };
        let Some(mut stream) = child.stdout() else { return Ok(page) };
        let mut reader = HunkReader::default();
        let mut at: u64 = 0;
        let io = |source| GitError::Io { doing: "reading a diff", source };
        while let Some(line) = stream.next_line().await.map_err(io)? {
            let Some(line) = reader.read(&line.text) else { continue };
            if at >= from && page.lines.len() < most {
                page.lines.push(line);
            } else if at >= from {
                page.next = Some(at);
                // Dropping the child ends git: the rest is not needed.
                return Ok(page);
            }
            at += 1;
        }
        let status = child.wait().await.map_err(io)?;
        if !status.success() {
            return Err(super::call::failed("diff-tree", ""));
        }
        Ok(page)
    }
}

/// Reads the lines of a patch, telling its heads from its content by the counts in `@@`.
#[derive(Default)]
struct HunkReader {
    old: u32,
    new: u32,
    old_left: u32,
    new_left: u32,
    in_hunks: bool,
}

impl HunkReader {
    fn read(&mut self, line: &str) -> Option<DiffLine> {
        let text = |line: &str| waybill_domain::text::cut(line.get(1..).unwrap_or_default(), LONGEST);
        if self.old_left == 0 && self.new_left == 0 {
            if let Some(((old, old_left), (new, new_left))) = hunk_head(line) {
                *self = Self { old, new, old_left, new_left, in_hunks: true };
                let text = waybill_domain::text::cut(line, LONGEST);
                return Some(DiffLine { kind: LineKind::Hunk, old: None, new: None, text });
            }
            let note = self.in_hunks && line.starts_with('\\');
            self.in_hunks &= note;
            return note.then(|| DiffLine { kind: LineKind::Note, old: None, new: None, text: text(line) });
        }
        let (kind, old, new) = match line.as_bytes().first() {
            Some(b'+') => (LineKind::Added, false, true),
            Some(b'-') => (LineKind::Removed, true, false),
            Some(b'\\') => (LineKind::Note, false, false),
            _ => (LineKind::Context, true, true),
        };
        let mut step = |used: bool, number: bool| {
            let (at, left) = if number {
                (&mut self.new, &mut self.new_left)
            } else {
                (&mut self.old, &mut self.old_left)
            };
            used.then(|| {
                *at += 1;
                *left = left.saturating_sub(1);
                *at - 1
            })
        };
        let (old, new) = (step(old, false), step(new, true));
        Some(DiffLine { kind, old, new, text: text(line) })
    }
}

type Span = (u32, u32);

/// `@@ -1,4 +1,5 @@`: first line and count of both sides.
fn hunk_head(line: &str) -> Option<(Span, Span)> {
    let mut words = line.strip_prefix("@@ -")?.split(' ');
    let span = |word: &str| match word.split_once(',') {
        Some((first, count)) => Some((first.parse().ok()?, count.parse().ok()?)),
        None => Some((word.parse().ok()?, 1)),
    };
    Some((span(words.next()?)?, span(words.next()?.strip_prefix('+')?)?))
}

/// Reads `--raw --numstat -z`: first every file's status, then every file's counts, both in the same order.
fn files(bytes: &[u8]) -> Option<Vec<FileDiff>> {
    let text = String::from_utf8_lossy(bytes);
    let mut fields = text.split('\0').peekable();
    let mut found = Vec::new();
    while fields.peek().is_some_and(|field| field.starts_with(':')) {
        let letter = fields.next()?.rsplit(' ').next()?.chars().next()?;
        let first = fields.next()?.to_owned();
        let (status, moved) = match letter {
            'A' => (ChangeStatus::Added, false),
            'D' => (ChangeStatus::Deleted, false),
            'T' => (ChangeStatus::TypeChanged, false),
            'R' => (ChangeStatus::Renamed, true),
            'C' => (ChangeStatus::Copied, true),
            _ => (ChangeStatus::Modified, false),
        };
        let (path, old_path) = if moved { (fields.next()?.to_owned(), Some(first)) } else { (first, None) };
        found.push(FileDiff { path, old_path, status, added: 0, removed: 0, binary: false });
    }
    for file in &mut found {
        let mut counts = fields.next()?.splitn(3, '\t');
        let (added, removed, path) = (counts.next()?, counts.next()?, counts.next()?);
        if path.is_empty() {
            fields.next()?;
            fields.next()?;
        }
        file.binary = added == "-";
        file.added = added.parse().unwrap_or(0);
        file.removed = removed.parse().unwrap_or(0);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::{HunkReader, LineKind};

    #[test]
    fn a_removed_line_that_looks_like_a_head_is_still_a_line() {
        let patch = "--- a/x\n+++ b/x\n@@ -3,2 +3,1 @@ fn\n--- a/old\n kept\n\\ No newline at end of file\n@@ -9 +8 @@\n-a\n+b";
        let mut reader = HunkReader::default();
        let lines: Vec<_> = patch.lines().filter_map(|line| reader.read(line)).collect();
        let kinds: Vec<_> = lines.iter().map(|line| (line.kind, line.old, line.new)).collect();
        let expected = [
            (LineKind::Hunk, None, None),
            (LineKind::Removed, Some(3), None),
            (LineKind::Context, Some(4), Some(3)),
            (LineKind::Note, None, None),
            (LineKind::Hunk, None, None),
            (LineKind::Removed, Some(9), None),
            (LineKind::Added, None, Some(8)),
        ];
        assert_eq!(kinds, expected, "comments on lines would stand at the wrong place");
        assert_eq!(lines[1].text, "-- a/old", "only the mark is taken off");
    }
}
