//! Where the shell's log goes: stderr, and a file a day in the data directory. Arguments of commands are never in it.

use std::path::Path;
use std::sync::Mutex;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

/// As many days are kept.
const KEPT: usize = 7;

/// Starts the log; a data directory that cannot be written to leaves it on stderr.
pub fn start(home: &Path, filter: Option<&str>) {
    let filter = filter.and_then(|text| EnvFilter::try_new(text).ok());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|| EnvFilter::new("warn,waybill=info")))
        .with_ansi(false);
    match file(home) {
        Ok(file) => log.with_writer(std::io::stderr.and(file)).init(),
        Err(error) => {
            log.with_writer(std::io::stderr).init();
            tracing::warn!(%error, "there is no log file");
        }
    }
}

fn file(home: &Path) -> anyhow::Result<Mutex<RollingFileAppender>> {
    let folder = home.join("logs");
    std::fs::create_dir_all(&folder)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("desktop")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)?;
    Ok(Mutex::new(file))
}
