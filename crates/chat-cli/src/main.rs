//! chatctl: the Tencent Cloud Chat server REST API on the command line.

mod arguments;
mod catalog;
mod cli;
mod commands;
mod duration;
mod error;
mod groups_file;
mod interrupt;
mod job;
mod logging;
mod members_file;
mod output;
mod removal;
mod settings;
mod values;

use std::process::ExitCode;

use crate::{arguments::Arguments, output::Output};

fn main() -> ExitCode {
    let arguments = Arguments::from_env();
    let cli = match arguments.parse() {
        Ok(cli) => cli,
        Err(stop) => return stop.report().into(),
    };
    logging::start(&cli.output);
    let errors = cli.output.errors();
    let mut out = Output::new(&cli.output);
    let outcome = commands::run(cli, &mut out).and_then(|exit| out.flush().map(|()| exit));
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => errors.report(&error).into(),
    }
}
