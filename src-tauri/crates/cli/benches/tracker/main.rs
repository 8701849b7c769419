//! The tracker as whole processes: `waybill` against the `sqlite3` shell doing the same on a plain table (SPEC 17).
//!
//! The database is the one of the other half of this bench, in the package of the store, which says what is in it.
//! Needs the program `sqlite3`; `cargo xtask bench tracker` brings it along.

#[path = "../../../store/benches/tracker/corpus.rs"]
mod corpus;
#[path = "../../../store/benches/tracker/filled.rs"]
mod filled;
#[path = "../../../store/benches/tracker/inserted.rs"]
mod inserted;
#[path = "../../../store/benches/tracker/measure.rs"]
mod measure;
#[path = "../../../store/benches/tracker/plain.rs"]
mod plain;

mod commands;
mod memory;
mod transfer;

use filled::Filled;
use measure::{Fallible, is_wanted};

fn main() -> Fallible<()> {
    if let Some(command) = memory::asked_for() {
        return memory::tell_of(&command);
    }
    if is_wanted("commands") {
        commands::measure(&Filled::open("commands")?)?;
    }
    if is_wanted("export") {
        transfer::export(&Filled::open("export")?)?;
    }
    if is_wanted("import") {
        transfer::import()?;
    }
    Ok(())
}
