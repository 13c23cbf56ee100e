//! Imports as jobs.

use std::{
    collections::HashMap,
    fmt,
    fs::File,
    future::ready,
    io::{BufReader, Read},
    path::Path,
    sync::Arc,
};

use chat_types::{
    GroupId,
    spec::{EndpointSpec, RepeatSafety, Site},
};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use serde_json::{Value, json};

use crate::{
    Admin, Fingerprint, Group, Input, InputError, Job, PlannedCalls, Source,
    fingerprint::FingerprintSource,
    job::Sealed,
    migration::{
        Check, ImportChunk, Line, Preflight, RecordError, Records, Rename,
        call_builder::{CallBuilder, import_calls_on},
        import_chunk::ImportContext,
    },
};

/// The source of an import job: the records of a file or of another group. See the
/// [module](crate::migration) for the format and the order.
pub struct Import<'a> {
    name: String,
    lines: BoxStream<'a, Result<Line, InputError>>,
    site: Option<Site>,
    planned: Option<(u64, Vec<PlannedCalls>)>,
    message_counts: HashMap<GroupId, u64>,
    /// Whether groups that exist already are continued, if they have the same owner.
    continues_groups: bool,
    fingerprint: FingerprintSource,
}

impl Admin {
    /// Imports accounts, groups, messages and members from a file, in the order of the file.
    ///
    /// The file is read as needed, and the import stops at the first invalid record. A [`Preflight`]
    /// finds all record errors before anything is sent.
    ///
    /// The import also stops at a call that failed temporarily, or of which it cannot be found out
    /// whether it took effect, because nothing older than the newest message of a group can be imported
    /// later. With a [journal](Job::journal) the import resumes where it stopped.
    ///
    /// A group that exists and has the same owner is continued: messages that it has already count as
    /// done, later ones are imported, and so are members. It is not changed otherwise. A message is
    /// recognized by its sender and `Random`, or by its sender and time if it has no `Random`. The
    /// import stops at a group that exists and has another owner: nothing is written into it.
    ///
    /// If a group is so busy that its messages, of which no two can have the same second, would be in
    /// the future, they are sent with earlier times as far as a [preflight](Job::validated) has counted
    /// them and their order permits. Otherwise the import waits until the times have passed;
    /// [`Preflight::wait_seconds`] says for how long.
    ///
    /// ```no_run
    /// use chat_admin::{Admin, Journal};
    ///
    /// # async fn example(admin: Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let journal = Journal::open("stargazers.journal")?;
    /// let report = admin.import_file("stargazers.jsonl")?.journal(journal).run().await;
    /// println!("{}", report.summary);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the file cannot be opened. Errors in its records are found while it is read.
    pub fn import_file(&self, path: impl AsRef<Path>) -> Result<Job<Import<'static>>, InputError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| InputError::unreadable(&name, error))?;
        let job = self.import(file, name);
        let fingerprint = FingerprintSource::File(path.to_owned());
        Ok(job.map_source(|import| Import { fingerprint, ..import }))
    }

    /// Imports from any reader, such as standard input, as [`import_file`](Self::import_file) does.
    /// Errors refer to the reader by `name`.
    pub fn import(
        &self,
        source: impl Read + Send + 'static,
        name: impl Into<String>,
    ) -> Job<Import<'static>> {
        self.import_lines(Records::new(BufReader::new(source)), name)
    }

    /// Imports from lines, such as those of a file whose group gets [a new id](Rename), as
    /// [`import_file`](Self::import_file) does. The iterator may block: it runs on a separate thread.
    ///
    /// ```no_run
    /// use std::{fs::File, io::BufReader};
    ///
    /// use chat_admin::migration::{Records, Rename};
    ///
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let rename = Rename::to("stargazers");
    /// let lines = Records::new(BufReader::new(File::open("stargazers.jsonl")?))
    ///     .filter_map(move |line| line.map(|line| rename.apply(line)).transpose());
    /// let report = admin.import_lines(lines, "stargazers.jsonl").run().await;
    /// println!("{}", report.summary);
    /// # Ok(())
    /// # }
    /// ```
    pub fn import_lines(
        &self,
        lines: impl Iterator<Item = Result<Line, RecordError>> + Send + 'static,
        name: impl Into<String>,
    ) -> Job<Import<'static>> {
        let name = name.into();
        let location = name.clone();
        let lines = Check::new(lines).map(move |line| match line {
            Ok(line) => Ok(Some(line)),
            Err(error) => Err(InputError::new(&location, error)),
        });
        let lines = Input::from_blocking_iter(name, lines).into_stream();
        // The digest covers what is imported; a renamed file is still the same import.
        let client = self.client().clone();
        let site = client.site();
        let import = Import::new("a file".to_owned(), lines, site);
        Job::new(client, Import { continues_groups: true, ..import })
    }
}

