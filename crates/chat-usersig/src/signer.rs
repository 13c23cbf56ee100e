//! Signing and verifying.

use std::{
    fmt::{self, Write as _},
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    Claims, Privileges, Room, SecretKey, SignError, UserSig, VerifyError,
    document::Document,
    encoding::{self, MAX_DOCUMENT},
    inspect, private_map_key,
    signing_input::SigningInput,
};

/// Signs and verifies the UserSigs of one app.
///
/// It does no I/O and has no clock: you pass the time in Unix seconds. Any number of threads can share
/// one; signing takes no lock.
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
    /// Keyed once. Signing uses a clone of it, which saves half of the hashing.
    keyed: Hmac<Sha256>,
}

impl Signer {
    /// Creates a signer for an app. The key is erased from memory once the HMAC is set up.
    #[expect(clippy::needless_pass_by_value, reason = "dropping the key erases it")]
    pub fn new(sdk_app_id: u32, key: SecretKey) -> Self {
        #[expect(clippy::expect_used, reason = "`Hmac` has no infallible constructor")]
        let keyed =
            Hmac::new_from_slice(key.as_bytes()).expect("an HMAC accepts a key of any length");
        Self { sdk_app_id, keyed }
    }

    /// Returns the app that this signs for.
    pub fn sdk_app_id(&self) -> u32 {
        self.sdk_app_id
    }

    /// Signs a UserSig for one account.
    ///
    /// `time` is the current time in Unix seconds, and `expire` the validity period in seconds. The
    /// vendor's libraries default to 180 days (15,552,000 seconds). A UserSig cannot be revoked, so
    /// sign for no longer than needed.
    ///
    /// The service accepts identifiers of at most 32 bytes. This is not checked here, because the
    /// characters it accepts depend on the kind of account.
    ///
    /// # Errors
    ///
    /// * [`SignError::EmptyIdentifier`] if the identifier is empty.
    /// * [`SignError::LineFeed`] if the identifier contains a line feed, which could forge lines of
    ///   the signing input.
    /// * [`SignError::ZeroValidity`] if `expire` is 0.
    /// * [`SignError::ExpiryOutOfRange`] if it would expire after second 4,294,967,295 (in the year
    ///   2106): older clients store the time in 32 bits.
    /// * [`SignError::TooLong`] if its document would exceed 64 KiB.
    pub fn sign(&self, identifier: &str, time: u64, expire: u32) -> Result<UserSig, SignError> {
        self.sign_any(identifier, None, time, expire)
    }

