#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod admin;
mod facade;
mod fingerprint;
mod input;
mod job;
mod journal;
#[cfg(feature = "migration")]
pub mod migration;
#[cfg(feature = "group")]
mod moderation;
mod pages;
pub mod prelude;
mod private_file;
mod report;
#[cfg(feature = "message")]
mod resolve;

#[cfg(any(feature = "group", feature = "relationship"))]
pub use crate::facade::Account;
#[cfg(feature = "account")]
pub use crate::facade::Accounts;
#[cfg(feature = "redis")]
pub use crate::journal::RedisJournal;
pub use crate::{
    admin::Admin,
    fingerprint::Fingerprint,
    input::{Input, InputError},
    job::{
        Batch, CallPreview, Chunk, Job, JobError, List, ListChunk, Plan, PlannedCalls, Progress,
        Running, Source, StopHandle,
    },
    journal::{Journal, JournalError, JournalSummary},
    pages::{ItemStream, PageError, PageErrorKind, PageStream, Pages},
    report::{
        ChunkReport, End, Failure, FailureKind, ItemReport, Outcome, Report, ReportFormat,
        ReportWriter, Summary,
    },
};
#[cfg(feature = "message")]
pub use crate::{facade::Broadcast, resolve::Resolvable};
#[cfg(feature = "group")]
pub use crate::{
    facade::{Group, Groups},
    moderation::ManyGroups,
};
pub use chat_transport as transport;
pub use chat_types as types;
