//! A plan: a job that is described now and run later, unchanged.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::command_line::CommandLine;
use crate::error::Error;

/// The contents of a plan file.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct PlanFile {
    /// The version of the format.
    chatctl_plan: u32,
    #[serde(flatten)]
    command_line: CommandLine,
    /// The calls of the dry run.
    calls: Value,
    /// The files that the job reads.
    inputs: Vec<InputFile>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct InputFile {
    path: PathBuf,
    sha256: String,
}

impl PlanFile {
    /// Describes a job of this process with these calls, which reads these files.
    pub(super) fn new(calls: Value, inputs: &[PathBuf]) -> Result<Self, Error> {
        let command_line = CommandLine::of_this_process()?;
        let inputs = inputs.iter().map(|path| InputFile::of(path)).collect::<Result<_, _>>()?;
        Ok(Self { chatctl_plan: VERSION, command_line, calls, inputs })
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::from)?;
        fs::write(path, text).map_err(|error| {
            Error::configuration(format!("cannot write the plan {}: {error}", path.display()))
        })
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
            .map_err(|error| Error::unreadable(path, &error))?;
        let invalid = || Error::input(format!("{} is not a plan of chatctl", path.display()));
        let plan: Self = serde_json::from_slice(&bytes)
            .map_err(|_| invalid().with_hint("make one with --plan FILE"))?;
        if plan.chatctl_plan == VERSION { Ok(plan) } else { Err(invalid()) }
    }

    pub(crate) fn command_line(&self) -> &CommandLine {
        &self.command_line
    }

    /// Returns an error if the inputs have changed or the calls are not those of the plan.
    pub(super) fn check(&self, calls: &Value) -> Result<(), Error> {
        let changed = |what: String| {
            Error::changed(format!("{what} since the plan was made; nothing was sent"))
                .with_hint("make a new plan")
        };
        for input in &self.inputs {
            if InputFile::of(&input.path)?.sha256 != input.sha256 {
                return Err(changed(format!("{} has changed", input.path.display())));
            }
        }
        if self.calls != *calls {
            return Err(changed("the calls have changed".to_owned()));
        }
        Ok(())
    }
}

impl InputFile {
    fn of(path: &Path) -> Result<Self, Error> {
        let unreadable = |error| Error::unreadable(path, &error);
        let file = File::open(path).map_err(unreadable)?;
        if !file.metadata().map_err(unreadable)?.is_file() {
            let message = format!("cannot write a plan: {} is not a file", path.display());
            return Err(Error::usage(message).with_hint("a plan needs an input that stays"));
        }
        let mut hash = Sha256::new();
        let mut reader = BufReader::new(file);
        let mut buffer = [0; 64 * 1024];
        loop {
            match reader.read(&mut buffer).map_err(unreadable)? {
                0 => break,
                bytes => hash.update(&buffer[..bytes]),
            }
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { path: path.to_owned(), sha256 })
    }
}

const VERSION: u32 = 1;

const MAX_BYTES: u64 = 16 * 1024 * 1024;
