#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod admin;
mod batch;
mod facade;
#[cfg(feature = "migration")]
pub mod migration;
mod pages;
mod report;
mod source;

#[cfg(any(feature = "group", feature = "relationship"))]
pub use crate::facade::Account;
#[cfg(feature = "account")]
pub use crate::facade::Accounts;
#[cfg(feature = "group")]
pub use crate::facade::{Group, Groups};
pub use crate::{
    admin::Admin,
    batch::Batch,
    pages::{PageError, PageErrorKind, Pages},
    report::{CallReport, Failure, ItemReport, Outcome, Report, Summary},
    source::IntoSource,
};
pub use chat_transport as transport;
pub use chat_types as types;
