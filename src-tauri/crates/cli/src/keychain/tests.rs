use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use tempfile::TempDir;
use waybill_engine::secrets::{SecretStore, Secrets};

use super::sealed::SealedFile;
use super::{Kept, Keychain, PROBE, Places, Refusal};

/// A keychain in memory that can be absent or locked as the real ones are.
#[derive(Default)]
struct MockKeychain {
    entries: Mutex<BTreeMap<String, String>>,
    refusal: Mutex<Option<Refusal>>,
    writes: Mutex<usize>,
}

impl MockKeychain {
    fn refusing(refusal: Refusal) -> Self {
        Self { refusal: Mutex::new(Some(refusal)), ..Self::default() }
    }

    fn write(&self, change: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), Refusal> {
        *self.writes.lock().unwrap() += 1;
        if let Some(refusal) = &*self.refusal.lock().unwrap() {
            return Err(refusal.clone());
        }
        change(&mut self.entries.lock().unwrap());
        Ok(())
    }
}

impl Keychain for MockKeychain {
    fn get(&self, name: &str) -> Result<Option<String>, Refusal> {
        match &*self.refusal.lock().unwrap() {
            None => Ok(self.entries.lock().unwrap().get(name).cloned()),
            Some(Refusal::Locked) => Ok(None),
            Some(refusal) => Err(refusal.clone()),
        }
    }

    fn set(&self, name: &str, value: &str) -> Result<(), Refusal> {
        self.write(|entries| {
            entries.insert(name.to_owned(), value.to_owned());
        })
    }

    fn delete(&self, name: &str) -> Result<(), Refusal> {
        self.write(|entries| {
            entries.remove(name);
        })
    }
}

fn places(folder: &Path, passphrase: Option<&str>) -> Places {
    Places {
        file: folder.join("data/secrets.sealed"),
        key_file: folder.join("config/secrets.key"),
        passphrase: passphrase.map(str::to_owned),
        keychain: true,
    }
}

fn kept(folder: &TempDir, keychain: MockKeychain) -> Kept<MockKeychain> {
    Kept::new(keychain, SealedFile::new(places(folder.path(), None)))
}

#[test]
fn a_key_is_found_again_in_the_keychain_and_nothing_reaches_the_disk() {
    let folder = TempDir::new().unwrap();
    let secrets = kept(&folder, MockKeychain::default());
    assert_eq!(secrets.kind(), SecretStore::Keychain, "a keychain that takes the probe is used");
    assert_eq!(secrets.problem(), None, "nothing to complain about");
    secrets.set("anthropic_api_key", "sk-1").unwrap();
    assert_eq!(secrets.get("anthropic_api_key").unwrap().as_deref(), Some("sk-1"), "what was set is found");
    secrets.delete("anthropic_api_key").unwrap();
    secrets.delete("anthropic_api_key").unwrap();
    assert_eq!(secrets.get("anthropic_api_key").unwrap(), None, "removed, and removing twice is no error");
    assert!(!secrets.keychain.entries.lock().unwrap().contains_key(PROBE), "the probe is cleaned up");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file is made beside the keychain");
}

#[test]
fn a_locked_keychain_is_told_from_an_empty_one() {
    let folder = TempDir::new().unwrap();
    let secrets = kept(&folder, MockKeychain::refusing(Refusal::Locked));
    assert_eq!(secrets.kind(), SecretStore::Unavailable, "it reads as empty, but writing to it fails");
    assert!(secrets.problem().is_some_and(|problem| problem.contains("locked")), "the user learns why");
    assert!(secrets.get("x").is_err(), "'not set' would be a lie");
    assert_eq!(
        *secrets.keychain.writes.lock().unwrap(),
        1,
        "questions do not bring up the unlock prompt again"
    );

    *secrets.keychain.refusal.lock().unwrap() = None;
    secrets.set("x", "1").unwrap();
    assert_eq!(secrets.kind(), SecretStore::Keychain, "setting a secret tries again, so unlocking helps");
}

#[test]
fn without_a_keychain_nothing_is_kept_until_the_user_turns_the_file_on() {
    let folder = TempDir::new().unwrap();
    let secrets = kept(&folder, MockKeychain::refusing(Refusal::Absent));
    assert_eq!(secrets.kind(), SecretStore::Unavailable, "there is nowhere to keep a secret");
    assert!(secrets.set("key", "value").is_err(), "no file is made behind the user's back");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "and none is left by the attempt");

    secrets.set_file_fallback(true).unwrap();
    assert_eq!(secrets.kind(), SecretStore::File, "the user asked for the file");
    secrets.set("key", "very-secret-value").unwrap();
    let bytes = std::fs::read(folder.path().join("data/secrets.sealed")).unwrap();
    let visible = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!visible(b"very-secret-value") && !visible(b"key"), "neither value nor name stands in the file");

    let again = kept(&folder, MockKeychain::refusing(Refusal::Absent));
    assert_eq!(again.get("key").unwrap().as_deref(), Some("very-secret-value"), "the next start finds it");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_file_and_its_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    kept(&folder, MockKeychain::refusing(Refusal::Absent)).set_file_fallback(true).unwrap();
    for (name, mode) in [("config", 0o700), ("config/secrets.key", 0o600), ("data/secrets.sealed", 0o600)] {
        let found = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{name} must not be readable by others");
    }
}

