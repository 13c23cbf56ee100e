//! The URL of a journal in Redis.

use std::fmt;

use chat_redis::Address;

use super::{
    super::{JournalError, Kind, location::Location},
    problem::RedisProblem,
};

/// Where a journal is. Its text has no login.
#[derive(Clone, Debug)]
pub(super) struct JournalUrl {
    pub(super) address: Address,
    pub(super) key: String,
}

impl JournalUrl {
    pub(super) fn parse(url: &str) -> Result<Self, JournalError> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| invalid(FORM))?;
        let mut parts = rest.splitn(3, '/');
        let (Some(authority), Some(database), Some(key)) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid(FORM));
        };
        if database.is_empty() {
            return Err(invalid(FORM));
        }
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/@+=~".contains(&byte);
        if key.is_empty() || key.len() > MAX_KEY_BYTES || !key.bytes().all(is_valid) {
            return Err(invalid(
                "the key must have 1 to 512 ASCII letters, digits and characters of -_.:/@+=~",
            ));
        }
        let address = Address::parse(&format!("{scheme}://{authority}/{database}"));
        let address = address.map_err(|_| invalid(FORM))?;
        Ok(Self { address, key: key.to_owned() })
    }

    /// Returns the key of the lease, which a cluster keeps on the node of the journal.
    pub(super) fn lease_key(&self) -> String {
        format!("{{{}}}:lease", self.key)
    }

    pub(super) fn location(&self) -> Location {
        Location::Redis(self.to_string())
    }
}

impl fmt::Display for JournalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}/{}/{}", self.address, self.address.database(), self.key)
    }
}

/// Returns an error without any part of the URL.
fn invalid(problem: &'static str) -> JournalError {
    let kind = Kind::Redis(RedisProblem::InvalidUrl(problem));
    JournalError::new(Location::Redis("in Redis".to_owned()), kind)
}

const FORM: &str =
    "it must be redis://[user][:password@]host[:port]/database/key, or rediss:// for TLS";

const MAX_KEY_BYTES: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_without_login_names_the_journal() {
        for (url, name) in [
            ("redis://h/0/k", "redis://h:6379/0/k"),
            ("rediss://u:opensesame@h:7000/3/team/mute.1", "rediss://h:7000/3/team/mute.1"),
            ("valkey://[::1]:6380/0/a@b", "redis://[::1]:6380/0/a@b"),
        ] {
            let url = JournalUrl::parse(url).unwrap();
            assert_eq!(url.to_string(), name);
            assert!(!format!("{url:?}").contains("opensesame"));
            assert_eq!(JournalUrl::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn invalid_url_is_refused_without_showing_its_password() {
        let long = format!("redis://h/0/{}", "k".repeat(513));
        for url in [
            "",
            "redis://h",
            "redis://h/0",
            "redis://h/0/",
            "redis://h//k",
            "redis://h/zero/k",
            "redis://u:opensesame@/0/k",
            "redis://u:opensesame@h/0/k?x",
            "redis://u:opensesame@h/0/k#insecure",
            "redis://h/0/a b",
            "redis://h/0/{a}b",
            "redis://h/0/\u{e9}",
            "http://h/0/k",
            "unix:///run/redis.sock",
            &long,
        ] {
            let error = JournalUrl::parse(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("opensesame"), "{error}");
            assert!(error.to_string().starts_with("journal in Redis: invalid URL: "), "{error}");
        }
    }
}
