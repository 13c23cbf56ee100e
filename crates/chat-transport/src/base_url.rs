//! The address of the service, and which addresses are accepted.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{
    Uri,
    uri::{Authority, Parts, PathAndQuery, Scheme},
};
use thiserror::Error;

/// The address of the service: scheme, host and port, and nothing else.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    scheme: Scheme,
    authority: Authority,
}

impl BaseUrl {
    /// Returns the `https` address of a domain of the service.
    pub(crate) fn of_domain(domain: &'static str) -> Result<Self, InvalidUrl> {
        Authority::from_maybe_shared(domain)
            .map(|authority| Self { scheme: Scheme::HTTPS, authority })
            .map_err(|_| InvalidUrl::NotAUrl)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, InvalidUrl> {
        // The parser drops a fragment silently.
        if text.contains('#') {
            return Err(InvalidUrl::NotOnlyAHost);
        }
        let parts = text.parse::<Uri>().map_err(|_| InvalidUrl::NotAUrl)?.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(InvalidUrl::NotAUrl);
        };
        if parts.path_and_query.is_some_and(|path| path != "/") {
            return Err(InvalidUrl::NotOnlyAHost);
        }
        if authority.as_str().contains('@') {
            return Err(InvalidUrl::UserInfo);
        }
        if authority.host().is_empty() || !is_port_usable(&authority) {
            return Err(InvalidUrl::NotAUrl);
        }
        if scheme == Scheme::HTTP && !is_loopback(authority.host()) {
            return Err(InvalidUrl::PlainHttp);
        }
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(InvalidUrl::Scheme);
        }
        Ok(Self { scheme, authority })
    }

    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    pub(crate) fn host(&self) -> &str {
        self.authority.host()
    }

    /// Returns the host without the brackets of an IPv6 address.
    pub(crate) fn host_name(&self) -> &str {
        self.host().trim_matches(['[', ']'])
    }

    pub(crate) fn port(&self) -> u16 {
        let default = if self.is_https() { 443 } else { 80 };
        self.authority.port_u16().unwrap_or(default)
    }

    /// Returns the host and the port as they are written in the URL.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    pub(crate) fn join(&self, path_and_query: PathAndQuery) -> Result<Uri, http::Error> {
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path_and_query);
        Ok(Uri::from_parts(parts)?)
    }
}

/// Why a string is not an acceptable base URL. It may contain a password, so it is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum InvalidUrl {
    #[error("it is not a URL; write it like https://chat.example.com or http://127.0.0.1:8080")]
    NotAUrl,
    #[error("its scheme is neither https nor http; write it like https://chat.example.com")]
    Scheme,
    #[error(
        "http is accepted for loopback addresses only (127.0.0.0/8, [::1] or localhost), because \
         every call carries a signature; use https"
    )]
    PlainHttp,
    #[error("it contains a user name or password; calls are signed with the key, so omit them")]
    UserInfo,
    #[error(
        "it has a path, query or fragment; use scheme, host and port only, the client adds \
         /v4/<service>/<command>"
    )]
    NotOnlyAHost,
}

/// The parser accepts any string as a port and then reports no port.
fn is_port_usable(authority: &Authority) -> bool {
    match authority.as_str().strip_prefix(authority.host()) {
        Some("") => true,
        Some(rest) => {
            rest.strip_prefix(':').is_some_and(|port| port.parse().is_ok_and(|port: u16| port != 0))
        }
        None => false,
    }
}

fn is_loopback(host: &str) -> bool {
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || v6.and_then(|host| host.parse::<Ipv6Addr>().ok()).is_some_and(|host| host.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(&str, u16), InvalidUrl>) {
        let found = BaseUrl::parse(text);
        let found = found.as_ref().map(|url| (url.host(), url.port())).map_err(|error| *error);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn https_is_accepted_for_any_host() {
        check("https://chat.example.com", Ok(("chat.example.com", 443)));
        check("https://chat.example.com/", Ok(("chat.example.com", 443)));
        check("HTTPS://chat.example.com:8443", Ok(("chat.example.com", 8443)));
        check("https://10.1.2.3:8443", Ok(("10.1.2.3", 8443)));
        check("https://[2001:db8::1]", Ok(("[2001:db8::1]", 443)));
    }

    #[test]
    fn http_is_accepted_for_loopback_only() {
        check("http://127.0.0.1:1234", Ok(("127.0.0.1", 1234)));
        check("http://127.255.0.9", Ok(("127.255.0.9", 80)));
        check("http://[::1]:80", Ok(("[::1]", 80)));
        check("http://LocalHost:80", Ok(("LocalHost", 80)));
        for url in [
            "http://chat.example.com",
            "http://128.0.0.1",
            "http://0.0.0.0",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://127.1",
            "http://2130706433",
            "http://[::2]",
            "http://[::ffff:127.0.0.1]",
        ] {
            check(url, Err(InvalidUrl::PlainHttp));
        }
    }

    #[test]
    fn unusable_urls_are_rejected() {
        for text in ["", "chat.example.com", "https://", "/v4", "https:///v4", "https://a b"] {
            check(text, Err(InvalidUrl::NotAUrl));
        }
        for text in ["https://h:99999", "https://h:0", "https://h:", "https://höst", "https://[::1"]
        {
            check(text, Err(InvalidUrl::NotAUrl));
        }
        check("ftp://chat.example.com", Err(InvalidUrl::Scheme));
        check("unix://chat.example.com", Err(InvalidUrl::Scheme));
        check("https://user@chat.example.com", Err(InvalidUrl::UserInfo));
        check("http://localhost:80@chat.example.com", Err(InvalidUrl::UserInfo));
        check("https://user:secret@chat.example.com", Err(InvalidUrl::UserInfo));
        for text in ["https://h/v4", "https://h/?a=b", "https://h?a=b", "https://h/#top"] {
            check(text, Err(InvalidUrl::NotOnlyAHost));
        }
    }
}
