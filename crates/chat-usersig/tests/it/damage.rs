//! A UserSig that was changed on its way.

use chat_usersig::{Claims, Malformed, Step, inspect};
use proptest::prelude::*;

use crate::{DAY, TIME, compressed, document, signer, text_of, user_sig_of, vectors::Vector};

/// Every text that differs from this one in a single bit.
fn flips(text: &str) -> impl Iterator<Item = String> {
    (0..text.len() * 7).map(move |bit| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 7] ^= 1 << (bit % 7);
        String::from_utf8(bytes).unwrap()
    })
}

/// Each flip is refused, or is another way to compress the very same document.
/// Returns how many are the latter.
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
fn no_flipped_bit_passes_for_something_else() {
    let mut passed = 0;
    let mut all = 0;
    for vector in Vector::all().iter().step_by(2) {
        let (signer, own) = (vector.signer(), vector.sign());
        let [one, other] = vector.user_sigs();
        for user_sig in [own.as_str(), one, other] {
            all += user_sig.len() * 7;
            passed += check_flips(user_sig, |text| signer.verify(text, None, vector.time()).ok());
        }
    }
    // Rare: a repeat that is copied from another place with the same text.
    assert!(passed * 10_000 < all, "{passed} of {all}");
}

#[test]
fn every_flipped_bit_of_an_uncompressed_document_is_refused() {
    for vector in Vector::all().iter().step_by(4) {
        let json = serde_json::to_vec(vector.document()).unwrap();
        let passed = check_flips(&user_sig_of(&json, 0), |text| {
            vector.signer().verify(text, None, vector.time()).ok()
        });
        assert_eq!(passed, 0, "{}", vector.name());
    }
}

#[test]
fn a_bit_that_inflating_ignores_is_refused() {
    for vector in Vector::all() {
        let user_sig = vector.sign();
        let mut compressed = compressed(user_sig.as_str());
        let last = compressed.len() - 5;
        let unused = compressed[last].leading_zeros();
        for bit in 0..unused {
            compressed[last] ^= 0x80 >> bit;
            let refused = inspect(&text_of(&compressed));
            assert!(refused.is_err(), "{}, bit {bit}", vector.name());
            compressed[last] ^= 0x80 >> bit;
        }
    }
}

#[test]
fn base64_that_is_not_canonical_is_refused() {
    let mut padded = 0;
    for vector in Vector::all() {
        let user_sig = vector.sign();
        let text = user_sig.as_str();
        assert_step(&format!("{text}_"), Step::Text);
        let digits = text.trim_end_matches('_');
        if digits == text {
            continue;
        }
        padded += 1;
        assert_step(digits, Step::Text);
        // The last digit has bits to spare, and they are zero: the next one has one set.
        let (head, last) = digits.split_at(digits.len() - 1);
        let next = SYMBOLS.find(last).unwrap() + 1;
        let padding = &text[digits.len()..];
        let spare = format!("{head}{}{padding}", &SYMBOLS[next..=next]);
        assert_step(&spare, Step::Text);
    }
    assert!(padded > 0, "no UserSig had padding");
}

#[test]
fn plain_base64_is_refused() {
    let mut refused = 0;
    for vector in Vector::all() {
        let user_sig = vector.sign();
        for (own, plain) in [("*", "+"), ("-", "/"), ("_", "=")] {
            if user_sig.as_str().contains(own) {
                assert_step(&user_sig.as_str().replace(own, plain), Step::Text);
                refused += 1;
            }
        }
    }
    assert!(refused > 10);
}

#[test]
fn white_space_is_not_trimmed() {
    let user_sig = signer().sign("alice", TIME, DAY).unwrap();
    for text in [" {}", "{} ", "{}\n", "{}\0"] {
        let text = text.replace("{}", user_sig.as_str());
        assert_step(&text, Step::Text);
    }
}

#[test]
fn whatever_follows_the_compressed_data_is_refused() {
    let user_sig = signer().sign("alice", TIME, DAY).unwrap();
    let stream = compressed(user_sig.as_str());
    for tail in [&b"\0"[..], b"more", &stream] {
        let longer = [&stream, tail].concat();
        assert_step(&text_of(&longer), Step::Compression);
    }
}

#[test]
fn a_user_sig_cut_anywhere_is_refused() {
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
fn a_document_that_inflates_beyond_the_limit_is_refused() {
    let bomb = user_sig_of(&vec![b' '; 1_000_000], 6);
    assert!(bomb.len() < 2_000);
    let error = assert_step(&bomb, Step::Compression);
    assert!(error.what().contains("65536"), "{error}");

    assert_step(&"A".repeat(1_000_000), Step::Text);
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text: String) {
        prop_assert!(inspect(&text).is_err());
    }

    #[test]
    fn no_text_of_the_alphabet_makes_reading_panic(text in "eJ[A-Za-z0-9*-]{0,200}_{0,2}") {
        prop_assert!(inspect(&text).is_err());
    }

    #[test]
    fn no_compressed_data_makes_reading_panic(
        tail in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        prop_assert!(inspect(&text_of(&[&[0x78, 0x01], &*tail].concat())).is_err());
    }

    #[test]
    fn no_document_makes_reading_panic(document in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(inspect(&user_sig_of(&document, 6)).is_err());
    }

    #[test]
    fn random_damage_never_verifies_with_other_claims(
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

fn assert_step(text: &str, step: Step) -> Malformed {
    let error = inspect(text).unwrap_err();
    assert_eq!(error.step(), step, "{error}");
    error
}

const SYMBOLS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-";
