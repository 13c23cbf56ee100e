//! The signature of calls, and its renewal.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use arc_swap::ArcSwap;
use bytes::Bytes;
use chat_types::{clock::Clock, spec::EndpointSpec};
use chat_usersig::{SignError, SignedQuery, Signer, UserSig};
use http::uri::{InvalidUri, PathAndQuery};

use crate::server_time::ServerTime;

/// The signature that calls use, renewed before it expires.
///
/// Readers take no lock. When a renewal is due, several of them may make the next signature
/// concurrently; that costs microseconds, and any of the results can be used.
pub(crate) struct Signatures {
    signer: Signer,
    identifier: String,
    lifetime_seconds: u32,
    pub(crate) time: ServerTime,
    current: ArcSwap<Signature>,
}

impl Signatures {
    /// Makes the first signature, so that an identifier that cannot be signed fails immediately.
    pub(crate) fn new(
        signer: Signer,
        identifier: String,
        lifetime_seconds: u32,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SignError> {
        let time = ServerTime::new(clock);
        let first = Signature::new(&signer, &identifier, time.now(), lifetime_seconds)?;
        let current = ArcSwap::from_pointee(first);
        Ok(Self { signer, identifier, lifetime_seconds, time, current })
    }

    /// Returns a fresh signature.
    pub(crate) fn current(&self) -> Arc<Signature> {
        let now = self.time.now();
        let cached = self.current.load_full();
        if cached.is_fresh(now) {
            return cached;
        }
        match Signature::new(&self.signer, &self.identifier, now, self.lifetime_seconds) {
            Ok(renewed) => {
                let renewed = Arc::new(renewed);
                self.current.store(Arc::clone(&renewed));
                renewed
            }
            // The clock is far off, and the service uses its own: the old signature may still work.
            Err(error) => {
                tracing::warn!(%error, "cannot renew the UserSig; check the clock");
                cached
            }
        }
    }

    /// Returns whether a signature was outside of its validity by what is now known of the server's
    /// clock, so that a new one would be accepted.
    pub(crate) fn is_outdated(&self, signature: &Signature) -> bool {
        let now = self.time.now();
        now < signature.valid_from || now >= signature.expires_at
    }

    pub(crate) fn sdk_app_id(&self) -> u32 {
        self.signer.sdk_app_id()
    }

    pub(crate) fn identifier(&self) -> &str {
        &self.identifier
    }
}

/// One UserSig, and the parameters of the URL while it is in use.
pub(crate) struct Signature {
    user_sig: UserSig,
    query: SignedQuery,
    /// By the server's clock, in seconds since 1970, as are the following.
    valid_from: u64,
    signed_at: u64,
    renew_at: u64,
    expires_at: u64,
    refused: AtomicBool,
}

impl Signature {
    fn new(
        signer: &Signer,
        identifier: &str,
        now: u64,
        lifetime_seconds: u32,
    ) -> Result<Self, SignError> {
        let valid_from = now.saturating_sub(BACK_DATED_BY);
        let validity = u64::from(lifetime_seconds).saturating_add(now - valid_from);
        let validity = u32::try_from(validity).unwrap_or(u32::MAX);
        let user_sig = signer.sign(identifier, valid_from, validity)?;
        let query = SignedQuery::new(signer.sdk_app_id(), identifier, &user_sig);
        let renew_at = now.saturating_add(u64::from(lifetime_seconds) * 3 / 4);
        let expires_at = valid_from.saturating_add(validity.into());
        let refused = AtomicBool::new(false);
        Ok(Self { user_sig, query, valid_from, signed_at: now, renew_at, expires_at, refused })
    }

    /// Whether it can be used at this time. If the clock was set back, the signature is from the
    /// future, and the service would refuse it.
    fn is_fresh(&self, now: u64) -> bool {
        (self.signed_at..self.renew_at).contains(&now) && !self.refused.load(Ordering::Relaxed)
    }

    /// Notes that the service refused the signature, so that a new one is made.
    pub(crate) fn mark_refused(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    pub(crate) fn user_sig(&self) -> &str {
        self.user_sig.as_str()
    }

    pub(crate) fn path_and_query(
        &self,
        spec: &EndpointSpec,
        parameters: &[(&'static str, String)],
        random: u32,
    ) -> Result<PathAndQuery, InvalidUri> {
        let text = self.query.sign_with(spec.path(), random, parameters);
        PathAndQuery::from_maybe_shared(Bytes::from(text))
    }
}

/// A signature is valid from this number of seconds before it is made, in case that the server's clock
/// is behind by more than is known.
const BACK_DATED_BY: u64 = 60;
