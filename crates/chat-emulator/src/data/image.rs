//! The snapshot file: the state of all apps.

use std::{
    fs::File,
    io::{self, BufWriter, Seek as _, SeekFrom, Write},
    path::Path,
};

use chat_types::{Edition, spec::Site};
use flate2::Crc;
use serde::{Deserialize, Serialize};

use super::{
    entry::{LoggedClock, Settings},
    error::{DataError, Kind},
    record::checksum,
};
use crate::{app::console::Console, snapshot, state::AppState};

/// The state of all apps.
#[derive(Debug, Serialize)]
pub(super) struct Image<'a> {
    pub(super) settings: &'a Settings,
    pub(super) clock: LoggedClock,
    pub(super) apps: Vec<AppImage<'a>>,
}

#[derive(Debug, Serialize)]
pub(super) struct AppImage<'a> {
    pub(super) head: AppHead,
    pub(super) state: &'a AppState,
}

/// What is remembered of an app besides its state.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AppHead {
    pub(super) sdk_app_id: u32,
    edition: Option<StoredEdition>,
    site: Option<StoredSite>,
    newer_group_types: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredEdition(#[serde(with = "snapshot::edition")] Edition);

#[derive(Debug, Serialize, Deserialize)]
struct StoredSite(#[serde(with = "snapshot::site")] Site);

/// A snapshot that was read.
#[derive(Debug, Deserialize)]
pub(super) struct ReadImage {
    pub(super) settings: Settings,
    pub(super) clock: LoggedClock,
    pub(super) apps: Vec<ReadApp>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ReadApp {
    pub(super) head: AppHead,
    pub(super) state: AppState,
}

impl AppHead {
    pub(super) fn new(sdk_app_id: u32, edition: Option<Edition>, console: Console) -> Self {
        Self {
            sdk_app_id,
            edition: edition.map(StoredEdition),
            site: console.site.map(StoredSite),
            newer_group_types: console.newer_group_types,
        }
    }

    pub(super) fn edition(&self) -> Option<Edition> {
        self.edition.as_ref().map(|stored| stored.0)
    }

    pub(super) fn console(&self) -> Console {
        Console {
            site: self.site.as_ref().map(|stored| stored.0),
            newer_group_types: self.newer_group_types,
        }
    }
}

/// Writes a snapshot. The caller has locked all states.
pub(super) fn write(image: &Image<'_>, path: &Path) -> io::Result<File> {
    let mut file = File::create(path)?;
    file.write_all(MAGIC)?;
    file.write_all(&[0; HEAD])?;
    let checked = Checked { inner: file, crc: Crc::new(), length: 0 };
    let mut writer = BufWriter::with_capacity(1 << 20, checked);
    image.serialize(&mut rmp_serde::Serializer::new(&mut writer)).map_err(io::Error::other)?;
    let checked = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    let Checked { inner: mut file, crc, length } = checked;
    file.seek(SeekFrom::Start(MAGIC.len() as u64))?;
    file.write_all(&head(length, crc.sum()))?;
    Ok(file)
}

fn head(length: u64, crc: u32) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    let mut bytes = [0; 12];
    for (to, from) in
        bytes.iter_mut().zip(length.to_le_bytes().into_iter().chain(crc.to_le_bytes()))
    {
        *to = from;
    }
    let of_bytes = checksum(&bytes);
    for (to, from) in head.iter_mut().zip(bytes.into_iter().chain(of_bytes)) {
        *to = from;
    }
    head
}

/// Reads a snapshot.
pub(super) fn read(path: &Path) -> Result<ReadImage, DataError> {
    let bytes = std::fs::read(path).map_err(DataError::io(path))?;
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        let start = bytes.get(..MAGIC.len()).unwrap_or(&bytes);
        return Err(if start.starts_with(b"chat-emulator") {
            let version = String::from_utf8_lossy(start).trim().to_owned();
            DataError::new(path, Kind::Version(version))
        } else {
            DataError::damaged(path, 0, "not a snapshot of the emulator")
        });
    };
    let damaged = |offset: usize, what: &str| DataError::damaged(path, offset, what);
    let start = MAGIC.len() + HEAD;
    let (found, content) = rest
        .split_at_checked(HEAD)
        .ok_or_else(|| damaged(bytes.len(), "the snapshot ends too early"))?;
    let mut crc = Crc::new();
    crc.update(content);
    if found != head(content.len() as u64, crc.sum()) {
        return Err(damaged(start, "the checksum of the snapshot is wrong"));
    }
    snapshot::sharing_ids(|| rmp_serde::from_slice(content))
        .map_err(|error| DataError::damaged(path, start, error))
}

/// A writer that computes the checksum of what it writes.
struct Checked<W> {
    inner: W,
    crc: Crc,
    length: u64,
}

impl<W: Write> Write for Checked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.crc.update(bytes.get(..written).unwrap_or(bytes));
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The first bytes of a snapshot: the format, and its version.
const MAGIC: &[u8] = b"chat-emulator snapshot 1\n";

/// The length of the content, its checksum, and the checksum of both.
const HEAD: usize = 16;
