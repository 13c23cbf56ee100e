//! UserSigs that were verified before, so that a client that reuses one pays for it once.

use std::{collections::HashMap, sync::Mutex};

use chat_usersig::{Claims, Signer, VerifyError};

use crate::lock::lock;

/// The claims of verified UserSigs, by their text.
#[derive(Default)]
pub(crate) struct VerifiedUserSigs(Mutex<HashMap<Box<str>, Claims>>);

impl VerifiedUserSigs {
    /// As [`Signer::verify`], which it calls for a UserSig that is new, is for somebody else, or is not
    /// valid now.
    pub(crate) fn verify(
        &self,
        signer: &Signer,
        user_sig: &str,
        identifier: &str,
        now: u64,
    ) -> Result<(), VerifyError> {
        let is_valid_now = |claims: &Claims| claims.time <= now && now < claims.expires_at();
        let is_valid = |claims: &Claims| claims.identifier == identifier && is_valid_now(claims);
        if lock(&self.0).get(user_sig).is_some_and(is_valid) {
            return Ok(());
        }
        let claims = signer.verify(user_sig, Some(identifier), now)?;
        let mut verified = lock(&self.0);
        if verified.len() >= MAX_VERIFIED {
            verified.retain(|_, claims| is_valid_now(claims));
        }
        if verified.len() >= MAX_VERIFIED {
            verified.clear();
        }
        verified.insert(user_sig.into(), claims);
        Ok(())
    }
}

impl std::fmt::Debug for VerifiedUserSigs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedUserSigs").finish_non_exhaustive()
    }
}

/// A UserSig has some 200 bytes, so this is at most 300 KB.
const MAX_VERIFIED: usize = 1_000;

#[cfg(test)]
mod tests {
    use chat_usersig::SecretKey;

    use super::*;

    #[test]
    fn known_user_sig_is_checked_for_time_and_identifier() {
        let signer = Signer::new(1_400_000_000, SecretKey::new("key").unwrap());
        let user_sig = signer.sign("peter", 100, 60).unwrap();
        let verified = VerifiedUserSigs::default();
        let verify = |identifier, now| {
            let outcome = verified.verify(&signer, user_sig.as_str(), identifier, now);
            assert_eq!(
                outcome,
                signer.verify(user_sig.as_str(), Some(identifier), now).map(drop),
                "{identifier} at {now}"
            );
            outcome.is_ok()
        };
        for _ in 0..2 {
            assert!(verify("peter", 100) && verify("peter", 159));
            assert!(!verify("peter", 99) && !verify("peter", 160) && !verify("leckie", 100));
        }
    }

    #[test]
    fn number_of_known_user_sigs_is_limited() {
        let signer = Signer::new(1_400_000_000, SecretKey::new("key").unwrap());
        let verified = VerifiedUserSigs::default();
        for time in 0..MAX_VERIFIED as u64 + 10 {
            let user_sig = signer.sign("peter", time, 10_000).unwrap();
            verified.verify(&signer, user_sig.as_str(), "peter", 5_000).unwrap();
        }
        assert!(lock(&verified.0).len() <= MAX_VERIFIED);
    }
}
