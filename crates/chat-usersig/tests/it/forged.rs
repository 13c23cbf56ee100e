//! Documents that other programs write, genuine and forged.

use chat_usersig::{DecodeError, Layer, VerifyError, inspect};
use serde_json::{Value, json};

use crate::{APP, DAY, TIME, document, signer, user_sig_of};

/// Returns the document of a genuine UserSig.
fn genuine() -> Value {
    let user_sig = signer().sign("alice", TIME, DAY).unwrap();
    serde_json::from_str(&document(user_sig.as_str())).unwrap()
}

/// Verifies a UserSig with this document.
fn verify(document: impl AsRef<[u8]>) -> Result<(), VerifyError> {
    let user_sig = user_sig_of(document.as_ref(), 6);
    signer().verify(&user_sig, Some("alice"), TIME).map(drop)
}

/// Verifies a genuine document with one member replaced or removed.
fn verify_with(member: &str, value: Option<Value>) -> Result<(), VerifyError> {
    let mut document = genuine();
    let members = document.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(member.into(), value),
        None => members.remove(member),
    };
    verify(document.to_string())
}

#[test]
fn integers_can_be_strings() {
    for member in ["TLS.sdkappid", "TLS.time", "TLS.expire"] {
        let text = genuine()[member].to_string();
        assert_eq!(verify_with(member, Some(text.into())), Ok(()), "{member}");
    }
}

#[test]
fn unknown_members_white_space_and_escapes_are_accepted() {
    let unknown = json!({"nested": [1, null]});
    assert_eq!(verify_with("TLS.other", Some(unknown)), Ok(()));
    assert_eq!(verify(format!("\r\n {:#}\t", genuine())), Ok(()));
    let escaped = genuine().to_string().replace("alice", r"\u0061\u006cice");
    assert_eq!(verify(escaped), Ok(()));
}

#[test]
fn members_can_be_in_any_order() {
    let genuine = genuine();
    let mut members: Vec<_> = genuine.as_object().unwrap().iter().collect();
    for _ in 0..members.len() {
        members.rotate_left(1);
        let inner: Vec<_> =
            members.iter().map(|(name, value)| format!("{name:?}: {value}")).collect();
        assert_eq!(verify(format!("{{{}}}", inner.join(","))), Ok(()));
    }
}

#[test]
fn changed_claim_does_not_verify() {
    let wrong_key = Err(VerifyError::WrongKey);
    assert_eq!(verify_with("TLS.identifier", Some("admin".into())), wrong_key);
    assert_eq!(verify_with("TLS.time", Some((TIME - 1).into())), wrong_key);
    assert_eq!(verify_with("TLS.expire", Some((DAY + 1).into())), wrong_key);
    assert_eq!(verify_with("TLS.userbuf", Some("".into())), wrong_key);
    let zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert_eq!(verify_with("TLS.sig", Some(zeros.into())), wrong_key);
    assert!(matches!(
        verify_with("TLS.sdkappid", Some((APP + 1).into())),
        Err(VerifyError::WrongApp { .. })
    ));
}

#[test]
fn userbuf_cannot_be_forged_as_a_line_of_the_identifier() {
    let signed = signer().sign_with_userbuf("alice", b"abc", TIME, DAY).unwrap();
    let mut document: Value = serde_json::from_str(&document(signed.as_str())).unwrap();
    document["TLS.identifier"] = "alice\nTLS.sdkappid:1400000001".into();
    let error = verify(document.to_string()).unwrap_err();
    assert!(error.to_string().contains("line feed"), "{error}");
}

