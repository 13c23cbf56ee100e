//! Keys and UserSigs stay out of messages, and are erased from memory.

use chat_usersig::{SecretKey, Signer, UserSig};
use hmac::digest::Digest;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{APP, DAY, KEY, TIME, document, key, signer};

#[test]
fn key_and_user_sig_are_never_printed() {
    let signer = signer();
    let user_sig = signer.sign("alice", TIME, DAY).unwrap();
    let sig = document(user_sig.as_str()).split('"').nth_back(1).unwrap().to_owned();
    assert_eq!(sig.len(), 44);

    let other_key = Signer::new(APP, key("another"));
    let cut = &user_sig.as_str()[..user_sig.as_str().len() - 4];
    let mut shown = vec![
        format!("{:?}", key(KEY)),
        format!("{signer:?} {signer:#?}"),
        format!("{user_sig:?} {user_sig:#?}"),
        format!("{:?}", chat_usersig::inspect(user_sig.as_str())),
    ];
    let results = [
        other_key.verify(user_sig.as_str(), None, TIME),
        signer.verify(user_sig.as_str(), Some("bob"), TIME),
        signer.verify(user_sig.as_str(), None, 0),
        signer.verify(user_sig.as_str(), None, u64::MAX),
        signer.verify(cut, None, TIME),
        signer.verify(KEY, None, TIME),
    ];
    for result in results {
        let error = result.unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    for text in shown {
        for secret in [KEY, user_sig.as_str(), cut, &sig] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    assert_eq!(format!("{:?}", key(KEY)), "SecretKey(..)");
    assert_eq!(format!("{user_sig:?}"), "UserSig(..)");
    assert_eq!(format!("{signer:?}"), "Signer { sdk_app_id: 1400000001, .. }");
}

#[test]
fn key_user_sig_and_hash_state_are_zeroized() {
    fn zeroizes_on_drop<T: ZeroizeOnDrop>() {}
    zeroizes_on_drop::<SecretKey>();
    zeroizes_on_drop::<UserSig>();
    // Only with its feature `zeroize`; without it, the HMAC of a signer would remain in memory.
    zeroizes_on_drop::<Sha256>();
    let _ = Sha256::new();

    let mut user_sig = signer().sign("alice", TIME, DAY).unwrap();
    user_sig.zeroize();
    assert_eq!(user_sig.as_str(), "");
}

#[test]
fn clone_outlives_its_original() {
    let (original, copy) = (key(KEY), key(KEY).clone());
    drop(original);
    let user_sig = Signer::new(APP, copy).sign("alice", TIME, DAY).unwrap();
    let copy = user_sig.clone();
    drop(user_sig);
    assert!(signer().verify(copy.as_str(), Some("alice"), TIME).is_ok());
}

#[test]
fn received_user_sig_is_kept_unchanged() {
    let parsed: UserSig = "anything".parse().unwrap();
    assert_eq!(parsed.as_str(), "anything");
    assert_eq!(UserSig::from(String::from("anything")).as_str(), "anything");
}

#[test]
fn types_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Signer>();
    shared::<SecretKey>();
    shared::<UserSig>();
}
