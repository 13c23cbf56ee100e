//! `--report`: what became of every item, in a file.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use chat_admin::{ItemReport, ReportFormat, ReportWriter};

use crate::error::Error;

/// Where a report goes. Its extension says how it is written.
#[derive(Clone, Debug)]
pub(crate) struct ReportPath {
    path: PathBuf,
    format: ReportFormat,
}

/// A report under way. What was in the file before stays until the job has begun.
pub(super) struct ReportFile {
    path: PathBuf,
    writer: ReportWriter,
    /// The same file, as long as it holds what was there before.
    untouched: Option<File>,
}

impl ReportPath {
    pub(super) fn new(path: PathBuf) -> Result<Self, String> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let format = extension
            .parse()
            .map_err(|_| "the name of a report ends with .jsonl or .csv".to_owned())?;
        Ok(Self { path, format })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn path_mut(&mut self) -> &mut PathBuf {
        &mut self.path
    }

    /// Whether both are the same file, by whatever name.
    pub(super) fn is(&self, other: &Path) -> bool {
        let canonical = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        match (canonical(&self.path), canonical(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => self.path == other,
        }
    }

    pub(super) fn open(&self) -> Result<ReportFile, Error> {
        self.try_open().map_err(|error| {
            let path = self.path.display();
            Error::configuration(format!("the report {path} cannot be made: {error}"))
        })
    }

    fn try_open(&self) -> io::Result<ReportFile> {
        let Self { path, format } = self.clone();
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path)?;
        let writer = ReportWriter::new(file.try_clone()?, format);
        Ok(ReportFile { path, writer, untouched: Some(file) })
    }
}

impl ReportFile {
    /// Drops what an earlier run wrote, unless that was done already.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        self.try_begin().map_err(|error| unwritable(&self.path, &error))
    }

    /// Writes items down. They are in the file when this returns, whatever comes after it.
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

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::partial(format!("the report {} cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_says_how_a_report_is_written() {
        let format = |path: &str| ReportPath::new(path.into()).map(|report| report.format);
        assert_eq!(format("a/b.jsonl"), Ok(ReportFormat::JsonLines));
        assert_eq!(format("b.CSV"), Ok(ReportFormat::Csv));
        for path in ["report", "report.json", "csv", ".csv", "report.csv.gz"] {
            assert!(format(path).is_err(), "{path}");
        }
    }

    #[test]
    fn one_file_is_known_by_all_its_names() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a.csv");
        let report = ReportPath::new(directory.path().join(".").join("a.csv")).unwrap();
        assert!(report.is(&file), "before it is there");
        fs::write(&file, "").unwrap();
        assert!(report.is(&file));
        assert!(!report.is(&directory.path().join("b.csv")));
    }
}