#[test]
fn document_with_an_invalid_member_is_malformed() {
    let cases = [
        ("TLS.ver", None),
        ("TLS.ver", Some(json!("1.0"))),
        ("TLS.ver", Some(json!(2.0))),
        ("TLS.identifier", None),
        ("TLS.identifier", Some(json!(""))),
        ("TLS.identifier", Some(json!(10086))),
        ("TLS.sdkappid", None),
        ("TLS.sdkappid", Some(json!(-1))),
        ("TLS.sdkappid", Some(json!(1_400_000_001.0))),
        ("TLS.sdkappid", Some(json!(4_294_967_296_u64))),
        ("TLS.sdkappid", Some(json!("+1400000001"))),
        ("TLS.sdkappid", Some(json!(" 1400000001"))),
        ("TLS.sdkappid", Some(json!(""))),
        ("TLS.time", None),
        ("TLS.time", Some(json!("18446744073709551616"))),
        ("TLS.expire", None),
        ("TLS.expire", Some(json!(null))),
        ("TLS.userbuf", Some(json!("YWJ"))),
        // An unused bit is set.
        ("TLS.userbuf", Some(json!("YWK="))),
        ("TLS.userbuf", Some(json!("\n"))),
        ("TLS.sig", None),
        ("TLS.sig", Some(json!(""))),
        ("TLS.sig", Some(json!("YWJj"))),
    ];
    for (member, value) in cases {
        let shown = format!("{member}: {value:?}");
        match verify_with(member, value) {
            Err(VerifyError::Decode(error)) => {
                assert_eq!(error.layer(), Layer::Json, "{shown}: {error}");
                let reason = error.to_string();
                assert!(reason.contains(member) || reason.contains("line"), "{reason}");
            }
            other => panic!("{shown}: {other:?}"),
        }
    }
}

/// With an invented identifier, app and signature.
#[test]
fn older_format_is_named_as_such() {
    let user_sig = include_str!("ecdsa-usersig.txt").trim_end();
    assert_eq!(inspect(user_sig), Err(DecodeError::Ecdsa));
    let error = signer().verify(user_sig, None, TIME).unwrap_err();
    assert_eq!(error, VerifyError::Decode(DecodeError::Ecdsa));
    let text = error.to_string();
    assert!(text.contains("older format") && text.contains("ECDSA"), "{text}");

    let mut document: Value = serde_json::from_str(&document(user_sig)).unwrap();
    let members = document.as_object_mut().unwrap();
    for member in ["TLS.account_type", "TLS.appid_at_3rd", "TLS.version", "TLS.time"] {
        members.remove(member);
    }
    assert_eq!(verify(document.to_string()), Err(VerifyError::Decode(DecodeError::Ecdsa)));
}

#[test]
fn damaged_document_of_version_2_is_not_taken_for_the_older_format() {
    let mut document = genuine();
    document["TLS.account_type"] = "0".into();
    document["TLS.time"] = Value::Null;
    let error = inspect(&user_sig_of(document.to_string().as_bytes(), 6)).unwrap_err();
    assert!(matches!(error, DecodeError::Malformed { .. }), "{error}");
    let other = inspect(&user_sig_of(br#"["TLS.sdk_appid"]"#, 6)).unwrap_err();
    assert!(matches!(other, DecodeError::Malformed { .. }), "{other}");
}

#[test]
fn unsupported_version_is_named() {
    let error = verify_with("TLS.ver", Some(json!("3.0"))).unwrap_err();
    let VerifyError::Decode(DecodeError::UnsupportedVersion { version, .. }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(version, "3.0");
    assert!(error.to_string().contains("only version 2.0 is supported"), "{error}");
}

#[test]
fn anything_but_one_json_object_is_malformed() {
    let genuine = genuine().to_string();
    let twice = genuine.replacen('{', r#"{"TLS.identifier":"admin","#, 1);
    let deep = "[".repeat(60_000);
    for text in ["", "{}", "[]", "null", &twice, &deep, &genuine.repeat(2)] {
        let error = inspect(&user_sig_of(text.as_bytes(), 6)).unwrap_err();
        assert_eq!(error.layer(), Layer::Json, "{error}");
    }
    let latin1 = genuine.replace("alice", "al\u{1}ce").into_bytes();
    let latin1: Vec<u8> = latin1.iter().map(|&b| if b == 1 { 0xe9 } else { b }).collect();
    assert!(inspect(&user_sig_of(&latin1, 6)).is_err());
}

#[test]
fn huge_validity_period_does_not_overflow() {
    let mut document = genuine();
    document["TLS.expire"] = u64::MAX.into();
    let claims = inspect(&user_sig_of(document.to_string().as_bytes(), 6)).unwrap();
    assert_eq!(claims.expires_at(), u64::MAX);
}
