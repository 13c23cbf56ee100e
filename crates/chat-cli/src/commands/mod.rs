//! One file per command.

pub(crate) mod bulk;
pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod emulator;
pub(crate) mod endpoints;
pub(crate) mod explain;
pub(crate) mod group;
pub(crate) mod openapi;
pub(crate) mod schema;
pub(crate) mod usersig;

use std::{
    fs::File,
    future::Future,
    io::{self, Read},
    path::Path,
};

use crate::{
    cli::{Cli, Command},
    error::{Error, Exit},
    output::Output,
    settings::Settings,
};

pub(crate) fn run(cli: Cli, out: &mut Output) -> Result<Exit, Error> {
    let Cli { command, settings, .. } = bulk::resolve(cli)?;
    let settings = Settings::new(settings);
    match command {
        Command::Demo(demo) => wait_for(demo.run(out)),
        Command::Emulator(emulator) => wait_for(emulator.run(out)),
        Command::Endpoints(endpoints) => endpoints.run(out),
        Command::UserSig(usersig) => usersig.run(&settings, out),
        Command::Check(check) => check.run(out),
        Command::Call(call) => call.run(&settings, out),
        Command::Group(group) => group.run(&settings, out),
        Command::Bulk(bulk) => bulk.run(&settings, out),
        Command::Explain(explain) => explain.run(out),
        Command::Schema(schema) => schema.run(out),
        Command::OpenApi(openapi) => openapi.run(out),
    }
}

/// Runs a command that waits for others.
pub(crate) fn wait_for<T>(command: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::configuration(format!("no thread can be started: {error}")))?
        .block_on(command)
}

/// Reads a whole payload; `-` is standard input.
fn read_payload(path: &Path) -> Result<Vec<u8>, Error> {
    let mut payload = Vec::new();
    let limit = MAX_PAYLOAD + 1;
    let read = if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut payload)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut payload))
    };
    let name = if path == Path::new("-") { Path::new("standard input") } else { path };
    read.map_err(|error| Error::unreadable(name, &error))?;
    if payload.len() as u64 > MAX_PAYLOAD {
        let name = name.display();
        return Err(Error::input(format!("{name} holds more than {MAX_PAYLOAD} bytes")));
    }
    Ok(payload)
}

/// What the client takes for a response at most.
const MAX_PAYLOAD: u64 = 32 * 1024 * 1024;
