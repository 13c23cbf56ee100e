//! The parameters with which a URL is signed.

use std::fmt::{self, Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::UserSig;

/// The parameters that every call has in its URL, for programs with an HTTP client of their own.
///
/// It can be used for any number of calls until its UserSig expires. It is as secret as the UserSig:
/// it is erased from memory when dropped, and `Debug` writes `SignedQuery(..)`. The same is true of a
/// URL that was signed with it, so do not log that.
///
/// ```
/// use chat_usersig::{SecretKey, SignedQuery, Signer};
///
/// let signer = Signer::new(1_400_000_001, SecretKey::new("the key that the console shows")?);
/// let user_sig = signer.sign("administrator", 1_700_000_000, 86_400)?;
/// let query = SignedQuery::new(1_400_000_001, "administrator", &user_sig);
///
/// let random = 4_294_967_295; // another number for each call
/// let url = query.sign("https://console.tim.qq.com/v4/group_open_http_svc/get_group_info", random);
/// assert!(url.ends_with("&random=4294967295&contenttype=json"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `chat_types` has the rest of the URL: `GetGroupInfo::SPEC.url(Region::Singapore.base_url())`.
#[derive(Clone)]
pub struct SignedQuery {
    /// From `?` to `random=`.
    start: Zeroizing<String>,
}

impl SignedQuery {
    /// Creates the parameters of an app and an account, for which the UserSig was signed.
    pub fn new(sdk_app_id: u32, identifier: &str, user_sig: &UserSig) -> Self {
        let user_sig = user_sig.as_str();
        // Large enough not to grow, which would leave a copy of the UserSig in memory.
        let length = 64 + 3 * identifier.len() + user_sig.len();
        let mut start = Zeroizing::new(String::with_capacity(length));
        // Writing to a String cannot fail.
        let _ = write!(
            start,
            "?sdkappid={sdk_app_id}&identifier={}&usersig={user_sig}&random=",
            utf8_percent_encode(identifier, OUTSIDE_UNRESERVED),
        );
        Self { start }
    }

    /// Appends the parameters to a URL, or to its path.
    ///
    /// `random` is any number of 32 bits that differs from call to call.
    pub fn sign(&self, url: impl Into<String>, random: u32) -> String {
        self.sign_with(url, random, &[])
    }

    /// Appends the parameters to a URL, or to its path, and after them those that only some endpoints
    /// have. They are percent-encoded here.
    pub fn sign_with(
        &self,
        url: impl Into<String>,
        random: u32,
        parameters: &[(&str, String)],
    ) -> String {
        const LONGEST_RANDOM: usize = 10;
        let mut url = url.into();
        url.reserve(self.start.len() + LONGEST_RANDOM + CONTENT_TYPE.len());
        url.push_str(&self.start);
        let _ = write!(url, "{random}");
        url.push_str(CONTENT_TYPE);
        for (name, value) in parameters {
            let value = utf8_percent_encode(value, OUTSIDE_UNRESERVED);
            let _ = write!(url, "&{name}={value}");
        }
        url
    }
}

impl fmt::Debug for SignedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedQuery(..)")
    }
}

const CONTENT_TYPE: &str = "&contenttype=json";

const OUTSIDE_UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
