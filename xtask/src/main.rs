//! The project's own build commands: `cargo xtask <command>`.

mod build_cost;
mod ci;
mod clients;
mod codegen;
mod coverage;
mod drift;
mod manifests;
mod model;
mod print;
mod redis;
mod spec;
#[cfg(test)]
mod tests;
mod tidy;
mod workspace;

use std::{
    env,
    io::{self, Write},
    path::Path,
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
        ["drift", "--deny", folder] | ["drift", folder, "--deny"] => {
            return drift::run(&root, Path::new(folder), true);
        }
        ["drift", folder] => return drift::run(&root, Path::new(folder), false),
        ["coverage"] => codegen::coverage(&root)?,
        ["test"] => ci::test(&root)?,
        ["clients"] => clients::check(&root)?,
        ["ci", jobs @ ..] => ci::run(&root, jobs)?,
        ["build-cost", folders @ ..] => build_cost::print(&root, folders)?,
        [] | ["help" | "--help" | "-h"] => writeln!(io::stdout(), "{USAGE}")?,
        _ => {
            writeln!(io::stderr(), "error: unknown command `{}`\n\n{USAGE}", words.join(" "))?;
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
cargo xtask codegen [GENERATOR]..  Generate files from spec/: types, schemas, openapi, spec-schemas,
                                   features, readme; all of them by default
cargo xtask codegen --check        Report generated files that are out of date, and change nothing
cargo xtask coverage               Print how much of the API spec/ covers, its oldest pages, and what is not confirmed
cargo xtask drift FOLDER [--deny]  Compare spec/ with a folder of fact files, field by field; with --deny,
                                   fail if a difference is not explained
cargo xtask test                   Run all tests; as root on Debian and Ubuntu, install redis-server first
cargo xtask clients                Generate clients in Python and TypeScript, and call the emulator
cargo xtask tidy                   Check the mechanical rules of CONTRIBUTING.md
cargo xtask ci [JOB]..             Run all checks of CI, or the given ones: format, codegen, tidy, layers,
                                   clippy, features, test, docs, clients
cargo xtask build-cost [FOLDER]..  Build small programs on the crates, and those in the folders, from
                                   scratch, and print time and size";
