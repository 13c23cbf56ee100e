//! The start: from the files of a data directory to the state.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, File, OpenOptions},
    net::Ipv4Addr,
    path::Path,
    sync::Arc,
    time::Instant,
};

use bytes::Bytes;
use chat_types::{ErrorCode, spec::EndpointSpec};
use hyper::{
    HeaderMap, Method, Uri,
    header::{HOST, HeaderValue},
};
use serde_json::value::RawValue;
use tracing::warn;

use super::{
    directory::{Directory, Generations},
    entry::{self, Entry, LoggedAction, LoggedCall, Settings},
    error::{DataError, Kind},
    image::{self, ReadImage},
    journal::{self, MAGIC},
    record::{self, Next},
};
use crate::{
    EmulatorClock,
    app::inner::AppInner,
    body::Body,
    changes, handlers,
    received::Received,
    response::ApiError,
    router::{Halt, ValidCall},
    webhooks::call::KeptNumbers,
};

pub(crate) type Apps = HashMap<u32, Arc<AppInner>>;

/// An action of the log.
#[derive(Debug)]
pub(crate) struct PastAction<'a> {
    pub(crate) logged: LoggedAction<'a>,
    /// The action as JSON.
    pub(crate) action: &'a [u8],
    /// Who the admins were.
    pub(crate) admins: &'a [String],
}

/// Does an action of the log again. Returns what is wrong with it.
pub(super) type Repeat<'a> = &'a dyn Fn(PastAction<'_>) -> Result<(), String>;

/// What was recovered: the log to continue, and how long it is.
#[derive(Debug)]
pub(super) struct Recovered {
    pub(super) generation: u64,
    pub(super) log: File,
    pub(super) changes: u64,
    pub(super) bytes: u64,
    /// The settings by which the last change was handled.
    pub(super) settings: Settings,
}

/// Restores the state of the apps.
pub(super) fn recover(
    directory: &Directory,
    apps: &Apps,
    clock: &EmulatorClock,
    repeat: Repeat<'_>,
    new: &Settings,
) -> Result<Recovered, DataError> {
    let Generations { snapshots, logs } = directory.generations()?;
    let mut recovery = Recovery { apps, clock, repeat, settings: new.clone(), differences: 0 };
    if let Some(&generation) = snapshots.last() {
        let path = directory.snapshot(generation);
        recovery.restore(image::read(&path)?, &path)?;
    }
    let first = snapshots.last().copied().unwrap_or(FIRST);
    let logs: Vec<u64> = logs.into_iter().filter(|&generation| generation >= first).collect();
    if logs.is_empty() && snapshots.is_empty() {
        let path = directory.log(FIRST);
        let (log, bytes) = journal::create_log(&path, new).map_err(DataError::io(&path))?;
        let settings = new.clone();
        return Ok(Recovered { generation: FIRST, log, changes: 0, bytes, settings });
    }
    let last = logs.last().copied().unwrap_or(first);
    let (mut changes, mut bytes) = (0, 0);
    for generation in first..=last {
        let path = directory.log(generation);
        if !logs.contains(&generation) {
            return Err(DataError::new(&path, Kind::Missing));
        }
        (changes, bytes) = recovery.replay(&path, generation == last)?;
    }
    if recovery.differences > 0 {
        warn!(
            calls = recovery.differences,
            "calls of the data directory had another outcome than before"
        );
    }
    let path = directory.log(last);
    let log = OpenOptions::new().append(true).open(&path).map_err(DataError::io(&path))?;
    Ok(Recovered { generation: last, log, changes, bytes, settings: recovery.settings })
}

struct Recovery<'a> {
    apps: &'a Apps,
    clock: &'a EmulatorClock,
    repeat: Repeat<'a>,
    settings: Settings,
    /// The number of calls whose outcome differs from the one in the log.
    differences: u64,
}

