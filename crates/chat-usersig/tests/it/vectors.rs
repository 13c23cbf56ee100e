//! UserSigs that two of the vendor's libraries made.

use chat_usersig::{Claims, Rights, Room, Signer, UserSig, inspect};
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

    /// What each of the two libraries made.
    pub(crate) fn user_sigs(&self) -> [&str; 2] {
        [self.text("user_sig"), self.text("user_sig_alt")]
    }

    pub(crate) fn sign(&self) -> UserSig {
        let signer = self.signer();
        let (identifier, time) = (self.text("identifier"), self.time());
        let expire = self.number("expire").try_into().unwrap();
        let made = match (self.text("kind"), self.userbuf()) {
            ("user_sig", None) => signer.sign(identifier, time, expire),
            ("user_sig", Some(userbuf)) => {
                signer.sign_with_userbuf(identifier, &userbuf, time, expire)
            }
            ("private_map_key", _) => {
                let bits = self.number("privilege_map").try_into().unwrap();
                let rights = Rights::from_bits(bits);
                signer.sign_private_map_key(identifier, self.room(), rights, time, expire)
            }
            (kind, _) => panic!("unknown kind {kind}"),
        };
        made.unwrap()
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
            Some(text) => Room::Text(text),
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
fn signing_gives_the_documents_of_the_vendors_libraries() {
    for vector in Vector::all() {
        let made: Value = serde_json::from_str(&document(vector.sign().as_str())).unwrap();
        assert_eq!(made, *vector.document(), "{}", vector.name());
        assert_eq!(made["TLS.sig"], vector.0["sig"], "{}", vector.name());
    }
}

#[test]
fn user_sigs_of_the_vendors_libraries_verify() {
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
fn any_level_of_compression_verifies() {
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
fn a_user_sig_is_hardly_longer_than_the_vendors() {
    for vector in Vector::all() {
        let own = vector.sign().as_str().len();
        let [theirs, _] = vector.user_sigs().map(str::len);
        assert!(own <= theirs + theirs / 20, "{}: {own}", vector.name());
    }
}
