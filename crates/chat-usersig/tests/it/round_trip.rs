//! Signing and verifying, and what a UserSig holds in between.

use std::thread;

use chat_usersig::{Privileges, Room, Signer, inspect};
use proptest::prelude::*;

use crate::{APP, DAY, KEY, TIME, key, signer};

prop_compose! {
    /// A time and a validity period whose sum fits into 32 bits.
    fn span()(time in 0..u64::from(u32::MAX))(
        expire in 1..=u32::MAX - u32::try_from(time).unwrap(),
        time in Just(time),
    ) -> (u64, u32) {
        (time, expire)
    }
}

proptest! {
    #[test]
    fn signed_claims_verify_unchanged(
        identifier in "[^\n]{1,40}",
        secret in ".{1,100}",
        app: u32,
        (time, expire) in span(),
        userbuf in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..300)),
        part in 0.0..1.0,
    ) {
        let signer = Signer::new(app, key(&secret));
        let user_sig = match &userbuf {
            Some(userbuf) => signer.sign_with_userbuf(&identifier, userbuf, time, expire),
            None => signer.sign(&identifier, time, expire),
        }?;
        let now = time + (f64::from(expire) * part) as u64;

        let claims = signer.verify(user_sig.as_str(), Some(&identifier), now)?;
        prop_assert_eq!(&claims.identifier, &identifier);
        prop_assert_eq!(claims.sdk_app_id, app);
        prop_assert_eq!(claims.time, time);
        prop_assert_eq!(claims.expire, u64::from(expire));
        prop_assert_eq!(&claims.userbuf, &userbuf);
        prop_assert_eq!(inspect(user_sig.as_str())?, claims);
    }

    #[test]
    fn user_sig_needs_no_percent_encoding(identifier in "[^\n]{1,40}") {
        let user_sig = signer().sign(&identifier, TIME, DAY)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "*-_".contains(c);
        prop_assert!(user_sig.as_str().chars().all(plain));
    }

    #[test]
    fn other_key_does_not_verify(one in ".{1,100}", other in ".{1,100}") {
        // HMAC pads short keys with zeros, so keys that differ only in those are the same.
        prop_assume!(one.trim_end_matches('\0') != other.trim_end_matches('\0'));
        let user_sig = Signer::new(APP, key(&one)).sign("alice", TIME, DAY)?;
        let result = Signer::new(APP, key(&other)).verify(user_sig.as_str(), None, TIME);
        prop_assert!(matches!(result, Err(chat_usersig::VerifyError::WrongKey)));
    }

    #[test]
    fn private_map_key_holds_room_and_privileges(
        identifier in "[^\n]{1,40}",
        string in proptest::option::of(".{0,40}"),
        number: u32,
        bits: u32,
        (time, expire) in span(),
    ) {
        let room = string.as_deref().map_or(Room::Number(number), Room::String);
        let user_sig =
            signer().sign_private_map_key(&identifier, room, Privileges::from_bits(bits), time, expire)?;
        let userbuf = inspect(user_sig.as_str())?.userbuf.unwrap();

        let tail = userbuf.strip_prefix(&[u8::from(string.is_some())]).unwrap();
        let tail = strip_string(tail, &identifier);
        let expires_at = u32::try_from(time).unwrap() + expire;
        let number = if string.is_some() { 0 } else { number };
        let (numbers, tail) = tail.split_at(20);
        let expected = [APP, number, expires_at, bits, 0].map(u32::to_be_bytes);
        prop_assert_eq!(numbers, expected.as_flattened());
        let tail = string.map_or(tail, |string| strip_string(tail, &string));
        prop_assert!(tail.is_empty());
    }
}

/// Strips a string with its length from the start of the bytes.
fn strip_string<'a>(bytes: &'a [u8], string: &str) -> &'a [u8] {
    let length = u16::try_from(string.len()).unwrap().to_be_bytes();
    let tail = bytes.strip_prefix(&length).unwrap();
    tail.strip_prefix(string.as_bytes()).unwrap()
}

#[test]
fn user_sig_near_the_size_limit_round_trips() {
    // JSON escapes the first to many times its size, and the last is hard to compress.
    let mut state = 1_u32;
    let noise: String = (0..16_300)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            char::from_u32(0x1_0000 + state % 0x10_0000).unwrap()
        })
        .collect();
    for identifier in ["\u{1}".repeat(10_000), "a".repeat(65_000), noise] {
        let user_sig = signer().sign(&identifier, TIME, DAY).unwrap();
        let claims = signer().verify(user_sig.as_str(), None, TIME).unwrap();
        assert_eq!(claims.identifier, identifier);
    }
}

#[test]
fn signer_is_shared_by_threads_with_equal_results() {
    let signer = signer();
    let expected = signer.sign("alice", TIME, DAY).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for time in TIME..TIME + 50 {
                    signer.sign("bob", time, DAY).unwrap();
                    let again = signer.sign("alice", TIME, DAY).unwrap();
                    assert_eq!(again.as_str(), expected.as_str());
                }
            });
        }
    });
}

#[test]
fn user_sig_is_valid_from_its_time_until_before_its_expiry() {
    let user_sig = Signer::new(APP, key(KEY)).sign("alice", TIME, 60).unwrap();
    let valid_at = |now| signer().verify(user_sig.as_str(), None, now).is_ok();
    let around = [TIME - 1, TIME, TIME + 59, TIME + 60].map(valid_at);
    assert_eq!(around, [false, true, true, false]);
}
