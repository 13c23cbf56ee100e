//! The signature of calls, and its renewal.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use arc_swap::ArcSwap;
use bytes::Bytes;
use chat_types::{clock::Clock, spec::EndpointSpec};
use chat_usersig::{SignError, Signer, UserSig};
use http::uri::{InvalidUri, PathAndQuery};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// The signature that calls use, renewed before it expires.
///
/// Readers take no lock. When a renewal is due, several of them may make the next signature
/// concurrently; that costs microseconds, and any of the results can be used.
pub(crate) struct Signatures {
    signer: Signer,
    identifier: String,
    lifetime_seconds: u32,
    clock: Arc<dyn Clock>,
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
        let first = Signature::new(&signer, &identifier, clock.now().get(), lifetime_seconds)?;
        let current = ArcSwap::from_pointee(first);
        Ok(Self { signer, identifier, lifetime_seconds, clock, current })
    }

    /// Returns a fresh signature.
    pub(crate) fn current(&self) -> Arc<Signature> {
        let now = self.clock.now().get();
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

    /// Returns the time of the client's clock, in seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now().get()
    }

    pub(crate) fn sdk_app_id(&self) -> u32 {
        self.signer.sdk_app_id()
    }

    pub(crate) fn identifier(&self) -> &str {
        &self.identifier
    }
}

/// One UserSig, and the part of the URL that is constant while it is in use.
pub(crate) struct Signature {
    user_sig: UserSig,
    /// From `?` to `random=`.
    query: Zeroizing<String>,
    signed_at: u64,
    renew_at: u64,
    refused: AtomicBool,
}

impl Signature {
    fn new(
        signer: &Signer,
        identifier: &str,
        now: u64,
        lifetime_seconds: u32,
    ) -> Result<Self, SignError> {
        let user_sig = signer.sign(identifier, now, lifetime_seconds)?;
        // Large enough not to grow, which would leave a copy of the UserSig in memory.
        let length = 64 + 3 * identifier.len() + user_sig.as_str().len();
        let mut query = Zeroizing::new(String::with_capacity(length));
        // Writing to a String cannot fail.
        let _ = write!(
            query,
            "?sdkappid={}&identifier={}&usersig={}&random=",
            signer.sdk_app_id(),
            utf8_percent_encode(identifier, OUTSIDE_UNRESERVED),
            user_sig.as_str(),
        );
        let renew_at = now.saturating_add(u64::from(lifetime_seconds) * 3 / 4);
        Ok(Self { user_sig, query, signed_at: now, renew_at, refused: AtomicBool::new(false) })
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
        const LONGEST_RANDOM: usize = 10;
        let mut text = spec.path();
        text.reserve(self.query.len() + LONGEST_RANDOM + CONTENT_TYPE.len());
        text.push_str(&self.query);
        let _ = write!(text, "{random}");
        text.push_str(CONTENT_TYPE);
        for (name, value) in parameters {
            let value = utf8_percent_encode(value, OUTSIDE_UNRESERVED);
            let _ = write!(text, "&{name}={value}");
        }
        PathAndQuery::from_maybe_shared(Bytes::from(text))
    }
}

const CONTENT_TYPE: &str = "&contenttype=json";

const OUTSIDE_UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
