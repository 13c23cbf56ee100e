//! A group as records.

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
    /// The group as records that can be imported elsewhere: accounts, profile, history, members.
    pub fn export(&self) -> Export {
        Export::new(self.admin.clone(), self.id().clone())
    }
}

/// A group on its way into a file. See the [module](crate::migration) for the format.
///
/// The history is read twice, since accounts come first in the file and only the history tells who
/// has written: once from the newest message down to learn the senders, once upwards to write the
/// messages. The list of members is read twice, too. What is kept is the ids of those who wrote,
/// and a few pages. What is new since the export began is not in it.
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

    /// The names of the group's custom fields. Needed for large groups alone: the service sends
    /// custom fields whose names it is not told in one response with all members, and refuses an
    /// answer over 1 MB. [`Omitted::custom_fields_unread`](crate::migration::Omitted) says so then.
    pub fn custom_fields(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.custom_fields = names.into_iter().map(Into::into).collect();
        self
    }

    /// The lines of the file as they are read from the service. The last one is the summary; a
    /// stream that ends without one has failed.
    pub fn lines(self) -> impl Stream<Item = Result<Line, ExportError>> + Send {
        stream::try_unfold(Run::new(self), Run::step)
            .map_ok(|records| stream::iter(records.into_iter().map(Ok)))
            .try_flatten()
            .zip(stream::iter(1..))
            .map(|(record, number)| record.map(|record| Line::new(number, record)))
    }

    /// Writes the file, one record a line, and gives the summary that it ends with.
    ///
    /// Writing is buffered and happens between calls, so `writer` should be something quick such as
    /// a file.
    ///
    /// # Errors
    /// When there is no such group, it is of a type that cannot be imported, a call fails or the
    /// writer does. What was written until then has no summary at its end, so that reading it as a
    /// whole export fails.
    pub async fn write_to(self, writer: impl Write) -> Result<ExportSummary, ExportError> {
        let mut writer = BufWriter::new(writer);
        let mut lines = std::pin::pin!(self.lines());
        let mut summary = ExportSummary::default();
        while let Some(Line { record, .. }) = lines.try_next().await? {
            let write = serde_json::to_writer(&mut writer, &record).map_err(Into::into);
            write.and_then(|()| writer.write_all(b"\n")).map_err(ExportError::Write)?;
            if let Record::Summary(last) = record {
                summary = *last;
            }
        }
        writer.flush().map_err(ExportError::Write)?;
        Ok(summary)
    }
}
