//! The project's own build commands: `cargo xtask <command>`.

mod ci;
mod clients;
mod codegen;
mod coverage;
mod manifests;
mod model;
mod print;
mod redis;
mod spec;
#[cfg(test)]
mod tests;
mod tidy;
mod weigh;
mod workspace;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Result;

use crate::codegen::Generator;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<ExitCode> {
    let root = workspace::root()?;
    match words {
        ["codegen", rest @ ..] if let Some((check, generators)) = codegen_arguments(rest) => {
            if check {
                codegen::check(&root, &generators)?;
            } else {
                codegen::write(&root, &generators)?;
            }
        }
        ["tidy"] => tidy::check(&root)?,
        ["coverage"] => codegen::coverage(&root)?,
        ["test"] => ci::test(&root)?,
        ["clients"] => clients::check(&root)?,
        ["ci", jobs @ ..] => ci::run(&root, jobs)?,
        ["weigh", folders @ ..] => weigh::weigh(&root, folders)?,
        [] | ["help" | "--help" | "-h"] => writeln!(io::stdout(), "{USAGE}")?,
        _ => {
            writeln!(io::stderr(), "error: there is no command `{}`\n\n{USAGE}", words.join(" "))?;
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether to check only, and the generators to run: those that are named, or all of them.
fn codegen_arguments(words: &[&str]) -> Option<(bool, Vec<Generator>)> {
    let is_check = |word: &&str| *word == "--check";
    let names = words.iter().filter(|word| !is_check(word));
    let mut generators: Vec<Generator> =
        names.map(|name| Generator::find(name)).collect::<Option<_>>()?;
    if generators.is_empty() {
        generators = Generator::ALL.to_vec();
    }
    Some((words.iter().any(is_check), generators))
}

const USAGE: &str = "\
cargo xtask codegen          writes the code, schemas and tables that follow from spec/; names limit it to
                             some of: types, schemas, openapi, spec-schemas, features, readme
cargo xtask codegen --check  reports generated files that are out of date, and changes nothing
cargo xtask coverage         prints how much of the API spec/ describes, and how well it is confirmed
cargo xtask test             runs every test; for root on Debian and Ubuntu it installs redis-server first
cargo xtask clients          makes clients in Python and TypeScript and lets them call the emulator
cargo xtask tidy             checks the rules of CONTRIBUTING.md that a program can check
cargo xtask ci [JOB]...      runs every check of CI, or the named ones:
                             format, codegen, tidy, clippy, layers, features, test, docs, clients
cargo xtask weigh            builds small programs on the crates from nothing, and prints what that costs;
                             programs in the folders that are named besides are weighed as well";
