//! The temporary file of an export, and those that earlier exports have left behind.

use std::{
    fs::{self, DirEntry, File},
    io,
    path::Path,
    time::{Duration, SystemTime},
};

use tempfile::NamedTempFile;

/// Creates a temporary file, and removes those of exports that were killed.
pub(super) fn create(directory: &Path) -> io::Result<NamedTempFile> {
    remove_leftovers(directory);
    let file = NamedTempFile::with_prefix_in(PREFIX, directory)?;
    // Marks it as in use. Where files cannot be locked, it is recognized by its age alone.
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// Removes temporary files that are not in use. What cannot be removed does no harm.
fn remove_leftovers(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten().filter(is_leftover) {
        let _ = fs::remove_file(entry.path());
    }
}

fn is_leftover(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let Some(random) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
        return false;
    };
    let is_ours =
        random.len() == RANDOM_LENGTH && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let Ok(metadata) = entry.metadata() else { return false };
    let age = metadata.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
    let is_old = age.is_some_and(|age| age >= MIN_AGE);
    is_ours && metadata.is_file() && is_old && is_unlocked(entry)
}

fn is_unlocked(entry: &DirEntry) -> bool {
    File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
}

const PREFIX: &str = ".chatctl-";

/// The number of random characters in the name of a temporary file.
const RANDOM_LENGTH: usize = 6;

/// A younger file may have been created and not locked yet.
const MIN_AGE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_files_that_no_export_uses_are_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let old = SystemTime::now() - 2 * MIN_AGE;
        for name in [".chatctl-aB3dE6", ".chatctl-locked", ".chatctl-notes", "stargazers.jsonl"] {
            let file = File::create(path(name)).unwrap();
            file.set_modified(old).unwrap();
        }
        File::create(path(".chatctl-young1")).unwrap();
        let in_use = File::open(path(".chatctl-locked")).unwrap();
        in_use.lock().unwrap();
        let created = create(directory.path()).unwrap();
        assert!(!path(".chatctl-aB3dE6").exists());
        for name in [".chatctl-locked", ".chatctl-young1", "stargazers.jsonl"] {
            assert!(path(name).exists(), "{name}");
        }
        let name = created.path().file_name().unwrap().to_str().unwrap();
        assert_eq!(name.len(), PREFIX.len() + RANDOM_LENGTH, "{name}");
        remove_leftovers(directory.path());
        assert!(created.path().exists(), "it is in use");
    }
}
