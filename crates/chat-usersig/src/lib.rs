#![doc = include_str!("../README.md")]

mod claims;
mod document;
mod encoding;
mod error;
mod inspect;
mod private_map_key;
mod secret_key;
mod signed_query;
mod signer;
mod signing_input;
mod user_sig;

pub use crate::{
    claims::Claims,
    error::{DecodeError, EmptyKey, Layer, SignError, VerifyError},
    inspect::inspect,
    private_map_key::{Privileges, Room},
    secret_key::SecretKey,
    signed_query::SignedQuery,
    signer::Signer,
    user_sig::UserSig,
};
