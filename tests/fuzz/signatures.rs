//! UserSigs.

use chat_usersig::{SecretKey, Signer, inspect};

use crate::input::Input;

const NOW: u64 = 1_790_000_000;

fn signer() -> Signer {
    Signer::new(1_400_000_000, SecretKey::new("a key that opens nothing").unwrap())
}

/// Any text as a signature.
pub(crate) fn user_sig(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let identifier = String::from_utf8_lossy(input.part()).into_owned();
    let text = String::from_utf8_lossy(input.rest());
    let _ = inspect(&text);
    assert!(signer().verify(&text, Some(&identifier), NOW).is_err(), "nobody knows the key");
}

/// A signature is valid for its identifier, and any change makes it invalid.
pub(crate) fn signed(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let identifier = String::from_utf8_lossy(input.part()).into_owned();
    let expire = u32::try_from(input.below(1 << 20)).unwrap();
    let (index, bit) = (input.below(4_096), input.below(8));
    let Ok(signature) = signer().sign(&identifier, NOW, expire) else { return };
    let text = signature.as_str();
    let verified = signer().verify(text, Some(&identifier), NOW);
    assert_eq!(verified.is_ok(), expire > 0, "{verified:?}");
    assert_eq!(inspect(text).unwrap().identifier, identifier);
    let mut changed = text.as_bytes().to_vec();
    let index = index % changed.len();
    changed[index] ^= 1 << bit;
    if let Ok(changed) = String::from_utf8(changed) {
        let verified = signer().verify(&changed, Some(&identifier), NOW);
        if let (Ok(claims), Ok(original)) = (verified, inspect(text)) {
            // A bit of the compression or the encoding that says nothing.
            assert_eq!(format!("{claims:?}"), format!("{original:?}"));
        }
    }
}
