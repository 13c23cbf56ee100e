//! Lists from files and other blocking readers, read on a thread.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
    thread,
};

use chat_types::UserId;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::mpsc;

use super::{Input, InputError, Lines};

impl Input<'static, UserId> {
    /// Reads accounts from a file with one account per line. Blank lines and white space around an
    /// account are ignored. The file is read as it is needed, so it may be of any length.
    ///
    /// # Errors
    /// If the file cannot be opened. An invalid line is reported when it is read.
    ///
    /// ```no_run
    /// use chat_admin::Input;
    ///
    /// # async fn example(group: chat_admin::Group) -> Result<(), chat_admin::InputError> {
    /// let report = group.unmute(Input::accounts_file("members.txt")?).run().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn accounts_file(path: impl AsRef<Path>) -> Result<Self, InputError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| InputError::unreadable(&name, error))?;
        Ok(Self::accounts(file, name).of_path(path))
    }

    /// Reads accounts from any reader, such as standard input, with one account per line. `name` is what
    /// errors call it.
    ///
    /// A dedicated thread reads it and ends with the source or with the job. A source that blocks
    /// forever without yielding anything keeps its thread.
    pub fn accounts(source: impl Read + Send + 'static, name: impl Into<String>) -> Self {
        Self::lines(source, name, |line| UserId::parse(line).map_err(|error| error.to_string()))
    }
}

impl<Item: Send + 'static> Input<'static, Item> {
    /// Reads items from any reader, with one item per line of at most 1,024 bytes. `parse` turns a line,
    /// trimmed of white space, into an item, or returns what is wrong with it.
    pub fn lines(
        source: impl Read + Send + 'static,
        name: impl Into<String>,
        parse: impl Fn(&str) -> Result<Item, String> + Send + 'static,
    ) -> Self {
        let name = name.into();
        let lines = Lines::new(BufReader::with_capacity(BUFFER_BYTES, source), MAX_LINE_BYTES);
        Self::from_blocking_iter(
            name.clone(),
            ParsedLines { lines, name, parse, flush_next: false },
        )
    }

    /// Reads items from an iterator that blocks its thread. `None` means that the next item may take a
    /// while, so that the items before it are passed on now.
    pub(crate) fn from_blocking_iter(
        name: String,
        items: impl Iterator<Item = Result<Option<Item>, InputError>> + Send + 'static,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(MAX_BATCHES_AHEAD);
        let feed = sender.clone();
        let reader = thread::Builder::new().name("chat-input".to_owned());
        if let Err(error) = reader.spawn(move || pass_on(items, &feed)) {
            // The channel is still empty, so this cannot fail.
            let _ = sender.try_send(Err(InputError::unreadable(name, error)));
        }
        drop(sender);
        let batches = stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|batch| (batch, receiver))
        });
        Self::new(batches.map_ok(|batch| stream::iter(batch).map(Ok)).try_flatten())
    }
}

/// The lines of a reader, parsed into items.
struct ParsedLines<R, Parse> {
    lines: Lines<BufReader<R>>,
    name: String,
    parse: Parse,
    /// Whether the buffer is empty, so that reading the next line may block.
    flush_next: bool,
}

impl<R: Read, Item, Parse: Fn(&str) -> Result<Item, String>> Iterator for ParsedLines<R, Parse> {
    type Item = Result<Option<Item>, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if std::mem::take(&mut self.flush_next) {
            return Some(Ok(None));
        }
        let item = match self.lines.next_text(&self.name) {
            Ok(line) => (self.parse)(line?),
            Err(error) => return Some(Err(error)),
        };
        self.flush_next = self.lines.source().buffer().is_empty();
        Some(
            item.map(Some)
                .map_err(|problem| InputError::new(self.lines.location(&self.name), problem)),
        )
    }
}

/// Passes items on in batches, up to the first that cannot be read.
fn pass_on<Item>(
    items: impl Iterator<Item = Result<Option<Item>, InputError>>,
    to: &mpsc::Sender<Result<Vec<Item>, InputError>>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    for item in items {
        let flush = match item {
            Ok(Some(item)) => {
                batch.push(item);
                false
            }
            Ok(None) => true,
            Err(error) => {
                // The items before the error are passed on first.
                let _ = to.blocking_send(Ok(batch));
                let _ = to.blocking_send(Err(error));
                return;
            }
        };
        if batch.len() == BATCH || flush {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if to.blocking_send(Ok(full)).is_err() {
                return;
            }
        }
    }
    let _ = to.blocking_send(Ok(batch));
}

/// Far more than an ID takes, which is a few dozen bytes.
const MAX_LINE_BYTES: u64 = 1_024;
const BUFFER_BYTES: usize = 64 * 1_024;
/// Items per batch: few enough to take little memory, many enough to make passing them on cheap.
const BATCH: usize = 512;
const MAX_BATCHES_AHEAD: usize = 4;
