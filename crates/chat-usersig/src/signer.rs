use std::fmt::{self, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    Claims, Rights, Room, SecretKey, SignError, UserSig, VerifyError, claims,
    document::Document,
    encoding::{self, MAX_DOCUMENT},
    private_map_key,
    signed_text::SignedText,
};

/// Makes and checks the UserSigs of one app.
///
/// It does no I/O and has no clock: times come in as Unix seconds. Share one among any number of
/// threads; signing takes no lock.
///
/// # Examples
///
/// ```
/// use chat_usersig::{SecretKey, Signer};
///
/// let signer = Signer::new(1_400_000_001, SecretKey::new("the key that the console shows")?);
/// let user_sig = signer.sign("administrator", 1_700_000_000, 86_400)?;
///
/// let claims = signer.verify(user_sig.as_str(), Some("administrator"), 1_700_000_060)?;
/// assert_eq!(claims.expires_at(), 1_700_086_400);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    sdk_app_id: u32,
    /// Keyed once. A clone of it signs, which saves half of the hashing.
    keyed: Hmac<Sha256>,
}

impl Signer {
    /// Takes the number of an app and its key, which is wiped once the HMAC is set up.
    #[expect(clippy::needless_pass_by_value, reason = "the key ends here, and is wiped")]
    pub fn new(sdk_app_id: u32, key: SecretKey) -> Self {
        #[expect(clippy::expect_used, reason = "it has no other constructor")]
        let keyed =
            Hmac::new_from_slice(key.as_bytes()).expect("an HMAC takes a key of any length");
        Self { sdk_app_id, keyed }
    }

    /// The app that this signs for.
    pub fn sdk_app_id(&self) -> u32 {
        self.sdk_app_id
    }

    /// Makes the UserSig of one account.
    ///
    /// `time` is now, in Unix seconds, and `expire` the validity in seconds. The vendor's libraries
    /// take 180 days (15,552,000) unless told otherwise. A UserSig cannot be revoked, so sign for
    /// no longer than needed.
    ///
    /// The service takes identifiers of at most 32 bytes; this is not checked here, since which
    /// characters it takes depends on the kind of account.
    ///
    /// # Errors
    ///
    /// * [`SignError::EmptyIdentifier`], and [`SignError::LineFeed`] for an identifier with a line
    ///   feed, which could forge lines of the signed text.
    /// * [`SignError::NeverValid`] for an `expire` of 0.
    /// * [`SignError::TooLate`] if it would expire after second 4,294,967,295 (in the year 2106):
    ///   older clients keep the time in 32 bits.
    /// * [`SignError::TooLong`] if its document would exceed 64 KiB.
    pub fn sign(&self, identifier: &str, time: u64, expire: u32) -> Result<UserSig, SignError> {
        self.sign_any(identifier, None, time, expire)
    }

    /// Makes a UserSig that vouches for some bytes as well.
    ///
    /// The Chat REST API makes no use of them. An empty `userbuf` is not the same as none.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign).
    pub fn sign_with_userbuf(
        &self,
        identifier: &str,
        userbuf: &[u8],
        time: u64,
        expire: u32,
    ) -> Result<UserSig, SignError> {
        self.sign_any(identifier, Some(userbuf), time, expire)
    }

