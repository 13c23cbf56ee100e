#![doc = include_str!("../README.md")]

mod app;
mod auth;
mod beijing_time;
mod body;
mod builder;
mod call_counts;
mod changes;
mod client_actions;
mod clock;
mod connections;
mod control;
mod data;
mod date_header;
mod due;
mod emulator;
mod faults;
mod figures;
mod handlers;
mod last_page;
mod lock;
mod observer;
mod online;
mod persistence;
mod pushes;
mod quota;
mod received;
mod request_log;
mod request_target;
mod response;
mod router;
mod seed;
mod server;
mod service;
mod snapshot;
mod start_error;
mod state;
mod time_text;
#[cfg(feature = "tls")]
mod tls;
mod tracked;
mod validation;
mod verified;
mod webhooks;

#[cfg(test)]
mod tests;

pub use chat_types::{
    clock::{Clock, ManualClock, SystemClock},
    webhook::{Token as WebhookToken, TokenError as WebhookTokenError},
};
pub use chat_usersig::{SecretKey, SignError, UserSig};

#[cfg(feature = "tls")]
pub use crate::tls::Tls;
pub use crate::{
    app::{App, AppError, GroupMessage, UnknownApp},
    builder::EmulatorBuilder,
    call_counts::{CallCounts, Calls},
    client_actions::{
        ClientError, FriendOutcome, JoinOutcome, SentDirectMessage, SentGroupMessage, UserClient,
    },
    clock::EmulatorClock,
    data::{DataError, Durability},
    emulator::Emulator,
    faults::{
        CallNumbers, Disconnect, Fault, FaultPlan, FaultPlanError, FaultRule, FaultStatus, Moment,
        RuleStatus,
    },
    last_page::LastPage,
    observer::ObservedCall,
    quota::QuotaMode,
    request_log::ReceivedRequest,
    seed::{SeedError, SeedErrorKind, SeedSummary},
    start_error::StartError,
    state::push::record::SentPush,
    webhooks::{
        config::{WebhookConfig, WebhookConfigError},
        log::{SentWebhook, WebhookFailure},
    },
};
