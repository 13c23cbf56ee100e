//! Third-party programs, run one at a time with a time limit.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

/// A program with its arguments, and a file for its output.
pub(super) struct Step {
    name: String,
    command: Command,
    log: PathBuf,
}

impl Step {
    pub(super) fn new(name: &str, program: &Path, folder: &Path, logs: &Path) -> Self {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        let file = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        Self { name: name.to_owned(), command, log: logs.join(format!("{file}.log")) }
    }

    pub(super) fn arg(mut self, word: impl AsRef<OsStr>) -> Self {
        self.command.arg(word);
        self
    }

    pub(super) fn args(mut self, words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(words);
        self
    }

    pub(super) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }
}

/// Runs a step, and shows its output if it fails.
pub(super) fn run(step: Step) -> Result<()> {
    let Step { name, mut command, log } = step;
    let start = Instant::now();
    let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let errors = output.try_clone().context("cannot write a log")?;
    let mut child = command
        .stdout(output)
        .stderr(errors)
        .spawn()
        .with_context(|| format!("cannot run {:?} ({name})", command.get_program()))?;
    let status = wait(&mut child).with_context(|| format!("cannot finish {name}"))?;
    if !status.success() {
        let printed = fs::read_to_string(&log).unwrap_or_default();
        bail!("{name} failed:\n{printed}");
    }
    let seconds = start.elapsed().as_secs_f32();
    writeln!(io::stdout(), "clients: {name} ({seconds:.1} s)").context("cannot write")
}

fn wait(child: &mut Child) -> Result<ExitStatus> {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait().context("cannot wait for the program")? {
            return Ok(status);
        }
        if Instant::now() >= end {
            child.kill().context("cannot stop the program")?;
            child.wait().context("cannot wait for the program")?;
        }
        ensure!(Instant::now() < end, "timed out after {} seconds", LIMIT.as_secs());
        thread::sleep(Duration::from_millis(20));
    }
}

/// Longer than any step takes, even with slow downloads.
const LIMIT: Duration = Duration::from_secs(600);
