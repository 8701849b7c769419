//! What a tool needs to go on in its own session after its workspace is gone: kept beside the database when a run ends,
//! put back when it is taken up again. Written by an agent, it goes nowhere but into an agent's home.

use crate::agents;
use crate::engine::Engine;
use crate::sandbox::{create_private, open_regular, write_over};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use waybill_domain::Millis;
use waybill_domain::ids::RunId;
use waybill_domain::run::Delivery;
use waybill_store::{StoreError, runs};

/// The most that is kept of a run, in bytes and in files.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
const MOST_FILES: usize = 10_000;

/// Where it lies.
pub(super) fn place(data: &Path, run: &RunId) -> PathBuf {
    data.join("sessions").join(run.as_str())
}

/// Keeps what the tools left in a home, in place of what was kept before.
pub(super) fn keep(home: &Path, place: &Path) -> io::Result<()> {
    remove(place)?;
    let mut room = (MOST_BYTES, MOST_FILES);
    agents::session_states().try_for_each(|relative| copy(home, place, Path::new(relative), &mut room))
}

/// Puts it back into a home; false where nothing was kept.
pub(super) fn put_back(place: &Path, home: &Path) -> io::Result<bool> {
    if !place.is_dir() {
        return Ok(false);
    }
    let mut room = (MOST_BYTES, MOST_FILES);
    agents::session_states().try_for_each(|relative| copy(place, home, Path::new(relative), &mut room))?;
    Ok(true)
}

/// Lets it go.
pub(super) fn remove(place: &Path) -> io::Result<()> {
    match fs::remove_dir_all(place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Lets go of what belongs to runs that nobody takes up again: delivered ones, and those that ended before `before`.
pub(crate) async fn forget_sessions(engine: &Engine, before: Millis) {
    let data = engine.store().directory().to_owned();
    let folder = data.join("sessions");
    let listed = tokio::task::spawn_blocking(move || {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect::<Vec<RunId>>()
    });
    for id in listed.await.unwrap_or_default() {
        let known = id.clone();
        let run = engine.store().read(move |reader| runs::by_id(reader, &known)).await;
        let over = match &run {
            Ok(run) => {
                matches!(run.delivery, Delivery::Merged | Delivery::Discarded)
                    || run.finished_at.is_some_and(|at| at < before)
            }
            Err(error) => matches!(error, StoreError::NotFound { .. }),
        };
        let place = place(&data, &id);
        let removed = tokio::task::spawn_blocking(move || if over { remove(&place) } else { Ok(()) }).await;
        if !matches!(removed, Ok(Ok(()))) {
            tracing::warn!(run = %id, ?removed, "the tools' sessions of a run stay");
        }
    }
}

/// Copies plain files and directories; no link is followed, and what is too much is left out.
fn copy(from: &Path, to: &Path, relative: &Path, room: &mut (u64, usize)) -> io::Result<()> {
    let source = from.join(relative);
    let Ok(found) = fs::symlink_metadata(&source) else { return Ok(()) };
    if found.is_dir() {
        for entry in fs::read_dir(&source)? {
            copy(from, to, &relative.join(entry?.file_name()), room)?;
        }
        return Ok(());
    }
    if !found.is_file() || found.len() > room.0 || room.1 == 0 {
        return Ok(());
    }
    let Some(file) = open_regular(&source)? else { return Ok(()) };
    let mut contents = Vec::new();
    file.take(room.0).read_to_end(&mut contents)?;
    *room = (room.0.saturating_sub(contents.len() as u64), room.1 - 1);
    create_private(to)?;
    write_over(to, relative, &contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_comes_back_and_no_link_is_followed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (home, kept, other) =
            (folder.path().join("home"), folder.path().join("kept"), folder.path().join("other"));
        fs::create_dir_all(home.join(".claude/projects/a")).expect("is made");
        fs::write(home.join(".claude/projects/a/session.jsonl"), "words").expect("is written");
        fs::write(folder.path().join("secret"), "of the user").expect("is written");
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path().join("secret"), home.join(".claude/projects/link"))
            .expect("is made");
        keep(&home, &kept).expect("is kept");
        fs::create_dir_all(&other).expect("is made");
        assert!(put_back(&kept, &other).expect("is put back"));
        let read = fs::read_to_string(other.join(".claude/projects/a/session.jsonl"));
        assert_eq!(read.expect("is there"), "words");
        assert!(!kept.join(".claude/projects/link").exists(), "what a link leads to is nobody's session");
        remove(&kept).expect("is removed");
        assert!(!put_back(&kept, &other).expect("nothing is there"));
    }
}
