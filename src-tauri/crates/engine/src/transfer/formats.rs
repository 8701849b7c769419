//! The formats that are read, one module each; where each was read from stands at its head.

mod backlog;
mod beads;
mod ccw;
mod csv;
mod front_matter;
mod github;
mod taskwarrior;
mod vibe_kanban;

use super::control::TransferError;
use super::entry::Sink;
use std::path::Path;

waybill_domain::words! {
    /// What an import reads.
    pub enum Format {
        Github = "github",
        Beads = "beads",
        Backlog = "backlog",
        Taskwarrior = "taskwarrior",
        VibeKanban = "vibe_kanban",
        Ccw = "ccw",
        Waybill = "waybill",
    }
}

impl Format {
    /// What the system is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Github => "GitHub",
            Self::Beads => "beads",
            Self::Backlog => "Backlog.md",
            Self::Taskwarrior => "Taskwarrior",
            Self::VibeKanban => "Vibe Kanban",
            Self::Ccw => "Claude-Code-Workflow",
            Self::Waybill => "Waybill",
        }
    }

    /// Reads what lies at a path into `sink`.
    pub(super) fn read(self, path: &Path, sink: &mut dyn Sink) -> Result<(), TransferError> {
        match self {
            Self::Github => github::read(path, sink),
            Self::Beads => beads::read(path, sink),
            Self::Backlog => backlog::read(path, sink),
            Self::Taskwarrior => taskwarrior::read(path, sink),
            Self::VibeKanban => vibe_kanban::read(path, sink),
            Self::Ccw => ccw::read(path, sink),
            Self::Waybill => Err(TransferError::Shape("an export of Waybill is read back whole".to_owned())),
        }
    }
}
