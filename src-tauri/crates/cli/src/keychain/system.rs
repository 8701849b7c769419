//! The keychain of the operating system, through the `keyring` crate. Knows nothing of the encrypted file.

use keyring::{Entry, Error};

use super::{Keychain, Refusal};

/// What the sentence about a missing keychain goes on with.
#[cfg(target_os = "linux")]
pub const HOW_TO_GET_ONE: &str =
    ". Start GNOME Keyring or KWallet and restart Waybill, or turn on the encrypted file.";
#[cfg(not(target_os = "linux"))]
pub const HOW_TO_GET_ONE: &str =
    ". Sign in to the desktop and restart Waybill, or turn on the encrypted file.";

/// Entries of one service in the user's keychain.
pub struct SystemKeychain {
    service: &'static str,
    enabled: bool,
}

impl SystemKeychain {
    /// One that is not enabled refuses everything, and is never asked.
    pub const fn new(service: &'static str, enabled: bool) -> Self {
        Self { service, enabled }
    }

    fn entry<T: Send>(
        &self,
        name: &str,
        work: impl FnOnce(Entry) -> Result<T, Error> + Send,
    ) -> Result<T, Refusal> {
        if !self.enabled {
            return Err(Refusal::Off);
        }
        // The client blocks on a runtime of its own, and that must not happen on a thread that drives ours.
        let done =
            std::thread::scope(|scope| scope.spawn(|| Entry::new(self.service, name).and_then(work)).join());
        match done {
            Ok(answer) => answer.map_err(|error| refusal(&error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl Keychain for SystemKeychain {
    fn get(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.entry(name, |entry| match entry.get_password() {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn set(&self, name: &str, value: &str) -> Result<(), Refusal> {
        self.entry(name, |entry| entry.set_password(value))
    }

    fn delete(&self, name: &str) -> Result<(), Refusal> {
        self.entry(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }
}

fn refusal(error: &Error) -> Refusal {
    match error {
        Error::NoDefaultStore | Error::PlatformFailure(_) => Refusal::Absent,
        Error::NoStorageAccess(_) => Refusal::Locked,
        // These carry the stored bytes, which belong in no sentence.
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            Refusal::Other("the entry is not text. Set it again.".to_owned())
        }
        other => Refusal::Other(format!("{other}.")),
    }
}
