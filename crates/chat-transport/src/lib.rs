#![doc = include_str!("../README.md")]

mod app_limits;
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
mod redact;
mod response;
mod retry;
mod server_time;
mod signature;
mod stats;
#[cfg(feature = "testing")]
pub mod testing;

#[doc = include_str!("../FAULTS.md")]
pub mod faults {}

pub use crate::{
    backend::Backend,
    build_error::BuildError,
    builder::ClientBuilder,
    call::Call,
    client::Client,
    error::{Error, ErrorKind, Phase, Refusal},
    response::{RawResponse, Response},
    retry::RetryPolicy,
    stats::Stats,
};
#[doc(no_inline)]
pub use chat_quota::{ConfigError, Priority, Quota, QuotaBuilder};
#[cfg(feature = "redis")]
#[doc(no_inline)]
pub use chat_quota::{SharedQuota, WhenUnreachable};
#[doc(no_inline)]
pub use chat_usersig::SecretKey;
