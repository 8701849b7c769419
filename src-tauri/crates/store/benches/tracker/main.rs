//! The tracker at 100,000 issues and 1,000,000 updates, against raw `SQLite` in the same run (SPEC 17).
//!
//! The other half of this bench, in the package of the command line, measures whole processes on the same database.
//! While tuning, one part alone: `cargo bench -p waybill-store --bench tracker -- lists`.

mod corpus;
mod filled;
mod measure;
mod pages;
mod raw;
mod typed;
mod writes;

use filled::{Filled, NOW};
use measure::{Fallible, is_wanted};
use std::sync::Arc;
use waybill_store::Store;

fn main() -> Fallible<()> {
    let filled = Filled::open("store")?;
    pages::measure(&filled)?;
    if is_wanted("writes") {
        writes::measure(&filled, &Filled::open("raw")?)?;
    }
    Ok(())
}

fn filled_store(filled: &Filled) -> Fallible<Store> {
    Ok(Store::open(&filled.home, Arc::new(|| NOW))?)
}
