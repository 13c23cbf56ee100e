//! UserSigs that two of the vendor's libraries signed.

use chat_usersig::{Claims, Privileges, Room, Signer, UserSig, inspect};
use serde_json::Value;

use crate::{document, key, user_sig_of};

/// One entry of `usersig-vectors.json`.
pub(crate) struct Vector(Value);

impl Vector {
    pub(crate) fn all() -> Vec<Self> {
        let file: Value = serde_json::from_str(include_str!("usersig-vectors.json")).unwrap();
        let vectors: Vec<_> =
            file["vectors"].as_array().unwrap().iter().cloned().map(Self).collect();
        assert!(vectors.len() >= 20, "vectors are missing");
        vectors
    }

    pub(crate) fn name(&self) -> &str {
        self.text("name")
    }

    pub(crate) fn signer(&self) -> Signer {
        let app = self.number("sdkappid").try_into().unwrap();
        Signer::new(app, key(self.text("key")))
    }

    pub(crate) fn time(&self) -> u64 {
        self.number("time")
    }

    pub(crate) fn document(&self) -> &Value {
        &self.0["document"]
    }

    /// Returns the UserSig that each of the two libraries signed.
    pub(crate) fn user_sigs(&self) -> [&str; 2] {
        [self.text("user_sig"), self.text("user_sig_alt")]
    }

    pub(crate) fn sign(&self) -> UserSig {
        let signer = self.signer();
        let (identifier, time) = (self.text("identifier"), self.time());
        let expire = self.number("expire").try_into().unwrap();
        let signed = match (self.text("kind"), self.userbuf()) {
            ("user_sig", None) => signer.sign(identifier, time, expire),
            ("user_sig", Some(userbuf)) => {
                signer.sign_with_userbuf(identifier, &userbuf, time, expire)
            }
            ("private_map_key", _) => {
                let bits = self.number("privilege_map").try_into().unwrap();
                let privileges = Privileges::from_bits(bits);
                signer.sign_private_map_key(identifier, self.room(), privileges, time, expire)
            }
            (kind, _) => panic!("unknown kind {kind}"),
        };
        signed.unwrap()
    }

    fn check_claims(&self, claims: &Claims) {
        assert_eq!(claims.identifier, self.text("identifier"), "{}", self.name());
        assert_eq!(u64::from(claims.sdk_app_id), self.number("sdkappid"));
        assert_eq!(claims.time, self.time());
        assert_eq!(claims.expire, self.number("expire"));
        assert_eq!(claims.userbuf, self.userbuf(), "{}", self.name());
    }

    fn room(&self) -> Room<'_> {
        match self.0["room_string"].as_str() {
            Some(text) => Room::String(text),
            None => Room::Number(self.number("room_id").try_into().unwrap()),
        }
    }

    fn userbuf(&self) -> Option<Vec<u8>> {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let text = self.0["userbuf_base64"].as_str()?;
        Some(STANDARD.decode(text).unwrap())
    }

    fn text(&self, member: &str) -> &str {
        self.0[member].as_str().unwrap()
    }

    fn number(&self, member: &str) -> u64 {
        self.0[member].as_u64().unwrap()
    }
}

#[test]
fn documents_equal_those_of_the_vendor_libraries() {
    for vector in Vector::all() {
        let signed: Value = serde_json::from_str(&document(vector.sign().as_str())).unwrap();
        assert_eq!(signed, *vector.document(), "{}", vector.name());
        assert_eq!(signed["TLS.sig"], vector.0["sig"], "{}", vector.name());
    }
}

#[test]
fn user_sigs_of_the_vendor_libraries_verify() {
    for vector in Vector::all() {
        let identifier = Some(vector.text("identifier"));
        for user_sig in vector.user_sigs() {
            let verified = vector.signer().verify(user_sig, identifier, vector.time());
            vector.check_claims(&verified.unwrap());
            vector.check_claims(&inspect(user_sig).unwrap());
        }
    }
}

#[test]
fn any_compression_level_verifies() {
    for vector in Vector::all() {
        let [compact, spaced] = [
            serde_json::to_string(vector.document()).unwrap(),
            serde_json::to_string_pretty(vector.document()).unwrap(),
        ];
        for level in 0..=9 {
            for json in [&compact, &spaced] {
                let user_sig = user_sig_of(json.as_bytes(), level);
                let verified = vector.signer().verify(&user_sig, None, vector.time());
                assert!(verified.is_ok(), "{}, level {level}", vector.name());
            }
        }
    }
}

#[test]
fn user_sig_is_at_most_five_percent_longer_than_the_vendors() {
    for vector in Vector::all() {
        let ours = vector.sign().as_str().len();
        let [theirs, _] = vector.user_sigs().map(str::len);
        assert!(ours <= theirs + theirs / 20, "{}: {ours}", vector.name());
    }
}
