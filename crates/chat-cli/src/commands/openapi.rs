//! `chatctl openapi`.

use chat_types::schemas;
use clap::{Args, ValueEnum};

use crate::{
    error::{Error, Exit},
    output::Output,
};

/// Print the whole API as an OpenAPI document in JSON
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl openapi > openapi.json")]
pub(crate) struct OpenApi {
    /// Version of OpenAPI; 3.0 is for tools that do not support 3.1
    #[arg(long, value_enum, default_value = "3.1")]
    version: Version,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Version {
    #[value(name = "3.1")]
    V3_1,
    #[value(name = "3.0")]
    V3_0,
}

impl OpenApi {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let document = match self.version {
            Version::V3_1 => schemas::openapi_3_1(),
            Version::V3_0 => schemas::openapi_3_0(),
        };
        out.raw_json(document.trim_end().as_bytes())?;
        Ok(Exit::Done)
    }
}
