//! The accounts of the demo.

use std::{
    io::{self, BufWriter, Write as _},
    path::Path,
};

use chat_admin::Input;
use chat_types::UserId;

use crate::error::Error;

/// A list of viewers on disk, deleted at the end of the demo.
pub(super) struct MemberList {
    file: tempfile::TempPath,
    length: u32,
}

impl MemberList {
    pub(super) fn write(length: u32) -> Result<Self, Error> {
        let file = tempfile::Builder::new()
            .prefix("chatctl-members-")
            .suffix(".txt")
            .tempfile()
            .map_err(unwritable)?;
        let mut writer = BufWriter::new(file.as_file());
        for viewer in viewers(length) {
            writeln!(writer, "{viewer}").map_err(unwritable)?;
        }
        writer.flush().map_err(unwritable)?;
        drop(writer);
        Ok(Self { file: file.into_temp_path(), length })
    }

    pub(super) fn path(&self) -> &Path {
        &self.file
    }

    pub(super) fn length(&self) -> u32 {
        self.length
    }

    /// Returns the accounts, read from disk as they are needed.
    pub(super) fn accounts(&self) -> Result<Input<'static, UserId>, Error> {
        Ok(Input::accounts_file(self.path())?.with_length(self.length.into()))
    }
}

/// Returns the first members of the audio-video group.
pub(super) fn viewers(count: u32) -> impl Iterator<Item = UserId> + Send {
    (0..count).map(|number| UserId::new(format!("viewer-{number:06}")))
}

/// Returns the members of the Community.
pub(super) fn citizens() -> impl Iterator<Item = UserId> + Send {
    (0..CITIZENS).map(|number| UserId::new(format!("citizen-{number:05}")))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` passes a value")]
pub(super) fn unwritable(error: io::Error) -> Error {
    Error::input(format!("cannot write a temporary file: {error}"))
}

const CITIZENS: u32 = 1_200;
