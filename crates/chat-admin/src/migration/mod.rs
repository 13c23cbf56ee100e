#![doc = include_str!("../../MIGRATION.md")]

mod check;
mod export;
mod import;
mod job;
mod preflight;
mod read;
mod record;
mod record_error;
mod rename;
#[cfg(test)]
mod tests;

pub use self::{
    check::Check,
    export::{Export, ExportError},
    import::{ImportCall, ImportRequest, Origin, import_calls},
    job::Import,
    preflight::{CallCount, Preflight},
    read::{Line, MAX_LINE_BYTES, Records},
    record::{ExportSummary, InGroup, Omitted, Record},
    record_error::{RecordError, RecordErrorKind},
    rename::Rename,
};
