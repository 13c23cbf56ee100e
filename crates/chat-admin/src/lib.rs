#![doc = include_str!("../README.md")]

mod admin;
mod batch;
mod facade;
mod pages;
mod report;
mod source;

pub use crate::{
    admin::Admin,
    batch::Batch,
    facade::{Accounts, Group, Groups},
    pages::{PageError, Pages},
    report::{CallReport, Failure, ItemReport, Outcome, Report, Summary},
    source::IntoSource,
};
pub use chat_transport as transport;
pub use chat_types as types;
