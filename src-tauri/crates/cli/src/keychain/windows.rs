//! Files that only their owner may read: what lies in a user's profile is by inheritance.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

pub fn only_for_the_owner(_options: &mut OpenOptions) {}

pub fn make_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