impl Recovery<'_> {
    fn restore(&mut self, image: ReadImage, path: &Path) -> Result<(), DataError> {
        for read in image.apps {
            let app = self.app(read.head.sdk_app_id, path)?;
            if let Some(edition) = read.head.edition() {
                app.rate_counter().set_edition(edition);
            }
            app.change_console(|console| *console = read.head.console());
            *app.state() = read.state;
        }
        self.clock.restore(image.clock);
        self.configure(image.settings);
        Ok(())
    }

    fn configure(&mut self, settings: Settings) {
        for app in self.apps.values() {
            app.state().configure(app.signer.sdk_app_id(), settings.quotas);
        }
        self.settings = settings;
    }

    fn app(&self, sdk_app_id: u32, path: &Path) -> Result<Arc<AppInner>, DataError> {
        let app = self.apps.get(&sdk_app_id);
        app.cloned().ok_or_else(|| DataError::new(path, Kind::UnknownApp(sdk_app_id)))
    }

    /// Applies the changes of a log. Returns their number and the length of the log. What was not
    /// written completely is cut off from the last log.
    fn replay(&mut self, path: &Path, is_last: bool) -> Result<(u64, u64), DataError> {
        let log = fs::read(path).map_err(DataError::io(path))?;
        let damaged = |offset: usize, what: &str| Err(DataError::damaged(path, offset, what));
        let Some(mut rest) = log.strip_prefix(MAGIC) else {
            if is_last && MAGIC.starts_with(&log) {
                return self.begin_again(path);
            }
            let start = log.get(..MAGIC.len()).unwrap_or(&log);
            if start.starts_with(b"chat-emulator") {
                let version = String::from_utf8_lossy(start).trim().to_owned();
                return Err(DataError::new(path, Kind::Version(version)));
            }
            return damaged(0, "not a log of the emulator");
        };
        let mut changes = 0;
        loop {
            let offset = log.len() - rest.len();
            match record::next(rest) {
                Next::Record(content, following) => {
                    changes += u64::from(self.apply(content, path, offset)?);
                    rest = following;
                }
                Next::End => return Ok((changes, log.len() as u64)),
                Next::Torn if is_last && changes == 0 && offset == MAGIC.len() => {
                    return self.begin_again(path);
                }
                Next::Torn if is_last => {
                    cut_off(path, offset, rest.len())?;
                    return Ok((changes, offset as u64));
                }
                Next::Torn => return damaged(offset, "the log ends too early"),
                Next::Damaged => return damaged(offset, "the checksum of the record is wrong"),
            }
        }
    }

    /// Writes the start of a log that has no changes.
    fn begin_again(&self, path: &Path) -> Result<(u64, u64), DataError> {
        fs::remove_file(path).map_err(DataError::io(path))?;
        let created = journal::create_log(path, &self.settings);
        let (_, bytes) = created.map_err(DataError::io(path))?;
        Ok((0, bytes))
    }

    /// Applies a record. Returns whether it is a change.
    fn apply(&mut self, content: &[u8], path: &Path, offset: usize) -> Result<bool, DataError> {
        let damaged = |what: &dyn std::fmt::Display| DataError::damaged(path, offset, what);
        let (line, rest) = entry::split(content);
        let entry: Entry<'_> = serde_json::from_slice(line).map_err(|error| damaged(&error))?;
        match entry {
            Entry::Settings(settings) => {
                self.configure(settings);
                return Ok(false);
            }
            Entry::Action(logged) => {
                self.app(logged.app, path)?;
                let admins = &self.settings.admins;
                (self.repeat)(PastAction { logged, action: rest, admins })
                    .map_err(|what| damaged(&what))?;
            }
            Entry::Clock(clock) => self.clock.restore(clock),
            Entry::Call(call) => {
                let (app, expected) = (self.app(call.app, path)?, call.code);
                let code = self.call(&app, call, rest).map_err(|what| damaged(&what))?;
                self.differences += u64::from(code.get() != expected);
            }
            Entry::Change(change) => {
                let app = self.app(change.app, path)?;
                let replay = changes::find_kind(&change.kind).ok_or_else(|| {
                    damaged(&format!("unknown kind of change {:?}", &*change.kind))
                })?;
                let fields: &RawValue =
                    serde_json::from_slice(rest).map_err(|error| damaged(&error))?;
                replay(&app, fields, change.at).map_err(|error| damaged(&error))?;
            }
        }
        Ok(true)
    }

    fn call(&self, app: &AppInner, call: LoggedCall<'_>, body: &[u8]) -> Result<ErrorCode, String> {
        let unknown = || format!("unknown endpoint {}/{}", call.service, call.command);
        let spec = EndpointSpec::find(&call.service, &call.command).ok_or_else(unknown)?;
        let handler = handlers::router().find(spec).ok_or_else(unknown)?;
        let bytes = Bytes::copy_from_slice(body);
        let body = Body::parse(spec, &bytes).map_err(|_| "the body is not JSON".to_owned())?;
        let mut headers = HeaderMap::new();
        if let Ok(host) = HeaderValue::from_str(&call.host) {
            headers.insert(HOST, host);
        }
        let admins: BTreeSet<String> = self.settings.admins.iter().cloned().collect();
        let outcome = handler(&ValidCall {
            spec,
            handler,
            body,
            received: &Received {
                method: &Method::POST,
                uri: &Uri::from_static("/"),
                headers: &headers,
                body: &bytes,
                local: (Ipv4Addr::LOCALHOST, 0).into(),
                client: Ipv4Addr::LOCALHOST.into(),
            },
            started: Instant::now(),
            invalid_items: call.invalid_items,
            app,
            console: app.console(),
            caller: call.caller.into_owned(),
            admins: &admins,
            now: call.at,
            last_page: self.settings.last_page,
            occasion: None,
            answers: call.answers.into_owned(),
            kept: KeptNumbers::from_log(call.kept),
        });
        match outcome {
            Ok(_) => Ok(ErrorCode::OK),
            Err(Halt::Failed(ApiError { code, .. })) => Ok(code),
            Err(Halt::Ask(_)) => Err("the call asks a webhook again".to_owned()),
        }
    }
}

/// Cuts off a record that was not written completely. Its call has no response.
fn cut_off(path: &Path, offset: usize, length: usize) -> Result<(), DataError> {
    warn!(
        path = %path.display(), offset, length,
        "cut off a change that was not written completely, as its process ended before its response"
    );
    let file = OpenOptions::new().write(true).open(path).map_err(DataError::io(path))?;
    file.set_len(offset as u64).map_err(DataError::io(path))
}

/// The first generation, which has no snapshot.
pub(super) const FIRST: u64 = 1;
