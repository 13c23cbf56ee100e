#![doc = include_str!("../README.md")]

mod app;
mod app_cell;
mod builder;
mod calls;
mod emulator;
mod gate;
mod handlers;
mod quota;
mod requests;
mod response;
mod router;
mod rules;
mod server;
mod service;
mod state;

pub use chat_types::clock::{Clock, ManualClock, SystemClock};
pub use chat_usersig::{SecretKey, SignError, UserSig};

pub use crate::{
    app::{App, AppError},
    builder::{EmulatorBuilder, LastPage, StartError},
    calls::{CallCounts, Calls},
    emulator::{Emulator, UnknownApp},
    quota::QuotaMode,
    requests::ReceivedRequest,
};
