#![doc = include_str!("../README.md")]

mod acquire_error;
mod acquire_options;
mod budget;
mod builder;
mod config_error;
mod item_limiter;
mod limiter;
mod limits;
mod permit;
mod priority;
mod quota;
mod reason;
mod round_trips;
#[cfg(feature = "redis")]
mod shared;
mod sliding_window;
mod smoothing;
mod throttle;
mod unreachable;
mod wait_queue;
mod window;

#[cfg(test)]
mod tests;

#[cfg(feature = "redis")]
pub use crate::shared::{SharedQuota, WhenUnreachable};
pub use crate::{
    acquire_error::AcquireError,
    acquire_options::AcquireOptions,
    builder::QuotaBuilder,
    config_error::ConfigError,
    permit::{Permit, Waited},
    priority::Priority,
    quota::Quota,
    reason::Reason,
    window::Window,
};
