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

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};

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
    let root = root()?;
    match words {
        ["codegen"] => codegen::write(&root)?,
        ["codegen", "--check"] => codegen::check(&root)?,
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

/// The workspace that the current directory is in. Not the one that this program was built in: two
/// clones may share a target directory.
fn root() -> Result<PathBuf> {
    let current = env::current_dir().context("cannot find the current directory")?;
    let is_root = |folder: &&Path| {
        fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|manifest| manifest.lines().any(|line| line == "[workspace]"))
    };
    let root = current.ancestors().find(is_root);
    root.map(Path::to_path_buf)
        .context("run this inside the workspace: no Cargo.toml has [workspace]")
}

const USAGE: &str = "\
cargo xtask codegen          writes the code and the schemas that follow from spec/
cargo xtask codegen --check  says whether what is committed is up to date, and changes nothing
cargo xtask coverage         prints how much of the API spec/ describes, and how well it is confirmed
cargo xtask test             runs every test; for root on Debian and Ubuntu it installs redis-server first
cargo xtask clients          makes clients in Python and TypeScript and lets them call the emulator
cargo xtask tidy             checks the rules of CONTRIBUTING.md that a program can check
cargo xtask ci [JOB]...      runs every check of CI, or the named ones:
                             format, codegen, tidy, clippy, layers, features, test, docs, clients
cargo xtask weigh            builds small programs on the crates from nothing, and prints what that costs;
                             programs in the folders that are named besides are weighed as well";
