//! Memory and processors of a sandbox, as far as the machine lets Waybill bound them.

#[cfg(target_os = "linux")]
#[path = "limits/linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "limits/macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "limits/windows.rs"]
mod platform;

pub use platform::{Limits, in_force};
