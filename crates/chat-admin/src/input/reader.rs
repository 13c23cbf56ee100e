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
    /// Accounts from a file, one a line; blank lines and white space around an account make no
    /// difference. The file is read as it is needed, so it may be of any length.
    ///
    /// # Errors
    /// When the file cannot be opened. What is wrong within it shows when it is read.
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
        Ok(Self::accounts(file, name))
    }

    /// Accounts from anything that can be read, such as standard input, one a line. `name` is what
    /// errors call it.
    ///
    /// It is read on a thread of its own, which ends with the source or with the job; one that
    /// never ends and never yields anything keeps its thread.
    pub fn accounts(source: impl Read + Send + 'static, name: impl Into<String>) -> Self {
        Self::lines(source, name, |line| UserId::parse(line).map_err(|error| error.to_string()))
    }
}

impl<Item: Send + 'static> Input<'static, Item> {
    /// Items from anything that can be read, one a line of at most 1,024 bytes. `parse` makes an
    /// item of a line without white space around it, or says what is wrong with it.
    pub fn lines(
        source: impl Read + Send + 'static,
        name: impl Into<String>,
        parse: impl Fn(&str) -> Result<Item, String> + Send + 'static,
    ) -> Self {
        let name = name.into();
        let lines = Lines::new(BufReader::with_capacity(BUFFER, source), LONGEST);
        Self::on_a_thread(name.clone(), Parsed { lines, name, parse, must_pause: false })
    }

    /// Items from a source that keeps its thread waiting. `None` among them says that the next one
    /// may take a while.
    pub(crate) fn on_a_thread(
        name: String,
        items: impl Iterator<Item = Result<Option<Item>, InputError>> + Send + 'static,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(BATCHES_AHEAD);
        let feed = sender.clone();
        let reader = thread::Builder::new().name("chat-input".to_owned());
        if let Err(error) = reader.spawn(move || pass_on(items, &feed)) {
            // Nobody else writes to it, so there is room.
            let _ = sender.try_send(Err(InputError::unreadable(name, error)));
        }
        drop(sender);
        let batches = stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|batch| (batch, receiver))
        });
        Self::new(batches.map_ok(|batch| stream::iter(batch).map(Ok)).try_flatten())
    }
}

/// Lines as items.
struct Parsed<R, Parse> {
    lines: Lines<BufReader<R>>,
    name: String,
    parse: Parse,
    must_pause: bool,
}

impl<R: Read, Item, Parse: Fn(&str) -> Result<Item, String>> Iterator for Parsed<R, Parse> {
    type Item = Result<Option<Item>, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if std::mem::take(&mut self.must_pause) {
            return Some(Ok(None));
        }
        let item = match self.lines.next_text(&self.name) {
            Ok(line) => (self.parse)(line?),
            Err(error) => return Some(Err(error)),
        };
        self.must_pause = self.lines.source().buffer().is_empty();
        Some(
            item.map(Some)
                .map_err(|problem| InputError::new(self.lines.location(&self.name), problem)),
        )
    }
}

/// Hands items on in batches, up to the first that cannot be read.
fn pass_on<Item>(
    items: impl Iterator<Item = Result<Option<Item>, InputError>>,
    to: &mpsc::Sender<Result<Vec<Item>, InputError>>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    for item in items {
        let must_pause = match item {
            Ok(Some(item)) => {
                batch.push(item);
                false
            }
            Ok(None) => true,
            Err(error) => {
                // The items before the mistake come before it.
                let _ = to.blocking_send(Ok(batch));
                let _ = to.blocking_send(Err(error));
                return;
            }
        };
        if batch.len() == BATCH || must_pause {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if to.blocking_send(Ok(full)).is_err() {
                return;
            }
        }
    }
    let _ = to.blocking_send(Ok(batch));
}

/// No account is longer than a few dozen bytes.
const LONGEST: u64 = 1_024;
const BUFFER: usize = 64 * 1_024;
/// Few enough to take little memory, many enough that handing them over costs next to nothing.
const BATCH: usize = 512;
const BATCHES_AHEAD: usize = 4;
