//! One connection for one short command: no thread, no second connection, no schema read twice.
//!
//! What holds for the writer holds here: a write is one transaction, durable before it is answered, announced after.

use crate::changes;
use crate::error::StoreError;
use crate::open::Clock;
use crate::readers::Reader;
use crate::texts;
use crate::writer::{Write, still_open};
use rusqlite::{Connection, TransactionBehavior};
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

pub(crate) struct Alone {
    connection: Mutex<Connection>,
    clock: Clock,
    announce: watch::Sender<i64>,
}

impl Alone {
    pub(crate) fn new(connection: Connection, clock: Clock, announce: watch::Sender<i64>) -> Self {
        Self { connection: Mutex::new(connection), clock, announce }
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // A read that writes is a mistake here as well.
        connection.pragma_update(None, "query_only", true)?;
        let snapshot = connection.transaction()?;
        work(&Reader::new(&snapshot))
    }

    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Write<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        connection.pragma_update(None, "query_only", false)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let write = Write::new(&transaction, (self.clock)());
        // A fault drops the transaction, and so takes all of it back.
        let answer = work(&write)?;
        still_open(&transaction)?;
        texts::index(&transaction)?;
        let seq = changes::prune(&transaction)?;
        transaction.commit()?;
        self.announce.send_if_modified(|last| seq > std::mem::replace(last, seq.max(*last)));
        Ok(answer)
    }
}
