#![doc = include_str!("../README.md")]
// Some helpers serve few areas. Builds with all areas report the unused ones.
#![cfg_attr(not(feature = "all-areas"), allow(dead_code, unused_imports, unused_macros))]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod catalog;
pub mod check;
pub mod clock;
mod decode;
mod edition;
mod encoding;
pub mod endpoint;
mod entries;
mod envelope;
mod error_code;
mod excerpt;
mod generated;
mod id;
mod json_kind;
mod lenient;
mod name_seed;
mod older_names;
mod open_enum;
mod region;
#[cfg(feature = "schemas")]
pub mod schemas;
pub mod spec;
mod tag_value;
mod tagged;
mod time;
#[cfg(feature = "server")]
pub mod typed;
#[cfg(feature = "webhook")]
pub mod webhook;

pub use crate::{
    decode::decode,
    edition::UnknownEdition,
    encoding::repair_encoding,
    endpoint::{Batched, Endpoint, ItemOutcome, Page, Paged, PagedByOffset},
    entries::{Entries, Unrecognized},
    envelope::Envelope,
    error_code::ErrorCode,
    excerpt::Excerpt,
    generated::*,
    id::InvalidId,
    open_enum::{UnknownInteger, UnknownName, UnknownValue},
    region::UnknownRegion,
    tag_value::TagValue,
    tagged::UnknownContent,
    time::{MuteTime, Seconds, UnixMillis, UnixSeconds},
};
