//! The files of a data directory, and its lock.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::error::{DataError, Kind};

/// A data directory that no other process uses.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    lock: File,
}

/// The generations of which the directory has files, in ascending order.
#[derive(Debug)]
pub(super) struct Generations {
    pub(super) snapshots: Vec<u64>,
    pub(super) logs: Vec<u64>,
}

impl Directory {
    /// Opens a directory, which is created if it is missing.
    pub(super) fn open(path: &Path) -> Result<Self, DataError> {
        fs::create_dir_all(path).map_err(DataError::io(path))?;
        let file = path.join("lock");
        let mut options = OpenOptions::new();
        let lock = options.create(true).truncate(false).write(true).open(&file);
        let lock = lock.map_err(DataError::io(&file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(DataError::new(path, Kind::InUse)),
            Err(TryLockError::Error(error)) => Err(DataError::io(&file)(error)),
        }
    }

    /// Lets other processes use the directory.
    pub(super) fn unlock(&self) -> io::Result<()> {
        self.lock.unlock()
    }

    pub(super) fn log(&self, generation: u64) -> PathBuf {
        self.path.join(format!("{LOG}{generation:010}"))
    }

    pub(super) fn snapshot(&self, generation: u64) -> PathBuf {
        self.path.join(format!("{SNAPSHOT}{generation:010}"))
    }

    /// The file to which a snapshot is written before it has its name.
    pub(super) fn unfinished_snapshot(&self) -> PathBuf {
        self.path.join("snapshot.unfinished")
    }

    pub(super) fn generations(&self) -> Result<Generations, DataError> {
        let mut found = Generations { snapshots: Vec::new(), logs: Vec::new() };
        for entry in fs::read_dir(&self.path).map_err(DataError::io(&self.path))? {
            let name = entry.map_err(DataError::io(&self.path))?.file_name();
            let Some(name) = name.to_str() else { continue };
            let number = |prefix| -> Option<u64> { name.strip_prefix(prefix)?.parse().ok() };
            found.snapshots.extend(number(SNAPSHOT));
            found.logs.extend(number(LOG));
        }
        found.snapshots.sort_unstable();
        found.logs.sort_unstable();
        Ok(found)
    }

    /// Removes the files of the generations before this one, which has a snapshot.
    pub(super) fn remove_before(&self, generation: u64) -> Result<(), DataError> {
        let Generations { snapshots, logs } = self.generations()?;
        let snapshots = snapshots.iter().map(|&number| (number, self.snapshot(number)));
        let logs = logs.iter().map(|&number| (number, self.log(number)));
        for (_, path) in snapshots.chain(logs).filter(|(number, _)| *number < generation) {
            fs::remove_file(&path).map_err(DataError::io(&path))?;
        }
        Ok(())
    }

    /// Waits until the names of new files are on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        // Directories cannot be opened on all systems.
        match File::open(&self.path) {
            Ok(directory) => directory.sync_all(),
            Err(_) => Ok(()),
        }
    }
}

const LOG: &str = "log-";

const SNAPSHOT: &str = "snapshot-";
