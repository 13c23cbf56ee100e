//! chatctl: the Tencent Cloud Chat server REST API on the command line.

mod arguments;
mod catalog;
mod cli;
mod commands;
mod complete;
mod endpoint_name;
mod error;
mod interrupt;
mod job;
mod logging;
mod output;
mod parsers;
mod runtime;
mod settings;
mod similar;

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;

use crate::{
    arguments::Arguments,
    cli::Cli,
    commands::completions::VARIABLE,
    output::{ErrorPrinter, Output},
};

fn main() -> ExitCode {
    CompleteEnv::with_factory(Cli::command).var(VARIABLE).complete();
    let cli: Cli = match Arguments::from_env().parse() {
        Ok(cli) => cli,
        Err(failure) => return failure.report().into(),
    };
    logging::start(&cli.output);
    let errors = ErrorPrinter::from_options(&cli.output);
    let outcome = Output::new(&cli.output)
        .and_then(|mut out| cli.run(&mut out).and_then(|exit| out.flush().map(|()| exit)));
    match outcome {
        Ok(exit) => errors.report_exit(exit).into(),
        Err(error) => errors.report(&error).into(),
    }
}
