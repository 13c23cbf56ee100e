//! What is rejected, in which order, and with which messages.

use chat_usersig::{Privileges, Room, SecretKey, SignError, Signer, VerifyError};

use crate::{APP, DAY, KEY, TIME, key, signer};

#[test]
fn identifier_must_be_a_single_line() {
    assert_eq!(sign_error("", TIME, DAY), SignError::EmptyIdentifier);
    for identifier in ["\n", "alice\n", "alice\nTLS.sdkappid:1"] {
        assert_eq!(sign_error(identifier, TIME, DAY), SignError::LineFeed);
    }
    assert!(signer().sign("alice\r\t\0", TIME, DAY).is_ok());
}

#[test]
fn expiry_must_fit_into_32_bits() {
    let last = u64::from(u32::MAX);
    assert!(signer().sign("alice", last - 1, 1).is_ok());
    assert!(signer().sign("alice", 0, u32::MAX).is_ok());
    assert_eq!(sign_error("alice", TIME, 0), SignError::ZeroValidity);
    for (time, expire) in [(last, 1), (1, u32::MAX), (u64::MAX, u32::MAX), (TIME * 1000, DAY)] {
        let error = sign_error("alice", time, expire);
        assert!(matches!(error, SignError::ExpiryOutOfRange { .. }), "{error}");
        assert!(error.to_string().contains("milliseconds"), "{error}");
    }
}

#[test]
fn oversized_documents_are_not_signed() {
    let long = "a".repeat(65_536);
    assert!(matches!(sign_error(&long, TIME, DAY), SignError::TooLong { .. }));
    // Short enough by itself, but too long once JSON has escaped it.
    assert!(matches!(sign_error(&"\u{1}".repeat(12_000), TIME, DAY), SignError::TooLong { .. }));
    for (identifier, room) in [(&*long, Room::Number(1)), ("alice", Room::String(&long))] {
        let result = signer().sign_private_map_key(identifier, room, Privileges::ALL, TIME, DAY);
        assert!(matches!(result, Err(SignError::TooLong { .. })));
    }
}

#[test]
fn empty_key_is_rejected_and_keys_are_not_trimmed() {
    assert!(SecretKey::new("").is_err());
    let user_sig = signer().sign("alice", TIME, DAY).unwrap();
    let padded = Signer::new(APP, key(&format!("{KEY}\n")));
    assert_eq!(padded.verify(user_sig.as_str(), None, TIME), Err(VerifyError::WrongKey));
}

#[test]
fn each_error_has_the_code_of_the_service() {
    let user_sig = signer().sign("alice", TIME, 60).unwrap();
    let user_sig = user_sig.as_str();
    let other_app = Signer::new(APP + 1, key(KEY));
    let other_key = Signer::new(APP, key("another"));
    let cases = [
        (signer().verify(user_sig, None, TIME + 60), 70001),
        (signer().verify("", None, TIME), 70003),
        (signer().verify("eJ", None, TIME), 70003),
        (other_key.verify(user_sig, None, TIME), 70009),
        (signer().verify(user_sig, None, TIME - 1), 70009),
        (signer().verify(user_sig, Some("bob"), TIME), 70013),
        (other_app.verify(user_sig, None, TIME), 70014),
    ];
    for (result, code) in cases {
        let error = result.unwrap_err();
        assert_eq!(error.error_code(), code, "{error}");
    }
}

#[test]
fn unproven_claims_are_not_compared() {
    let user_sig = signer().sign("alice", TIME, 60).unwrap();
    let verify =
        |signer: Signer| signer.verify(user_sig.as_str(), Some("bob"), TIME + 60).unwrap_err();
    let other_app = Signer::new(APP + 1, key("another"));
    assert!(matches!(verify(other_app), VerifyError::WrongApp { .. }));
    let other_key = Signer::new(APP, key("another"));
    assert_eq!(verify(other_key), VerifyError::WrongKey);
    assert!(matches!(verify(signer()), VerifyError::WrongIdentifier { .. }));
}

#[test]
fn messages_state_the_problem_and_the_remedy() {
    let user_sig = signer().sign("alice", TIME, 60).unwrap();
    let message = |identifier, now| {
        let result = signer().verify(user_sig.as_str(), identifier, now);
        result.unwrap_err().to_string()
    };
    let wrong = message(Some("bob"), TIME);
    assert!(wrong.contains(r#""alice""#) && wrong.contains(r#"sign one for "bob""#), "{wrong}");
    let expired = message(None, TIME + 100);
    assert!(expired.contains("expired at 1700000060") && expired.contains("1700000100"));
    assert!(message(None, 5).contains("not valid until 1700000000"));

    let standard = signer().verify("eJ+/", None, TIME).unwrap_err().to_string();
    assert!(standard.contains("character 2 is `+`"), "{standard}");
}

fn sign_error(identifier: &str, time: u64, expire: u32) -> SignError {
    signer().sign(identifier, time, expire).unwrap_err()
}
