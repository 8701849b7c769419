//! Import and export as a person meets them: files of other trackers in, a project out and in again.

mod formats;
mod generated;
mod hostile;
mod own;
mod scale;
mod support;
