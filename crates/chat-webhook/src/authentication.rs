//! Verifies that a request comes from the service.

use std::time::Duration;

use chat_types::{UnixSeconds, webhook::Token};
use thiserror::Error;

use crate::{query::Query, refusal::Refusal};

/// How requests are authenticated.
#[derive(Debug)]
pub(crate) enum Authentication {
    /// By a signature with any of these tokens.
    Tokens {
        tokens: Vec<Token>,
        /// How far the time of a request may be from that of the receiver.
        window: Duration,
    },
    Disabled,
}

impl Authentication {
    pub(crate) fn verify(&self, query: &Query, now: UnixSeconds) -> Result<(), Refusal> {
        let Self::Tokens { tokens, window } = self else { return Ok(()) };
        verify(tokens, *window, query, now)
    }
}

/// Verifies the signature in the query of a URL, `Sign` and `RequestTime`, which may be `window` before or
/// after `now`. A [`WebhookReceiver`](crate::WebhookReceiver) does this by itself.
///
/// # Errors
/// When one of them is missing, the signature is not one of this token, or the time is too far away.
pub fn verify_signature(
    token: &Token,
    query: &str,
    now: UnixSeconds,
    window: Duration,
) -> Result<(), SignatureError> {
    verify(std::slice::from_ref(token), window, &Query::parse(query), now).map_err(SignatureError)
}

/// Why the signature of a webhook is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct SignatureError(Refusal);

/// Verifies the signature in a query.
fn verify(
    tokens: &[Token],
    window: Duration,
    query: &Query,
    now: UnixSeconds,
) -> Result<(), Refusal> {
    let (time, sign) = match (&query.request_time, &query.sign) {
        (Some(time), Some(sign)) => (time, sign),
        (None, _) => return Err(Refusal::MissingParameter("RequestTime")),
        (_, None) => return Err(Refusal::MissingParameter("Sign")),
    };
    let seconds = parse_time(time).ok_or(Refusal::InvalidSignature)?;
    if !is_signed_with_any(tokens, time, sign) {
        return Err(Refusal::InvalidSignature);
    }
    if now.get().abs_diff(seconds) > window.as_secs() {
        return Err(Refusal::Expired { window });
    }
    Ok(())
}

/// Compares with every token, so that the time does not reveal which one fits.
fn is_signed_with_any(tokens: &[Token], time: &str, sign: &str) -> bool {
    tokens.iter().fold(false, |verified, token| verified | token.verifies(time, sign))
}

fn parse_time(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TIME: u64 = 1_669_872_112;

    const SIGN: &str = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";

    fn verify(tokens: &[&str], time: &str, sign: &str, now: u64) -> Result<(), Refusal> {
        let tokens = tokens.iter().map(|token| Token::new(*token).unwrap()).collect();
        let window = Duration::from_secs(60);
        let mut query = Query::default();
        (query.request_time, query.sign) = (Some(time.to_owned()), Some(sign.to_owned()));
        Authentication::Tokens { tokens, window }.verify(&query, UnixSeconds::new(now))
    }

    #[test]
    fn documented_signature_is_accepted() {
        let time = TIME.to_string();
        assert_eq!(verify(&["xxxxyyyy"], &time, SIGN, TIME), Ok(()));
        assert_eq!(verify(&["xxxxyyyy"], &time, &SIGN.to_uppercase(), TIME), Ok(()));
        assert_eq!(verify(&["other", "xxxxyyyy", "third"], &time, SIGN, TIME), Ok(()));
        assert_eq!(verify(&["xxxyyy"], &time, SIGN, TIME), Err(Refusal::InvalidSignature));
    }

    #[test]
    fn signature_is_valid_for_the_window_before_and_after_its_time() {
        let time = TIME.to_string();
        let expired = Err(Refusal::Expired { window: Duration::from_secs(60) });
        for (now, expected) in [
            (TIME - 61, &expired),
            (TIME - 60, &Ok(())),
            (TIME + 60, &Ok(())),
            (TIME + 61, &expired),
        ] {
            assert_eq!(verify(&["xxxxyyyy"], &time, SIGN, now), *expected, "{now}");
        }
    }

    #[test]
    fn malformed_times_and_signatures_are_refused() {
        let time = TIME.to_string();
        for (time, sign) in [
            ("", SIGN),
            ("+1669872112", SIGN),
            (" 1669872112", SIGN),
            ("1669872112.0", SIGN),
            ("99999999999999999999999", SIGN),
            (&time, ""),
            (&time, &SIGN[1..]),
            (&time, &SIGN.replace('1', "g")),
            (&time, &SIGN.replacen('1', "é", 1)),
        ] {
            let refused = verify(&["xxxxyyyy"], time, sign, TIME);
            assert_eq!(refused, Err(Refusal::InvalidSignature), "{time:?} {sign:?}");
        }
    }

    proptest! {
        #[test]
        fn no_other_signature_is_accepted(index in 0_usize..64, digit in "[0-9a-f]") {
            let mut sign = SIGN.to_owned();
            sign.replace_range(index..=index, &digit);
            let accepted = verify(&["xxxxyyyy"], &TIME.to_string(), &sign, TIME).is_ok();
            prop_assert_eq!(accepted, sign == SIGN);
        }
    }
}
