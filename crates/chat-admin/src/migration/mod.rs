#![doc = include_str!("../../MIGRATION.md")]

mod call_builder;
mod check;
mod export;
mod group_messages;
mod import;
mod import_chunk;
mod job;
mod parse;
mod preflight;
mod read;
mod record;
mod record_error;
mod rename;
mod schedule;
mod summary;
#[cfg(test)]
mod tests;

pub use self::{
    call_builder::import_calls,
    check::Check,
    export::{Export, ExportError},
    import::{ImportCall, ImportRequest, ItemSource},
    import_chunk::ImportChunk,
    job::Import,
    preflight::{CallCount, Preflight},
    read::{Line, Records},
    record::{InGroup, MAX_LINE_BYTES, Record},
    record_error::{RecordError, RecordErrorKind},
    rename::Rename,
    summary::{ExportSummary, Omitted},
};
