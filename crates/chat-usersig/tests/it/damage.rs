//! UserSigs that were changed in transit.

use chat_usersig::{Claims, DecodeError, Layer, inspect};
use proptest::prelude::*;

use crate::{DAY, TIME, compressed, document, signer, text_of, user_sig_of, vectors::Vector};

/// Returns every text that differs from this one in a single bit.
fn flips(text: &str) -> impl Iterator<Item = String> {
    (0..text.len() * 7).map(move |bit| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 7] ^= 1 << (bit % 7);
        String::from_utf8(bytes).unwrap()
    })
}

/// Asserts that each flip is either rejected, or another compression of the very same document.
/// Returns the number of the latter.
fn check_flips(user_sig: &str, verify: impl Fn(&str) -> Option<Claims>) -> usize {
    let claims = verify(user_sig).unwrap();
    let same = flips(user_sig).filter(|flipped| match verify(flipped) {
        None => false,
        Some(of_flipped) => {
            assert_eq!(of_flipped, claims);
            assert_eq!(document(flipped), document(user_sig));
            true
        }
    });
    same.count()
}

#[test]
fn no_flipped_bit_changes_the_claims() {
    let mut passed = 0;
    let mut all = 0;
    for vector in Vector::all().iter().step_by(2) {
        let (signer, signed) = (vector.signer(), vector.sign());
        let [one, other] = vector.user_sigs();
        for user_sig in [signed.as_str(), one, other] {
            all += user_sig.len() * 7;
            passed += check_flips(user_sig, |text| signer.verify(text, None, vector.time()).ok());
        }
    }
    // A rare case: a match that refers to another occurrence of the same text.
    assert!(passed * 10_000 < all, "{passed} of {all}");
}

#[test]
fn flipped_bits_of_an_uncompressed_document_are_rejected() {
    for vector in Vector::all().iter().step_by(4) {
        let json = serde_json::to_vec(vector.document()).unwrap();
        let passed = check_flips(&user_sig_of(&json, 0), |text| {
            vector.signer().verify(text, None, vector.time()).ok()
        });
        assert_eq!(passed, 0, "{}", vector.name());
    }
}

#[test]
fn bit_that_inflating_ignores_is_rejected() {
    for vector in Vector::all() {
        let user_sig = vector.sign();
        let mut compressed = compressed(user_sig.as_str());
        let last = compressed.len() - 5;
        let unused = compressed[last].leading_zeros();
        for bit in 0..unused {
            compressed[last] ^= 0x80 >> bit;
            let result = inspect(&text_of(&compressed));
            assert!(result.is_err(), "{}, bit {bit}", vector.name());
            compressed[last] ^= 0x80 >> bit;
        }
    }
}

#[test]
fn non_canonical_base64_is_rejected() {
    let mut padded = 0;
    for vector in Vector::all() {
        let user_sig = vector.sign();
        let text = user_sig.as_str();
        assert_layer(&format!("{text}_"), Layer::Base64);
        let digits = text.trim_end_matches('_');
        if digits == text {
            continue;
        }
        padded += 1;
        assert_layer(digits, Layer::Base64);
        // The last digit has unused bits, which are zero; the next digit has one of them set.
        let (head, last) = digits.split_at(digits.len() - 1);
        let next = SYMBOLS.find(last).unwrap() + 1;
        let padding = &text[digits.len()..];
        let unused = format!("{head}{}{padding}", &SYMBOLS[next..=next]);
        assert_layer(&unused, Layer::Base64);
    }
    assert!(padded > 0, "no UserSig had padding");
}

#[test]
fn standard_base64_is_rejected() {
    let mut rejected = 0;
    for vector in Vector::all() {
        let user_sig = vector.sign();
        for (custom, standard) in [("*", "+"), ("-", "/"), ("_", "=")] {
            if user_sig.as_str().contains(custom) {
                assert_layer(&user_sig.as_str().replace(custom, standard), Layer::Base64);
                rejected += 1;
            }
        }
    }
    assert!(rejected > 10);
}

#[test]
fn white_space_is_not_trimmed() {
    let user_sig = signer().sign("alice", TIME, DAY).unwrap();
    for text in [" {}", "{} ", "{}\n", "{}\0"] {
        let text = text.replace("{}", user_sig.as_str());
        assert_layer(&text, Layer::Base64);
    }
}

#[test]
fn data_after_the_compressed_data_is_rejected() {
    let user_sig = signer().sign("alice", TIME, DAY).unwrap();
    let stream = compressed(user_sig.as_str());
    for tail in [&b"\0"[..], b"more", &stream] {
        let longer = [&stream, tail].concat();
        assert_layer(&text_of(&longer), Layer::Zlib);
    }
}

#[test]
fn truncated_user_sig_is_rejected() {
    let user_sig = signer().sign("alice", TIME, DAY).unwrap();
    for end in 0..user_sig.as_str().len() {
        assert!(inspect(&user_sig.as_str()[..end]).is_err(), "cut at {end}");
    }
    let stream = compressed(user_sig.as_str());
    for end in 0..stream.len() {
        assert!(inspect(&text_of(&stream[..end])).is_err(), "cut at {end}");
    }
}

#[test]
fn document_that_inflates_beyond_the_limit_is_rejected() {
    let bomb = user_sig_of(&vec![b' '; 1_000_000], 6);
    assert!(bomb.len() < 2_000);
    let error = assert_layer(&bomb, Layer::Zlib);
    assert!(error.to_string().contains("65536"), "{error}");

    assert_layer(&"A".repeat(1_000_000), Layer::Base64);
}

proptest! {
    #[test]
    fn arbitrary_text_does_not_panic(text: String) {
        prop_assert!(inspect(&text).is_err());
    }

    #[test]
    fn arbitrary_base64_does_not_panic(text in "eJ[A-Za-z0-9*-]{0,200}_{0,2}") {
        prop_assert!(inspect(&text).is_err());
    }

    #[test]
    fn arbitrary_compressed_data_does_not_panic(
        tail in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        prop_assert!(inspect(&text_of(&[&[0x78, 0x01], &*tail].concat())).is_err());
    }

    #[test]
    fn arbitrary_document_does_not_panic(document in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(inspect(&user_sig_of(&document, 6)).is_err());
    }

    #[test]
    fn random_damage_never_changes_verified_claims(
        identifier in "[0a]{1,32}",
        time in prop::sample::select(vec![1_700_000_000, 1_000_000_000, 1_735_689_600]),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), 0_u8..8), 1..4),
    ) {
        let user_sig = signer().sign(&identifier, time, 100_000_000)?;
        let claims = inspect(user_sig.as_str())?;
        let mut stream = compressed(user_sig.as_str());
        for (at, bit) in damage {
            let at = at.index(stream.len());
            stream[at] ^= 1 << bit;
        }
        if let Ok(verified) = signer().verify(&text_of(&stream), None, time) {
            prop_assert_eq!(verified, claims);
        }
    }
}

/// Asserts that this layer cannot be decoded, and returns the error.
fn assert_layer(text: &str, layer: Layer) -> DecodeError {
    let error = inspect(text).unwrap_err();
    assert_eq!(error.layer(), layer, "{error}");
    error
}

const SYMBOLS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-";
