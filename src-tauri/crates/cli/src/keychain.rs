//! Where secrets are kept: the keychain of the operating system, or the encrypted file that the user turned on.
//!
//! Owns the choice between the two and the sentences about it. Both shells use this same file, so that they
//! find the same secrets. It must not know what a secret is for, and it never writes one to a log.

#[path = "keychain/sealed.rs"]
mod sealed;
#[path = "keychain/system.rs"]
mod system;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sealed::SealedFile;
use system::SystemKeychain;
use waybill_engine::secrets::{SecretFault, SecretStore, Secrets};

/// The name that the keychain shows for all of Waybill's secrets.
const SERVICE: &str = "waybill";

/// The entry that is written, and removed at once, to learn whether the keychain takes anything.
const PROBE: &str = "waybill-probe";

/// A failure is believed for this long, so that a locked keychain does not ask the person once for each question
/// of the same screen.
const FAILURE_KEPT: Duration = Duration::from_secs(2);

/// Where the encrypted file and its key lie; the key never lies in the data directory.
#[derive(Clone)]
pub struct Places {
    pub file: PathBuf,
    pub key_file: PathBuf,
    /// Replaces the key file (`WAYBILL_PASSPHRASE`).
    pub passphrase: Option<String>,
    /// Whether the system's keychain may be asked; not with `WAYBILL_KEYCHAIN=off`.
    pub keychain: bool,
}

/// The secrets of this user. Nothing is touched before the first question.
pub fn open(places: Places) -> Arc<dyn Secrets> {
    Arc::new(Kept::new(SystemKeychain::new(SERVICE, places.keychain), SealedFile::new(places)))
}

/// A store of named texts that the operating system guards.
trait Keychain: Send + Sync {
    fn get(&self, name: &str) -> Result<Option<String>, Refusal>;
    fn set(&self, name: &str, value: &str) -> Result<(), Refusal>;
    fn delete(&self, name: &str) -> Result<(), Refusal>;
}

/// Why the keychain did not do it, as a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Refusal {
    #[error("No keychain answers on this machine{}", system::HOW_TO_GET_ONE)]
    Absent,
    #[error(
        "WAYBILL_KEYCHAIN=off keeps Waybill from the keychain. Leave it out, or turn on the encrypted file."
    )]
    Off,
    #[error("The keychain is locked. Unlock it and try again, or turn on the encrypted file.")]
    Locked,
    #[error("the keychain refused: {0}")]
    Other(String),
}

struct Kept<K> {
    keychain: K,
    file: SealedFile,
    /// What the probe found, and when.
    probed: Mutex<Option<(Instant, Result<(), Refusal>)>>,
}

impl<K: Keychain> Kept<K> {
    fn new(keychain: K, file: SealedFile) -> Self {
        Self { keychain, file, probed: Mutex::new(None) }
    }

    /// A locked keychain reads as empty and fails only when it is written to, so it is written to.
    fn probe(&self, again_if_it_failed: bool) -> Result<(), Refusal> {
        let mut probed = self.probed.lock().unwrap_or_else(PoisonError::into_inner);
        match &*probed {
            Some((_, Ok(()))) => return Ok(()),
            Some((at, Err(refusal))) if !again_if_it_failed && at.elapsed() < FAILURE_KEPT => {
                return Err(refusal.clone());
            }
            _ => {}
        }
        let found = self.keychain.set(PROBE, "probe").and_then(|()| self.keychain.delete(PROBE));
        *probed = Some((Instant::now(), found.clone()));
        found
    }

    fn move_to_keychain(&self) -> Result<(), SecretFault> {
        for (name, value) in self.file.read()? {
            self.keychain.set(&name, &value).map_err(fault)?;
        }
        self.file.remove()
    }
}

impl<K: Keychain> Secrets for Kept<K> {
    fn kind(&self) -> SecretStore {
        if self.file.exists() {
            SecretStore::File
        } else if self.probe(false).is_ok() {
            SecretStore::Keychain
        } else {
            SecretStore::Unavailable
        }
    }

    fn problem(&self) -> Option<String> {
        if self.file.exists() {
            return self.file.read().err().map(|fault| fault.to_string());
        }
        self.probe(false).err().map(|refusal| refusal.to_string())
    }

    fn get(&self, name: &str) -> Result<Option<String>, SecretFault> {
        if self.file.exists() {
            return Ok(self.file.read()?.remove(name));
        }
        match self.keychain.get(name) {
            Ok(None) => self.probe(false).map(|()| None).map_err(fault),
            found => found.map_err(fault),
        }
    }

    fn set(&self, name: &str, value: &str) -> Result<(), SecretFault> {
        if self.file.exists() {
            return self.file.change(|secrets| {
                secrets.insert(name.to_owned(), value.to_owned());
            });
        }
        self.probe(true).and_then(|()| self.keychain.set(name, value)).map_err(fault)
    }

    fn delete(&self, name: &str) -> Result<(), SecretFault> {
        if self.file.exists() {
            return self.file.change(|secrets| {
                secrets.remove(name);
            });
        }
        self.probe(true).and_then(|()| self.keychain.delete(name)).map_err(fault)
    }

    fn set_file_fallback(&self, enabled: bool) -> Result<(), SecretFault> {
        match (enabled, self.file.exists()) {
            (true, true) | (false, false) => Ok(()),
            (true, false) if self.probe(true).is_ok() => {
                Err(refused("The keychain of this machine works, so the encrypted file is not needed."))
            }
            (true, false) => self.file.create(),
            (false, true) if self.probe(true).is_ok() => self.move_to_keychain(),
            // What cannot be read cannot be used either; the user asked for it to go.
            (false, true) if self.file.read().is_ok_and(|secrets| !secrets.is_empty()) => Err(refused(
                "The encrypted file still holds secrets and there is no keychain to move them to. \
                 Remove them first.",
            )),
            (false, true) => self.file.remove(),
        }
    }
}

fn fault(refusal: Refusal) -> SecretFault {
    match refusal {
        Refusal::Other(why) => SecretFault::Refused(why),
        known => SecretFault::Unavailable(known.to_string()),
    }
}

fn refused(sentence: &str) -> SecretFault {
    SecretFault::Unavailable(sentence.to_owned())
}

#[cfg(test)]
#[path = "keychain/tests.rs"]
mod tests;
