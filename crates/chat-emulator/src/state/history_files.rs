//! The files of the message history that can be downloaded.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
};

use bytes::Bytes;
use chat_types::UnixSeconds;
use flate2::{Compression, write::GzEncoder};
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

/// The files of the message history. Each is kept until it expires.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct HistoryFiles {
    by_hour: BTreeMap<HourKey, HistoryFile>,
}

/// The messages of one kind that were sent in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct HourKey {
    /// The first second of the hour.
    pub(crate) start: UnixSeconds,
    pub(crate) in_groups: bool,
}

/// A compressed file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HistoryFile {
    /// The last segment of its URL, unique in the app.
    pub(crate) name: String,
    /// The length of the file before compression, in bytes.
    pub(crate) plain_size: u64,
    pub(crate) plain_md5: String,
    #[serde(with = "crate::snapshot::bytes")]
    pub(crate) gzip: Bytes,
    pub(crate) gzip_md5: String,
    /// The first second in which it can no longer be downloaded.
    pub(crate) expires: UnixSeconds,
}

impl HistoryFile {
    /// Compresses a file.
    pub(crate) fn compress(title: &str, plain: &[u8], expires: UnixSeconds) -> io::Result<Self> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain)?;
        let gzip = encoder.finish()?;
        let gzip_md5 = md5(&gzip);
        Ok(Self {
            name: format!("{title}-{gzip_md5}.gz"),
            plain_size: plain.len() as u64,
            plain_md5: md5(plain),
            gzip: gzip.into(),
            gzip_md5,
            expires,
        })
    }
}

impl HistoryFiles {
    /// Returns the file of an hour.
    pub(crate) fn get(&self, key: HourKey) -> Option<&HistoryFile> {
        self.by_hour.get(&key)
    }

    /// Adds the file of an hour, and drops those that have expired.
    pub(crate) fn add(&mut self, key: HourKey, file: HistoryFile, now: UnixSeconds) {
        self.by_hour.retain(|_, kept| now < kept.expires);
        self.by_hour.insert(key, file);
    }

    /// Returns the content of the file with a name, unless it has expired.
    pub(crate) fn find(&self, name: &str, now: UnixSeconds) -> Option<Bytes> {
        let file = self.by_hour.values().find(|file| file.name == name && now < file.expires)?;
        Some(file.gzip.clone())
    }
}

/// The path under which files can be downloaded: the app and the name of the file follow.
pub(crate) const PATH: &str = "/history/";

/// Returns the MD5 of a file, in lower-case hexadecimal.
fn md5(content: &[u8]) -> String {
    Md5::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
