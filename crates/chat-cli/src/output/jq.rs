//! `--jq`: a filter in the language of jq, run by jaq.
//!
//! The language has loops that never end, and an interpreter that cannot be stopped. So the filter
//! runs in a thread of its own, for which the program waits for a limited time.

use std::{
    fmt,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel},
    thread,
    time::{Duration, Instant},
};

use jaq_core::{
    Compiler, Ctx, Vars,
    compile::Filter as Compiled,
    data::JustLut,
    load::{Arena, File, Loader},
    unwrap_valr,
};
use jaq_json::{Val, read};

use crate::error::Error;

type Native = Compiled<jaq_core::Native<JustLut<Val>>>;

/// A compiled filter in its thread.
pub(super) struct Filter {
    documents: Sender<Vec<u8>>,
    results: Receiver<Event>,
    time_limit: Duration,
}

/// What the thread reports.
enum Event {
    /// The filter is compiled, or a document is done.
    Done,
    Result(String),
    Failed(String),
}

impl Filter {
    pub(super) fn compile(text: &str) -> Result<Self, Error> {
        Self::with_time_limit(text, TIME_LIMIT)
    }

    fn with_time_limit(text: &str, time_limit: Duration) -> Result<Self, Error> {
        let (documents, incoming) = channel::<Vec<u8>>();
        let (sender, results) = sync_channel(MAX_WAITING);
        let text = text.to_owned();
        thread::Builder::new()
            .name("jq".to_owned())
            .spawn(move || serve(&text, &incoming, &sender))
            .map_err(|why| Error::configuration(format!("cannot start a thread: {why}")))?;
        let this = Self { documents, results, time_limit };
        match this.results.recv_timeout(time_limit) {
            Ok(Event::Failed(why)) => Err(Error::usage(format!("invalid --jq filter: {why}"))
                .with_hint("quote it for the shell, such as --jq '.[].GroupId'")),
            Ok(_) => Ok(this),
            Err(_) => Err(this.too_slow()),
        }
    }

    /// Runs the filter on a JSON document, and passes each result on: a string as it is, and anything
    /// else as JSON.
    pub(super) fn run(
        &self,
        json: &[u8],
        mut each: impl FnMut(&str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let failed =
            |why: &dyn fmt::Display| Error::usage(format!("the --jq filter failed: {why}"));
        let ended = || failed(&"the interpreter ended");
        self.documents.send(json.to_vec()).map_err(|_| ended())?;
        let deadline = Instant::now() + self.time_limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.results.recv_timeout(left) {
                Ok(Event::Result(result)) => each(&result)?,
                Ok(Event::Failed(why)) => return Err(failed(&why)),
                Ok(Event::Done) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => return Err(self.too_slow()),
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
            }
        }
    }

    fn too_slow(&self) -> Error {
        let limit = humantime::format_duration(self.time_limit);
        Error::usage(format!("the --jq filter did not end within {limit}"))
            .with_hint("check it for an endless loop, or filter the JSON with another program")
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter(..)")
    }
}

/// Compiles the filter and runs it on each document, until nobody wants results anymore.
fn serve(text: &str, documents: &Receiver<Vec<u8>>, events: &SyncSender<Event>) {
    let compiled = match compile(text) {
        Ok(compiled) => compiled,
        Err(why) => return drop(events.send(Event::Failed(why))),
    };
    let mut is_wanted = events.send(Event::Done).is_ok();
    while is_wanted && let Ok(document) = documents.recv() {
        let outcome =
            run(&compiled, &document, |result| events.send(Event::Result(result)).is_ok());
        is_wanted = events.send(outcome.map_or_else(Event::Failed, |()| Event::Done)).is_ok();
    }
}

fn compile(text: &str) -> Result<Native, String> {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(definitions)
        .load(&arena, File { code: text, path: () })
        .map_err(|_| "it is not a valid jq expression".to_owned())?;
    Compiler::default().with_funs(functions).compile(modules).map_err(|errors| {
        let names = errors.iter().flat_map(|(_, errors)| errors).map(|(name, _)| *name);
        let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        format!("{} is not defined", names.join(", "))
    })
}

/// Passes each result on, while they are wanted.
fn run(compiled: &Native, json: &[u8], mut each: impl FnMut(String) -> bool) -> Result<(), String> {
    let input = read::parse_single(json).map_err(|why| why.to_string())?;
    let context = Ctx::<JustLut<Val>>::new(&compiled.lut, Vars::new([]));
    for result in compiled.id.run((context, input)).map(unwrap_valr) {
        let text = match result.map_err(|why| why.to_string())? {
            Val::TStr(text) => String::from_utf8_lossy(&text).into_owned(),
            other => other.to_string(),
        };
        if !each(text) {
            break;
        }
    }
    Ok(())
}

/// How long a filter may work on one document.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The results that may wait to be printed.
const MAX_WAITING: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_filter_is_stopped() {
        for text in
            ["def f: f; f", "last(range(infinite))", "[limit(3; repeat(1))] | last(repeat(.))"]
        {
            let filter = Filter::with_time_limit(text, Duration::from_millis(200)).unwrap();
            let error = filter.run(b"{}", |_| Ok(())).unwrap_err();
            assert!(error.message().contains("did not end within 200ms"), "{text}: {error}");
        }
    }

    #[test]
    fn results_of_an_endless_filter_are_passed_on_until_they_are_refused() {
        let filter = Filter::compile("repeat(1)").unwrap();
        let mut results = 0;
        let outcome = filter.run(b"{}", |result| {
            assert_eq!(result, "1");
            results += 1;
            if results < 1_000 { Ok(()) } else { Err(Error::usage("enough")) }
        });
        assert_eq!((outcome.unwrap_err().message(), results), ("enough", 1_000));
    }
}
