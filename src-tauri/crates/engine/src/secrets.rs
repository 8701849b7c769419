//! Where secrets are kept, as the engine sees it: the shells hand in the keychain (SPEC 15).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

waybill_domain::words! {
    /// Where secrets are kept.
    pub enum SecretStore { Keychain = "keychain", File = "file", Unavailable = "unavailable" }
}

/// A secret that could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// There is no keychain, or it is locked; the text says what to do.
    #[error("{0}")]
    Unavailable(String),
    /// The keychain refused.
    #[error("the keychain refused: {0}")]
    Refused(String),
}

/// A store of secrets by name. Calls may block (a keychain may ask the person), so callers keep them off the
/// runtime's threads.
pub trait Secrets: Send + Sync {
    /// Where secrets are kept now.
    fn kind(&self) -> SecretStore;
    /// Why there is no keychain, and what to do; `None` when all is well.
    fn problem(&self) -> Option<String>;
    /// The value, or `None` when it was never set.
    fn get(&self, name: &str) -> Result<Option<String>, SecretFault>;
    /// Sets a value.
    fn set(&self, name: &str, value: &str) -> Result<(), SecretFault>;
    /// Removes a value; one that is not there is no fault.
    fn delete(&self, name: &str) -> Result<(), SecretFault>;
    /// Turns the encrypted file that stands in for a missing keychain on or off.
    fn set_file_fallback(&self, enabled: bool) -> Result<(), SecretFault>;
}

/// Secrets that are forgotten with the process: for tests and for `demo`.
#[derive(Debug, Default)]
pub struct Forgetful(Mutex<HashMap<String, String>>);

impl Secrets for Forgetful {
    fn kind(&self) -> SecretStore {
        SecretStore::Keychain
    }

    fn problem(&self) -> Option<String> {
        None
    }

    fn get(&self, name: &str) -> Result<Option<String>, SecretFault> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn set(&self, name: &str, value: &str) -> Result<(), SecretFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), SecretFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }

    fn set_file_fallback(&self, _enabled: bool) -> Result<(), SecretFault> {
        Ok(())
    }
}
