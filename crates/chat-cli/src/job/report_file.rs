//! `--report`: the outcome of every item, in a file.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use chat_admin::{ItemReport, ReportFormat, ReportWriter};

use crate::error::Error;

/// The path of a report. Its extension chooses the format.
#[derive(Clone, Debug)]
pub(crate) struct ReportPath {
    path: PathBuf,
    format: ReportFormat,
}

/// An open report. The previous contents of the file are kept until the job has begun.
pub(super) struct ReportFile {
    path: PathBuf,
    writer: ReportWriter,
    /// The same file, until its previous contents are dropped.
    untouched: Option<File>,
}

impl ReportPath {
    pub(super) fn new(path: PathBuf) -> Result<Self, String> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let format = extension
            .parse()
            .map_err(|_| "the name of a report must end with .jsonl or .csv".to_owned())?;
        Ok(Self { path, format })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn path_mut(&mut self) -> &mut PathBuf {
        &mut self.path
    }

    /// Returns whether both paths lead to the same file.
    pub(super) fn is_same_file(&self, other: &Path) -> bool {
        let canonical = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        if is_same_inode(&self.path, other) {
            return true;
        }
        match (canonical(&self.path), canonical(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => self.path == other,
        }
    }

    pub(super) fn open(&self) -> Result<ReportFile, Error> {
        self.try_open().map_err(|error| {
            let path = self.path.display();
            Error::configuration(format!("cannot create the report {path}: {error}"))
        })
    }

    fn try_open(&self) -> io::Result<ReportFile> {
        let Self { path, format } = self.clone();
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(io::Error::other("it exists and is not a regular file"));
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let file = private(&mut options).open(&path)?;
        let writer = ReportWriter::new(file.try_clone()?, format);
        Ok(ReportFile { path, writer, untouched: Some(file) })
    }
}

impl ReportFile {
    /// Drops the previous contents of the file, if that was not done yet.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        self.try_begin().map_err(|error| unwritable(&self.path, &error))
    }

    /// Writes items and flushes them to the file.
    pub(super) fn write(&mut self, items: &[ItemReport]) -> Result<(), Error> {
        self.try_write(items).map_err(|error| unwritable(&self.path, &error))
    }

    fn try_write(&mut self, items: &[ItemReport]) -> io::Result<()> {
        self.try_begin()?;
        items.iter().try_for_each(|item| self.writer.write(item))?;
        self.writer.flush()
    }

    fn try_begin(&mut self) -> io::Result<()> {
        match self.untouched.take() {
            Some(file) if file.metadata()?.is_file() => file.set_len(0),
            _ => Ok(()),
        }
    }
}

/// Returns whether both paths lead to the same file, also by hard links.
#[cfg(unix)]
fn is_same_inode(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let inode = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    inode(one).is_some_and(|one| Some(one) == inode(other))
}

#[cfg(not(unix))]
fn is_same_inode(_: &Path, _: &Path) -> bool {
    false
}

/// Lets only the current user read the file: a report lists accounts.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::partial(format!("cannot write the report {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_chooses_the_format_of_a_report() {
        let format = |path: &str| ReportPath::new(path.into()).map(|report| report.format);
        assert_eq!(format("a/b.jsonl"), Ok(ReportFormat::JsonLines));
        assert_eq!(format("b.CSV"), Ok(ReportFormat::Csv));
        for path in ["report", "report.json", "csv", ".csv", "report.csv.gz"] {
            assert!(format(path).is_err(), "{path}");
        }
    }

    #[test]
    fn file_is_recognized_under_each_of_its_names() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a.csv");
        let report = ReportPath::new(directory.path().join(".").join("a.csv")).unwrap();
        assert!(report.is_same_file(&file), "before it exists");
        fs::write(&file, "").unwrap();
        assert!(report.is_same_file(&file));
        assert!(!report.is_same_file(&directory.path().join("b.csv")));
        let link = directory.path().join("c.csv");
        fs::hard_link(&file, &link).unwrap();
        assert!(report.is_same_file(&link), "as a hard link");
    }
}