    /// Signs a UserSig for one account, with the types of the standard library.
    ///
    /// The same as [`sign`](Self::sign), for callers whose times are no bare numbers: it is valid from
    /// `time`, rounded down to whole seconds, and for `validity`, rounded up.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`sign`](Self::sign). A time before 1970 counts as the start of 1970, and a
    /// validity of more than 136 years is [`SignError::ExpiryOutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use chat_usersig::{SecretKey, Signer};
    /// use std::time::{Duration, SystemTime};
    ///
    /// let signer = Signer::new(1_400_000_001, "the key that the console shows".parse::<SecretKey>()?);
    /// let hour = Duration::from_secs(3_600);
    /// let user_sig = signer.sign_at("administrator", SystemTime::now(), hour)?;
    /// # let _ = user_sig;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sign_at(
        &self,
        identifier: &str,
        time: SystemTime,
        validity: Duration,
    ) -> Result<UserSig, SignError> {
        let time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let whole = validity.as_secs().saturating_add(u64::from(validity.subsec_nanos() > 0));
        let expire = u32::try_from(whole).unwrap_or(u32::MAX);
        self.sign(identifier, time, expire)
    }

    /// Signs a UserSig that also covers some additional bytes.
    ///
    /// The Chat REST API does not use them. An empty `userbuf` is not the same as none.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`sign`](Self::sign).
    pub fn sign_with_userbuf(
        &self,
        identifier: &str,
        userbuf: &[u8],
        time: u64,
        expire: u32,
    ) -> Result<UserSig, SignError> {
        self.sign_any(identifier, Some(userbuf), time, expire)
    }

    /// Signs a PrivateMapKey: a UserSig that admits an account to one TRTC room.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`sign`](Self::sign). The identifier and a string id of the room are
    /// limited to 65,535 bytes each.
    ///
    /// # Examples
    ///
    /// ```
    /// use chat_usersig::{Privileges, Room, SecretKey, Signer};
    ///
    /// let signer = Signer::new(1_400_000_001, SecretKey::new("the key that the console shows")?);
    /// let privileges = Privileges::ENTER_ROOM | Privileges::RECEIVE_AUDIO;
    /// let private_map_key =
    ///     signer.sign_private_map_key("alice", Room::Number(4567), privileges, 1_700_000_000, 300)?;
    /// # let _ = private_map_key;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sign_private_map_key(
        &self,
        identifier: &str,
        room: Room<'_>,
        privileges: Privileges,
        time: u64,
        expire: u32,
    ) -> Result<UserSig, SignError> {
        let expires_at = expires_at(time, expire)?;
        let userbuf =
            private_map_key::userbuf(identifier, self.sdk_app_id, room, expires_at, privileges)?;
        self.sign_any(identifier, Some(&userbuf), time, expire)
    }

    /// Verifies a UserSig and returns its claims.
    ///
    /// A UserSig is valid from the second in which it was signed until just before
    /// [`Claims::expires_at`]. `now` is in Unix seconds. If the clock of the signing machine may be
    /// ahead of this one, pass a `now` that is a few seconds late.
    ///
    /// Signatures are compared in constant time. A UserSig that was changed anywhere is rejected,
    /// unless only its compression changed: the same document can be compressed in several ways, and
    /// a change can turn one into another. The document, and therefore the result of this method, is
    /// then the same to the byte.
    ///
    /// # Errors
    ///
    /// Returns the first of these that applies:
    ///
    /// 1. [`VerifyError::Decode`] if the text is not a UserSig of version 2.0.
    /// 2. [`VerifyError::WrongApp`] if it is for another app. This is checked before the key, which
    ///    belongs to no other app.
    /// 3. [`VerifyError::WrongKey`] if the signature does not match.
    /// 4. [`VerifyError::WrongIdentifier`] if `identifier` is given and differs.
    /// 5. [`VerifyError::NotYetValid`] or [`VerifyError::Expired`].
    pub fn verify(
        &self,
        user_sig: &str,
        identifier: Option<&str>,
        now: u64,
    ) -> Result<Claims, VerifyError> {
        let (claims, hmac) = inspect::decode(user_sig)?;
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
        let hmac = self.hmac(SigningInput {
            identifier,
            sdk_app_id: self.sdk_app_id,
            time,
            expire: expire.into(),
            userbuf,
        });
        let sig = Zeroizing::new(STANDARD.encode(hmac.finalize().into_bytes()));
        encoding::encode(&Document {
            version: Document::VERSION.into(),
            identifier: identifier.into(),
            sdk_app_id: self.sdk_app_id.into(),
            expire: expire.into(),
            time,
            userbuf: userbuf.map(|bytes| STANDARD.encode(bytes).into()),
            sig: sig.as_str().into(),
        })
    }

    fn hmac(&self, input: SigningInput<'_>) -> Hmac<Sha256> {
        let mut writer = HmacWriter(self.keyed.clone());
        // Neither the writer nor the input ever returns an error.
        let _ = write!(writer, "{input}");
        writer.0
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("sdk_app_id", &self.sdk_app_id).finish_non_exhaustive()
    }
}

/// Passes what is written on to an HMAC, so that the signing input needs no buffer.
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
        return Err(SignError::ZeroValidity);
    }
    expires_at(time, expire)?;
    // The document is checked again once written; until then, this keeps the buffers small.
    let bytes = identifier.len() + userbuf.map_or(0, <[u8]>::len);
    if bytes > MAX_DOCUMENT {
        return Err(SignError::too_long("document", bytes, MAX_DOCUMENT));
    }
    Ok(())
}

fn expires_at(time: u64, expire: u32) -> Result<u32, SignError> {
    time.checked_add(expire.into())
        .and_then(|at| at.try_into().ok())
        .ok_or(SignError::ExpiryOutOfRange { time, expire })
}