/// Under a name of its own, so that it meets nobody's secrets.
#[cfg(windows)]
#[test]
fn the_systems_own_keychain_keeps_gives_and_forgets() {
    let keychain = super::system::SystemKeychain::new("waybill-test", true);
    let name = format!("key-{}", std::process::id());
    assert_eq!(keychain.get(&name), Ok(None), "what was never set is not there");
    for value in ["first", "pässword \u{1f511}"] {
        keychain.set(&name, value).unwrap();
        assert_eq!(
            keychain.get(&name),
            Ok(Some(value.to_owned())),
            "a key is found again, letter for letter"
        );
    }
    keychain.delete(&name).unwrap();
    keychain.delete(&name).unwrap();
    assert_eq!(keychain.get(&name), Ok(None), "removed, and removing twice is no error");
    let off = super::system::SystemKeychain::new("waybill-test", false);
    assert_eq!(off.set(&name, "x"), Err(Refusal::Off), "tests and servers keep away from it");
}

#[test]
fn a_file_that_was_changed_or_has_lost_its_key_is_refused_and_kept() {
    let folder = TempDir::new().unwrap();
    let secrets = kept(&folder, MockKeychain::refusing(Refusal::Absent));
    secrets.set_file_fallback(true).unwrap();
    secrets.set("key", "value").unwrap();
    let file = folder.path().join("data/secrets.sealed");
    let sound = std::fs::read(&file).unwrap();
    for position in [0, 8, 20, sound.len() - 1] {
        let mut bytes = sound.clone();
        bytes[position] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        assert!(secrets.get("key").is_err(), "a flipped bit at {position} must not pass");
        assert!(secrets.set("other", "x").is_err(), "and nothing is written over what cannot be read");
        assert_eq!(std::fs::read(&file).unwrap(), bytes, "the file is left as it was");
    }
    std::fs::write(&file, &sound[..10]).unwrap();
    assert!(secrets.problem().is_some(), "a cut file is told of");
    std::fs::write(&file, &sound).unwrap();
    std::fs::remove_file(folder.path().join("config/secrets.key")).unwrap();
    assert!(
        secrets.problem().is_some_and(|problem| problem.contains("secrets.key")),
        "the user learns which file is missing"
    );
}

#[test]
fn a_passphrase_replaces_the_key_file() {
    let folder = TempDir::new().unwrap();
    let with = |passphrase| {
        Kept::new(MockKeychain::refusing(Refusal::Absent), SealedFile::new(places(folder.path(), passphrase)))
    };
    let secrets = with(Some("correct horse"));
    secrets.set_file_fallback(true).unwrap();
    secrets.set("key", "value").unwrap();
    assert!(!folder.path().join("config/secrets.key").exists(), "the passphrase is the key");
    assert_eq!(
        with(Some("correct horse")).get("key").unwrap().as_deref(),
        Some("value"),
        "it opens the file"
    );
    assert!(with(Some("battery staple")).get("key").is_err(), "another does not");
    let refusal = with(None).get("key").unwrap_err().to_string();
    assert!(refusal.contains("WAYBILL_PASSPHRASE"), "without one the user learns what to set: {refusal}");
}

#[test]
fn turning_the_file_off_loses_no_secret() {
    let folder = TempDir::new().unwrap();
    let secrets = kept(&folder, MockKeychain::refusing(Refusal::Absent));
    secrets.set_file_fallback(true).unwrap();
    secrets.set("key", "value").unwrap();
    assert!(secrets.set_file_fallback(false).is_err(), "with nowhere to move them it is refused");
    assert_eq!(secrets.get("key").unwrap().as_deref(), Some("value"), "and they are still there");

    *secrets.keychain.refusal.lock().unwrap() = None;
    secrets.set_file_fallback(false).unwrap();
    assert_eq!(secrets.kind(), SecretStore::Keychain, "the keychain came back");
    assert_eq!(secrets.get("key").unwrap().as_deref(), Some("value"), "the secret moved into it");
    assert!(secrets.set_file_fallback(true).is_err(), "a working keychain is not replaced by a file");
}