impl Group {
    /// Copies the group into a new group of the same app: profile, messages and members, as far as an
    /// [export](Group::export) and an import can transfer them. Accounts stay as they are.
    ///
    /// The group must not change while it is copied. With a [journal](Job::journal) an interrupted
    /// copy resumes where it stopped, provided that the group has not changed since.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin) {
    /// let report = admin.group("@TGS#2J4SZEAEL").copy_to("stargazers").run().await;
    /// println!("{}", report.summary);
    /// # }
    /// ```
    pub fn copy_to(&self, new: impl Into<GroupId>) -> Job<Import<'static>> {
        let rename = Rename::to(new).without_accounts();
        let location = format!("group {}", self.id());
        let name = location.clone();
        let lines = self.export().lines().filter_map(move |line| {
            ready(match line {
                Ok(line) => rename.apply(line).map(Ok),
                Err(error) => Some(Err(InputError::new(&location, &error).with_source(error))),
            })
        });
        let client = self.admin.client().clone();
        let site = client.site();
        Job::new(client, Import::new(name, lines.boxed(), site))
    }
}

impl<'a> Import<'a> {
    fn new(
        name: String,
        lines: BoxStream<'a, Result<Line, InputError>>,
        site: Option<Site>,
    ) -> Self {
        Self {
            name,
            lines,
            site,
            planned: None,
            message_counts: HashMap::new(),
            continues_groups: false,
            fingerprint: FingerprintSource::Unknown,
        }
    }
}

impl Job<Import<'_>> {
    /// Sets the fingerprint of the whole file, by which a job that resumes recognizes it.
    /// [`import_file`](Admin::import_file) does so by itself.
    pub fn with_fingerprint(self, fingerprint: Fingerprint) -> Self {
        let fingerprint = FingerprintSource::Known(fingerprint);
        self.map_source(|import| Import { fingerprint, ..import })
    }

    /// Uses the result of a preflight of the same file for the plan and the estimated time left.
    pub fn validated(self, preflight: &Preflight) -> Self {
        self.map_source(|import| {
            let planned = preflight.calls.iter().map(|count| PlannedCalls {
                endpoint: count.endpoint,
                items: Some(count.records),
                calls: Some(count.calls),
                is_safe_to_repeat: is_safe_to_repeat(count.endpoint),
            });
            let records = preflight.calls.iter().map(|count| count.records).sum();
            let message_counts = preflight.message_counts.clone();
            Import { planned: Some((records, planned.collect())), message_counts, ..import }
        })
    }
}

/// Imported groups always have a custom id, which makes it safe to repeat their creation.
fn is_safe_to_repeat(endpoint: &EndpointSpec) -> bool {
    let safety = endpoint.repeat.safety;
    // A job can resume at any time, when no window is open any longer.
    matches!(safety, RepeatSafety::Safe | RepeatSafety::SafeWith { window_seconds: None, .. })
}

impl Sealed for Import<'_> {}

impl Source for Import<'_> {
    type Chunk = ImportChunk;

    fn identity(&self) -> Value {
        json!({ "import": self.name })
    }

    /// Each endpoint has a different maximum.
    fn batch_size(&self) -> usize {
        0
    }

    fn length(&self) -> Option<u64> {
        self.planned.as_ref().map(|(items, _)| *items)
    }

    fn fingerprint(&self) -> Result<Option<Fingerprint>, InputError> {
        self.fingerprint.read()
    }

    fn planned(&self) -> Vec<PlannedCalls> {
        self.planned.as_ref().map(|(_, calls)| calls.clone()).unwrap_or_default()
    }

    fn into_chunks<'s>(self) -> BoxStream<'s, Result<ImportChunk, InputError>>
    where
        Self: 's,
    {
        let context = Arc::new(ImportContext::new(self.continues_groups));
        let builder = CallBuilder::on(self.site).message_counts(self.message_counts);
        import_calls_on(builder, self.lines)
            .map_ok(move |call| ImportChunk::new(call, Arc::clone(&context)))
            .boxed()
    }
}

impl fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import").field("name", &self.name).finish_non_exhaustive()
    }
}