    /// Makes a PrivateMapKey: the UserSig that lets an account into one TRTC room.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign); identifier and text of the room are limited to 65,535 bytes
    /// each.
    ///
    /// # Examples
    ///
    /// ```
    /// use chat_usersig::{Rights, Room, SecretKey, Signer};
    ///
    /// let signer = Signer::new(1_400_000_001, SecretKey::new("the key that the console shows")?);
    /// let rights = Rights::ENTER_ROOM | Rights::RECEIVE_AUDIO;
    /// let private_map_key =
    ///     signer.sign_private_map_key("alice", Room::Number(4567), rights, 1_700_000_000, 300)?;
    /// # let _ = private_map_key;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sign_private_map_key(
        &self,
        identifier: &str,
        room: Room<'_>,
        rights: Rights,
        time: u64,
        expire: u32,
    ) -> Result<UserSig, SignError> {
        let expires_at = expires_at(time, expire)?;
        let userbuf =
            private_map_key::userbuf(identifier, self.sdk_app_id, room, expires_at, rights)?;
        self.sign_any(identifier, Some(&userbuf), time, expire)
    }

    /// Checks a UserSig and says what it holds.
    ///
    /// It is valid from the second in which it was made until just before
    /// [`Claims::expires_at`]. `now` is in Unix seconds. Where the clock of the maker may be ahead
    /// of this one, pass a `now` that is some seconds late.
    ///
    /// Signatures are compared in constant time. A UserSig that was changed anywhere is refused,
    /// with one exception that is none: the same document may be compressed in more ways than one,
    /// so a change can turn one way into another. What is inside, and so what this answers, is
    /// then the same to the byte.
    ///
    /// # Errors
    ///
    /// The first of these that applies:
    ///
    /// 1. [`VerifyError::Malformed`] for a text that is no UserSig of version 2.0.
    /// 2. [`VerifyError::WrongApp`] if it names another app. This comes before the key is tried,
    ///    which fits no other app.
    /// 3. [`VerifyError::WrongKey`] if the signature does not match.
    /// 4. [`VerifyError::WrongIdentifier`] if an `identifier` is given and it is another's.
    /// 5. [`VerifyError::NotYetValid`] and [`VerifyError::Expired`].
    pub fn verify(
        &self,
        user_sig: &str,
        identifier: Option<&str>,
        now: u64,
    ) -> Result<Claims, VerifyError> {
        let (claims, hmac) = claims::read(user_sig)?;
        if claims.sdk_app_id != self.sdk_app_id {
            return Err(VerifyError::WrongApp {
                expected: self.sdk_app_id,
                found: claims.sdk_app_id,
            });
        }
        self.hmac((&claims).into()).verify_slice(&hmac).map_err(|_| VerifyError::WrongKey)?;
        if let Some(expected) = identifier.filter(|expected| *expected != claims.identifier) {
            return Err(VerifyError::WrongIdentifier {
                expected: expected.to_owned(),
                found: claims.identifier,
            });
        }
        if now < claims.time {
            return Err(VerifyError::NotYetValid { from: claims.time, now });
        }
        if now >= claims.expires_at() {
            return Err(VerifyError::Expired { at: claims.expires_at(), now });
        }
        Ok(claims)
    }

    fn sign_any(
        &self,
        identifier: &str,
        userbuf: Option<&[u8]>,
        time: u64,
        expire: u32,
    ) -> Result<UserSig, SignError> {
        check(identifier, userbuf, time, expire)?;
        let hmac = self.hmac(SignedText {
            identifier,
            sdk_app_id: self.sdk_app_id,
            time,
            expire: expire.into(),
            userbuf,
        });
        let sig = Zeroizing::new(STANDARD.encode(hmac.finalize().into_bytes()));
        encoding::pack(&Document {
            version: Document::VERSION.into(),
            identifier: identifier.into(),
            sdk_app_id: self.sdk_app_id.into(),
            expire: expire.into(),
            time,
            userbuf: userbuf.map(|bytes| STANDARD.encode(bytes).into()),
            sig: sig.as_str().into(),
        })
    }

    fn hmac(&self, text: SignedText<'_>) -> Hmac<Sha256> {
        let mut writer = HmacWriter(self.keyed.clone());
        // Neither the writer nor the text ever reports an error.
        let _ = write!(writer, "{text}");
        writer.0
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("sdk_app_id", &self.sdk_app_id).finish_non_exhaustive()
    }
}

/// Feeds what is written to an HMAC, so that the signed text needs no buffer.
struct HmacWriter(Hmac<Sha256>);

impl fmt::Write for HmacWriter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

fn check(
    identifier: &str,
    userbuf: Option<&[u8]>,
    time: u64,
    expire: u32,
) -> Result<(), SignError> {
    if identifier.is_empty() {
        return Err(SignError::EmptyIdentifier);
    }
    if identifier.contains('\n') {
        return Err(SignError::LineFeed);
    }
    if expire == 0 {
        return Err(SignError::NeverValid);
    }
    expires_at(time, expire)?;
    // Checked again once the document is written; this keeps the buffers small until then.
    let bytes = identifier.len() + userbuf.map_or(0, <[u8]>::len);
    if bytes > MAX_DOCUMENT {
        return Err(SignError::too_long("document", bytes, MAX_DOCUMENT));
    }
    Ok(())
}

fn expires_at(time: u64, expire: u32) -> Result<u32, SignError> {
    time.checked_add(expire.into())
        .and_then(|at| at.try_into().ok())
        .ok_or(SignError::TooLate { time, expire })
}
