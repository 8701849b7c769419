//! Moving many rows at once: issues that arrive from other systems, and a project's rows out and in.
//!
//! `arrivals` writes what an importer read; `tables` is the one list of what an export holds, `dump` writes those
//! rows as JSON lines and `load` reads them back. Files and their formats are the engine's.

mod arrivals;
mod dump;
mod load;
mod pages;
mod tables;

pub use arrivals::{
    Arrival, ArrivalFile, ArrivalLink, ArrivalPerson, ArrivalTodo, ArrivalUpdate, Carried, LabelsByName, add,
    add_links, children, conclude, known,
};
pub use dump::{Dump, Viewer};
pub use load::{Loaded, Loader, conclude_load, expect_room};
pub use pages::{IssuePage, PageComment, issues as issue_pages};
pub use tables::{ATTACHMENTS, Table, count, tables};
