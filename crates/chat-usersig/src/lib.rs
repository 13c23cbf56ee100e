#![doc = include_str!("../README.md")]

mod claims;
mod document;
mod encoding;
mod error;
mod private_map_key;
mod secret_key;
mod signed_text;
mod signer;
mod user_sig;

pub use crate::{
    claims::{Claims, inspect},
    error::{EmptyKey, Malformed, SignError, Step, VerifyError},
    private_map_key::{Rights, Room},
    secret_key::SecretKey,
    signer::Signer,
    user_sig::UserSig,
};
