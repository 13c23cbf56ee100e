//! Removes the UserSig from text and from responses.

use bytes::Bytes;

/// Removes a secret from a string, plain and percent-encoded.
pub(crate) fn redact_text(text: &mut String, secret: &str) {
    for form in written_forms(secret) {
        if text.contains(&*form) {
            *text = text.replace(&*form, REDACTED);
        }
    }
}

/// Returns the first `length` bytes of a response, without the UserSig.
pub(crate) fn redacted_start(mut body: Bytes, user_sig: &str, length: usize) -> Bytes {
    // A UserSig that is cut in two is not found. So the excerpt is read longer than it is kept, by
    // the length of a percent-encoded UserSig, and that much is dropped from the end.
    let reserve = 3 * user_sig.len();
    let is_cut = body.len() > length.saturating_add(reserve);
    body.truncate(length.saturating_add(reserve));
    if let Some(clean) = redact_bytes(&body, user_sig) {
        body = clean.into();
    }
    let end = if is_cut { body.len().saturating_sub(reserve) } else { body.len() };
    body.slice(..end.min(length))
}

/// Removes a secret from bytes that need not be UTF-8; returns `None` if they do not contain it.
fn redact_bytes(bytes: &[u8], secret: &str) -> Option<Vec<u8>> {
    // A UserSig is ASCII, so comparing bytes neither misses nor invents one.
    let is_in = |form: &str| bytes.windows(form.len()).any(|window| window == form.as_bytes());
    let found: Vec<_> = written_forms(secret).into_iter().filter(|form| is_in(form)).collect();
    if found.is_empty() {
        return None;
    }
    let mut clean = bytes.to_vec();
    for form in found {
        clean = replace(&clean, form.as_bytes());
    }
    Some(clean)
}

fn replace(bytes: &[u8], form: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after_first)) = rest.split_first() {
        match rest.strip_prefix(form) {
            Some(after) => {
                clean.extend_from_slice(REDACTED.as_bytes());
                rest = after;
            }
            None => {
                clean.push(*first);
                rest = after_first;
            }
        }
    }
    clean
}

/// A UserSig needs no percent-encoding, but some software encodes its asterisks anyway. The padding
/// at its end is not secret.
fn written_forms(secret: &str) -> Vec<String> {
    let secret = secret.trim_end_matches('_');
    if secret.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![secret.to_owned(), secret.replace('*', "%2A"), secret.replace('*', "%2a")];
    forms.dedup();
    forms
}

const REDACTED: &str = "[usersig]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_is_removed_in_every_written_form() {
        for form in ["eJw*x-", "eJw%2Ax-", "eJw%2ax-"] {
            let mut text = format!("a {form} b {form}%5F");
            let bytes = redact_bytes(text.as_bytes(), "eJw*x-_").unwrap();
            redact_text(&mut text, "eJw*x-_");
            assert_eq!(text, "a [usersig] b [usersig]%5F");
            assert_eq!(bytes, text.as_bytes());
        }
    }

    #[test]
    fn bytes_without_the_secret_are_unchanged() {
        assert_eq!(redact_bytes(b"\xff\xfe eJw", "eJw*x-_"), None);
    }

    #[test]
    fn body_excerpt_holds_no_part_of_a_signature() {
        const USER_SIG: &str = "eJw1jk8LgjAchr9K7Bwyt-YnoUNZEVQE2aFr4ar9SDYZ*x-_";
        for form in [USER_SIG.to_owned(), USER_SIG.replace('*', "%2A")] {
            for shift in 0..200 {
                for times in [1, 3, 30] {
                    let body = "#".repeat(shift) + &form.repeat(times) + &"#".repeat(50);
                    let start = redacted_start(body.into(), USER_SIG, 100);
                    let start = String::from_utf8(start.to_vec()).unwrap();
                    assert!(start.len() <= 100);
                    assert!(!start.contains("eJw"), "{start}");
                    assert!(!start.contains("k8Lg"), "{start}");
                }
            }
        }
    }

    #[test]
    fn body_excerpt_without_a_signature_is_kept_up_to_the_limit() {
        for length in [0, 99, 100, 101, 500] {
            let start = redacted_start("x".repeat(length).into(), "eJw*", 100);
            assert_eq!(start.len(), length.min(100));
        }
    }
}
