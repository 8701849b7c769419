//! The encrypted file that replaces a missing keychain, once the user turned it on.
//!
//! One file holds all secrets, sealed with XChaCha20-Poly1305. Its key is random and lies in the user's
//! configuration directory, away from the data that gets backed up and copied; or it is derived from a
//! passphrase with Argon2id. It must not know that there are keychains.

#[cfg(unix)]
#[path = "unix.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use argon2::Argon2;
use chacha20poly1305::aead::{Aead, Generate, Key, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use waybill_engine::secrets::SecretFault;

use super::Places;

type SealingKey = Key<XChaCha20Poly1305>;

/// What the file begins with; the digit is its format.
const MAGIC: &[u8; 8] = b"waybill1";
const SALT: usize = 16;
const NONCE: usize = 24;
/// Magic, how the key is made, salt, nonce: all of it is authenticated with the contents.
const HEADER: usize = MAGIC.len() + 1 + SALT + NONCE;

const BY_KEY_FILE: u8 = 0;
const BY_PASSPHRASE: u8 = 1;

pub struct SealedFile {
    places: Places,
    /// The last key derived, with its salt: Argon2 is slow on purpose.
    derived: Mutex<Option<([u8; SALT], SealingKey)>>,
}

impl SealedFile {
    pub const fn new(places: Places) -> Self {
        Self { places, derived: Mutex::new(None) }
    }

    pub fn exists(&self) -> bool {
        self.places.file.exists()
    }

    /// Makes the empty file, and its key unless there is a passphrase or a key already.
    pub fn create(&self) -> Result<(), SecretFault> {
        let _lock = self.lock()?;
        if self.places.passphrase.is_none() && !self.places.key_file.exists() {
            let key = SealingKey::generate();
            write_private(&self.places.key_file, &key)
                .map_err(|e| cannot("write", &self.places.key_file, &e))?;
        }
        self.write(&BTreeMap::new())
    }

    pub fn read(&self) -> Result<BTreeMap<String, String>, SecretFault> {
        let bytes = fs::read(&self.places.file).map_err(|e| cannot("read", &self.places.file, &e))?;
        let damaged = || {
            SecretFault::Unavailable(format!(
                "The encrypted file {} is damaged or its key is not the right one.",
                self.places.file.display()
            ))
        };
        let (header, sealed) = bytes.split_at_checked(HEADER).ok_or_else(damaged)?;
        let (magic, rest) = header.split_at(MAGIC.len());
        let (&[made_by], rest) = rest.split_first_chunk::<1>().ok_or_else(damaged)?;
        let (salt, nonce) = rest.split_first_chunk::<SALT>().ok_or_else(damaged)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| damaged())?;
        if magic != MAGIC {
            return Err(damaged());
        }
        let contents = XChaCha20Poly1305::new(&self.key(made_by, salt)?)
            .decrypt(&nonce, Payload { msg: sealed, aad: header })
            .map_err(|_| damaged())?;
        serde_json::from_slice(&contents).map_err(|_| damaged())
    }

    /// Reads, changes and writes back, while no other process does.
    pub fn change(&self, change: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), SecretFault> {
        let _lock = self.lock()?;
        let mut secrets = self.read()?;
        change(&mut secrets);
        self.write(&secrets)
    }

    pub fn remove(&self) -> Result<(), SecretFault> {
        let _lock = self.lock()?;
        fs::remove_file(&self.places.file).map_err(|e| cannot("remove", &self.places.file, &e))
    }

    fn write(&self, secrets: &BTreeMap<String, String>) -> Result<(), SecretFault> {
        let made_by = if self.places.passphrase.is_some() { BY_PASSPHRASE } else { BY_KEY_FILE };
        let mut salt = [0; SALT];
        salt.copy_from_slice(&XNonce::generate()[..SALT]);
        let nonce = XNonce::generate();
        let mut file = Vec::with_capacity(HEADER);
        file.extend_from_slice(MAGIC);
        file.push(made_by);
        file.extend_from_slice(&salt);
        file.extend_from_slice(&nonce);
        let contents = serde_json::to_vec(secrets).map_err(|e| SecretFault::Unavailable(e.to_string()))?;
        let sealed = XChaCha20Poly1305::new(&self.key(made_by, &salt)?)
            .encrypt(&nonce, Payload { msg: &contents, aad: &file })
            .map_err(|_| SecretFault::Unavailable("The secrets could not be encrypted.".to_owned()))?;
        file.extend_from_slice(&sealed);
        write_private(&self.places.file, &file).map_err(|e| cannot("write", &self.places.file, &e))
    }

    fn key(&self, made_by: u8, salt: &[u8; SALT]) -> Result<SealingKey, SecretFault> {
        if made_by == BY_KEY_FILE {
            let path = &self.places.key_file;
            let bytes = fs::read(path).map_err(|e| cannot("read the key", path, &e))?;
            return SealingKey::try_from(bytes.as_slice()).map_err(|_| {
                SecretFault::Unavailable(format!("The key file {} is damaged.", path.display()))
            });
        }
        let Some(passphrase) = &self.places.passphrase else {
            return Err(SecretFault::Unavailable(
                "The encrypted file was made with a passphrase. Set WAYBILL_PASSPHRASE and restart Waybill."
                    .to_owned(),
            ));
        };
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, key)) = &*derived
            && known == salt
        {
            return Ok(*key);
        }
        let mut key = SealingKey::default();
        Argon2::default()
            .hash_password_into(passphrase.as_bytes(), salt, &mut key)
            .map_err(|e| SecretFault::Unavailable(format!("The passphrase cannot be used: {e}.")))?;
        *derived = Some((*salt, key));
        Ok(key)
    }

    /// Held while the file is changed; the desktop and the command line may both want to.
    fn lock(&self) -> Result<File, SecretFault> {
        let path = self.places.file.with_extension("lock");
        let locked = make_folder_of(&path).and_then(|()| {
            let file = File::options().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(file)
        });
        locked.map_err(|e| cannot("lock", &path, &e))
    }
}

/// Replaces a file as a whole with one that only its owner may read.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    make_folder_of(path)?;
    let new = path.with_extension("new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    platform::only_for_the_owner(&mut options);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

fn make_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), platform::make_private_folder)
}

fn cannot(what: &str, path: &Path, error: &io::Error) -> SecretFault {
    SecretFault::Unavailable(format!("Cannot {what} {}: {error}.", path.display()))
}
