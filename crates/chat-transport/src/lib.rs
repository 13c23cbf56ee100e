#![doc = include_str!("../README.md")]

pub mod backend;
mod base_url;
mod build_error;
mod builder;
mod call;
mod cause;
mod client;
mod dates;
mod decode;
mod domains;
mod error;
pub mod layer;
mod lock;
mod metrics;
mod pace;
mod quota;
mod redact;
mod response;
mod retry;
#[cfg(feature = "redis")]
mod shared;
mod signature;
mod stats;
#[cfg(feature = "testing")]
pub mod testing;

#[doc = include_str!("../FAULTS.md")]
pub mod faults {}

#[cfg(feature = "redis")]
pub use crate::shared::{SharedQuota, WhenUnreachable};
pub use crate::{
    backend::Backend,
    build_error::BuildError,
    builder::ClientBuilder,
    call::Call,
    client::Client,
    error::{Error, ErrorKind, Phase, Refusal},
    quota::{Priority, Quota},
    response::{RawResponse, Response},
    retry::RetryPolicy,
    stats::Stats,
};
#[doc(no_inline)]
pub use chat_usersig::SecretKey;
