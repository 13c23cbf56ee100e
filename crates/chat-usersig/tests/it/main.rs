//! Integration tests of chat-usersig: UserSigs that are signed, received, damaged, and forged.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic in a helper fails the test")]

mod damage;
mod forged;
mod rejections;
mod round_trip;
mod secrets;
mod vectors;

use std::io::{Read as _, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chat_usersig::{SecretKey, Signer};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

const APP: u32 = 1_400_000_001;
const KEY: &str = "7f14aa0fe5569517d3bae57a4b2dcbed15a635f8382f64330c39e35ad25650ae";
const TIME: u64 = 1_700_000_000;
const DAY: u32 = 86_400;

fn signer() -> Signer {
    Signer::new(APP, key(KEY))
}

fn key(text: &str) -> SecretKey {
    SecretKey::new(text).unwrap()
}

/// Returns the document of a UserSig, decoded independently of the crate.
fn document(user_sig: &str) -> String {
    let mut json = String::new();
    ZlibDecoder::new(&*compressed(user_sig)).read_to_string(&mut json).unwrap();
    json
}

/// Returns the compressed data of a UserSig.
fn compressed(user_sig: &str) -> Vec<u8> {
    let standard = replace(user_sig, ['*', '-', '_'], ['+', '/', '=']);
    STANDARD.decode(standard).unwrap()
}

/// Encodes any document as a UserSig, independently of the crate.
fn user_sig_of(document: &[u8], level: u32) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(document).unwrap();
    text_of(&encoder.finish().unwrap())
}

/// Encodes compressed data as the text of a UserSig.
fn text_of(compressed: &[u8]) -> String {
    replace(&STANDARD.encode(compressed), ['+', '/', '='], ['*', '-', '_'])
}

fn replace(text: &str, from: [char; 3], to: [char; 3]) -> String {
    let one = |c| from.iter().position(|&f| f == c).map_or(c, |at| to[at]);
    text.chars().map(one).collect()
}
