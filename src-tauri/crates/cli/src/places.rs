//! Where this user's data and configuration lie. Both shells use this same file, so that they work on the same data.

#[cfg(target_os = "linux")]
#[path = "places/linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "places/macos.rs"]
mod platform;
#[cfg(windows)]
#[path = "places/windows.rs"]
mod platform;

use std::ffi::OsString;
use std::path::PathBuf;

/// Answers a variable of the environment.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The data directory: `WAYBILL_HOME`, else the platform's.
    pub home: PathBuf,
    /// The directory for what must not lie with the data: the key of the encrypted file.
    pub config: PathBuf,
    pub user_home: PathBuf,
}

impl Places {
    /// Where they are for the user with this environment; none without a home directory.
    pub fn of_this_user(environment: Environment<'_>) -> Option<Self> {
        let path = |name: &str| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let user_home = path(platform::HOME).or_else(std::env::home_dir).filter(|path| path.is_absolute())?;
        Some(Self {
            home: path("WAYBILL_HOME").unwrap_or_else(|| platform::data(&user_home, &path)),
            config: platform::config(&user_home, &path),
            user_home,
        })
    }
}

#[cfg(all(test, any(target_os = "linux", windows)))]
mod tests {
    use super::Places;
    use std::path::Path;

    fn places(environment: &[(&str, &str)]) -> Places {
        let find =
            |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
        Places::of_this_user(&find).expect("there is a home")
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_data_is_where_the_platform_puts_it_unless_told_otherwise() {
        let plain = places(&[("HOME", "/home/ana")]);
        assert_eq!(plain.home, Path::new("/home/ana/.local/share/waybill"), "the platform's data directory");
        assert_eq!(plain.config, Path::new("/home/ana/.config/waybill"), "the key lies elsewhere");
        let moved =
            places(&[("HOME", "/home/ana"), ("XDG_DATA_HOME", "/data"), ("XDG_CONFIG_HOME", "relative")]);
        assert_eq!(moved.home, Path::new("/data/waybill"), "the user's own choice of directory");
        assert_eq!(
            moved.config,
            Path::new("/home/ana/.config/waybill"),
            "a relative path counts for nothing"
        );
        let told = places(&[("HOME", "/home/ana"), ("WAYBILL_HOME", "/tmp/w")]);
        assert_eq!(told.home, Path::new("/tmp/w"), "WAYBILL_HOME overrides it");
    }

    #[cfg(windows)]
    #[test]
    fn the_data_is_where_the_platform_puts_it_unless_told_otherwise() {
        let plain = places(&[("USERPROFILE", r"C:\Users\ana")]);
        let roaming = Path::new(r"C:\Users\ana\AppData\Roaming\Waybill");
        assert_eq!(plain.home, roaming, "the platform's data directory");
        let local = Path::new(r"C:\Users\ana\AppData\Local\Waybill");
        assert_eq!(plain.config, local, "the key does not roam to other machines");
        let moved = [("USERPROFILE", r"C:\Users\ana"), ("APPDATA", r"D:\data"), ("LOCALAPPDATA", "relative")];
        let moved = places(&moved);
        assert_eq!(moved.home, Path::new(r"D:\data\Waybill"), "the administrator's choice of directory");
        assert_eq!(moved.config, local, "a relative path counts for nothing");
        let told = places(&[("USERPROFILE", r"C:\Users\ana"), ("WAYBILL_HOME", r"D:\w")]);
        assert_eq!(told.home, Path::new(r"D:\w"), "WAYBILL_HOME overrides it");
    }
}
