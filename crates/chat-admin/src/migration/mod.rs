#![doc = include_str!("../../MIGRATION.md")]

mod check;
mod export;
mod import;
mod job;
mod mistake;
mod read;
mod record;
mod rename;
mod survey;
#[cfg(test)]
mod tests;

pub use self::{
    check::Check,
    export::{Export, ExportError},
    import::{ImportCall, ImportRequest, Origin, import_calls},
    job::Import,
    mistake::{Mistake, Problem},
    read::{Line, MAX_LINE_BYTES, Records},
    record::{ExportSummary, InGroup, LeftOut, Record},
    rename::Rename,
    survey::{CallCount, Survey},
};
