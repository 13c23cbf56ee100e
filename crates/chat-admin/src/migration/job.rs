use std::{
    fmt,
    fs::File,
    future::ready,
    io::{BufReader, Read},
    path::Path,
};

use chat_types::{
    GroupId,
    spec::{EndpointSpec, RepeatSafety},
};
use futures_util::{StreamExt, stream::BoxStream};
use serde_json::{Value, json};

use crate::{
    Admin, Group, Input, InputError, Job, PlannedCalls, Source,
    job::Sealed,
    migration::{Check, ImportCall, Line, Preflight, RecordError, Records, Rename, import_calls},
};

/// What is imported, from a file or from another group. See the [module](crate::migration) for the
/// format and the order.
pub struct Import<'a> {
    name: String,
    lines: BoxStream<'a, Result<Line, InputError>>,
    planned: Option<(u64, Vec<PlannedCalls>)>,
}

impl Admin {
    /// Imports accounts, groups, messages and members from a file, in the order of the file. It is
    /// read as it is needed; the first mistake in it ends the import there. A [`Preflight`] finds all of
    /// them before anything is sent.
    ///
    /// A call that fails for a reason that may pass, or of which no response came, ends the import too:
    /// nothing older than the newest message of a group can be imported any more. So does a group that
    /// cannot be created, as when there is one of that id: nothing is written into it. With a
    /// [journal](Job::journal) the import goes on from where it ended.
    ///
    /// ```no_run
    /// use chat_admin::{Admin, Journal};
    ///
    /// # async fn example(admin: Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let journal = Journal::open("community.journal")?;
    /// let report = admin.import_file("community.jsonl")?.journal(journal).run().await;
    /// println!("{}", report.summary);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the file cannot be opened. What is wrong within it shows when it is read.
    pub fn import_file(&self, path: impl AsRef<Path>) -> Result<Job<Import<'static>>, InputError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| InputError::unreadable(&name, error))?;
        Ok(self.import(file, name))
    }

    /// The same from anything that can be read, such as standard input. `name` is what errors call
    /// it.
    pub fn import(
        &self,
        source: impl Read + Send + 'static,
        name: impl Into<String>,
    ) -> Job<Import<'static>> {
        self.import_lines(Records::new(BufReader::new(source)), name)
    }

    /// The same from lines, such as those of a file whose group gets [another id](Rename). Whatever
    /// they are read from may keep its thread waiting.
    ///
    /// ```no_run
    /// use std::{fs::File, io::BufReader};
    ///
    /// use chat_admin::migration::{Records, Rename};
    ///
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let rename = Rename::to("stargazers");
    /// let lines = Records::new(BufReader::new(File::open("community.jsonl")?))
    ///     .filter_map(move |line| line.map(|line| rename.apply(line)).transpose());
    /// let report = admin.import_lines(lines, "community.jsonl").run().await;
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
            Err(mistake) => Err(InputError::new(&location, mistake)),
        });
        let lines = Input::from_blocking_iter(name, lines).into_stream();
        // What is imported is in the digest; where it comes from makes no difference.
        let import = Import { name: "a file".to_owned(), lines, planned: None };
        Job::new(self.client().clone(), import)
    }
}

impl Group {
    /// Copies the group into a new one: profile, messages and members, as far as both an
    /// [export](Group::export) and an import can carry them. The accounts are those of the same app
    /// and stay as they are.
    ///
    /// The group must not change meanwhile. With a [journal](Job::journal) the copy goes on from
    /// where it ended, as long as the group is the same as before.
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
        let import = Import { name, lines: lines.boxed(), planned: None };
        Job::new(self.admin.client().clone(), import)
    }
}

impl Job<Import<'_>> {
    /// Tells what a preflight of the same file found, for the plan and the time left.
    pub fn validated(self, preflight: &Preflight) -> Self {
        self.map_source(|import| {
            let planned = preflight.calls.iter().map(|count| PlannedCalls {
                endpoint: count.endpoint,
                items: Some(count.records),
                calls: Some(count.calls),
                is_safe_to_repeat: is_safe_to_repeat(count.endpoint),
            });
            let records = preflight.calls.iter().map(|count| count.records).sum();
            Import { planned: Some((records, planned.collect())), ..import }
        })
    }
}

/// Groups have ids of their own here, which is what makes a repeat safe.
fn is_safe_to_repeat(endpoint: &EndpointSpec) -> bool {
    !matches!(endpoint.repeat.safety, RepeatSafety::Unsafe | RepeatSafety::Unclear)
}

impl Sealed for Import<'_> {}

impl Source for Import<'_> {
    type Chunk = ImportCall;

    fn identity(&self) -> Value {
        json!({ "import": self.name })
    }

    /// Each endpoint has its own cap.
    fn batch_size(&self) -> usize {
        0
    }

    fn length(&self) -> Option<u64> {
        self.planned.as_ref().map(|(items, _)| *items)
    }

    fn planned(&self) -> Vec<PlannedCalls> {
        self.planned.as_ref().map(|(_, calls)| calls.clone()).unwrap_or_default()
    }

    fn into_chunks<'s>(self) -> BoxStream<'s, Result<ImportCall, InputError>>
    where
        Self: 's,
    {
        import_calls(self.lines).boxed()
    }
}

impl fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import").field("name", &self.name).finish_non_exhaustive()
    }
}
