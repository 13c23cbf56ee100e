//! Exporting a group as records.

mod error;
mod history;
mod members;
mod profiles;
mod run;
mod settings;

use std::io::{BufWriter, Write};

use chat_types::GroupId;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, Stream},
};

pub use self::error::ExportError;
use self::run::Run;
use crate::{
    Admin, Group,
    migration::{ExportSummary, Line, Record},
};

impl Group {
    /// Exports the group as records that can be imported elsewhere: accounts, profile, history and
    /// members.
    pub fn export(&self) -> Export {
        Export::new(self.admin.clone(), self.id().clone())
    }
}

/// The export of a group. See the [module](crate::migration) for the format.
///
/// The history is read twice, because the file starts with the accounts and only the history shows
/// who sent messages: first from the newest message to the oldest to collect the senders, then from
/// the oldest to the newest to write the messages. The list of members is read twice as well. Only
/// the ids of the senders and a few pages are kept in memory. Messages that arrive after the export
/// has started are not part of it.
///
/// ```no_run
/// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
/// let file = std::fs::File::create("stargazers.jsonl")?;
/// let summary = admin.group("@TGS#2J4SZEAEL").export().write_to(file).await?;
/// println!("{} messages; {:?}", summary.messages, summary.omitted);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is read until the lines are"]
pub struct Export {
    admin: Admin,
    group: GroupId,
    custom_fields: Vec<String>,
}

impl Export {
    fn new(admin: Admin, group: GroupId) -> Self {
        Self { admin, group, custom_fields: Vec::new() }
    }

    /// Sets the names of the group's custom fields. Only large groups need this.
    ///
    /// Without their names, the service returns custom fields only together with all members, and it
    /// refuses a response over 1 MB. In that case
    /// [`Omitted::custom_fields_unavailable`](crate::migration::Omitted) is set.
    pub fn custom_fields(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.custom_fields = names.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the lines of the file as they are read from the service. The last one is the summary;
    /// a stream that ends without one has failed.
    pub fn lines(self) -> impl Stream<Item = Result<Line, ExportError>> + Send {
        let Self { admin, group, custom_fields } = self;
        stream::try_unfold(Run::new(admin, group, custom_fields), Run::step)
            .map_ok(|records| stream::iter(records.into_iter().map(Ok)))
            .try_flatten()
            .zip(stream::iter(1..))
            .map(|(record, number)| record.map(|record| Line::new(number, record)))
    }

    /// Writes the file, one record per line, and returns the summary at its end.
    ///
    /// Writing is buffered and happens between calls, so `writer` should be fast, such as a file.
    ///
    /// # Errors
    /// When the group does not exist, its type cannot be imported, a call fails or `writer` fails.
    /// What was written before the error has no summary at its end, so it is refused when it is read
    /// as a complete export.
    pub async fn write_to(self, writer: impl Write) -> Result<ExportSummary, ExportError> {
        let mut writer = BufWriter::new(writer);
        let mut lines = std::pin::pin!(self.lines());
        let mut summary = ExportSummary::default();
        while let Some(Line { record, .. }) = lines.try_next().await? {
            let written = serde_json::to_writer(&mut writer, &record).map_err(Into::into);
            written.and_then(|()| writer.write_all(b"\n")).map_err(ExportError::Write)?;
            if let Record::Summary(last) = record {
                summary = *last;
            }
        }
        writer.flush().map_err(ExportError::Write)?;
        Ok(summary)
    }
}
