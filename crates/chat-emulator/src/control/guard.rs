//! Refuses requests to the control API that web pages make: a page that a developer visits must not
//! control the emulator on the developer's machine.
//!
//! A browser adds `Origin` or `Sec-Fetch-Site` to what a page requests from elsewhere, and asks before it
//! sends a JSON body; the emulator never agrees. A page whose own name points to this machine
//! (DNS rebinding) is recognized by the `Host`, which is then a name and not an address.

use std::{collections::BTreeSet, net::IpAddr};

use hyper::{
    HeaderMap, Method,
    header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN},
    http::{request::Parts, uri::Authority},
};

use super::{
    error::ControlError,
    operation::{JSON, JSON_LINES},
};

/// Checks a request.
///
/// # Errors
/// When it may come from a web page.
pub(crate) fn check(head: &Parts, hosts: &BTreeSet<String>) -> Result<(), ControlError> {
    if head.headers.contains_key(ORIGIN) || is_cross_site(&head.headers) {
        return Err(ControlError::forbidden(
            "the control API refuses requests of web pages; send it without an Origin header",
        ));
    }
    let named = head.headers.get(HOST).and_then(|host| host.to_str().ok()?.parse().ok());
    let authority: Option<Authority> = head.uri.authority().cloned().or(named);
    let host = authority.as_ref().map_or("", Authority::host);
    if !is_allowed(host, hosts) {
        return Err(ControlError::forbidden(format!(
            "the control API is reached by an address or localhost, found the host {host:?}; allow it \
             with --control-host or EmulatorBuilder::control_host"
        )));
    }
    if head.method == Method::POST && !has_json_type(&head.headers) {
        return Err(ControlError::unsupported_content_type());
    }
    Ok(())
}

fn is_cross_site(headers: &HeaderMap) -> bool {
    const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    headers.get(SEC_FETCH_SITE).is_some_and(|site| site != "none" && site != "same-origin")
}

fn is_allowed(host: &str, hosts: &BTreeSet<String>) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
    address.parse::<IpAddr>().is_ok() || host == "localhost" || hosts.contains(&host)
}

fn has_json_type(headers: &HeaderMap) -> bool {
    let found = headers.get(CONTENT_TYPE).and_then(|found| found.to_str().ok()).unwrap_or_default();
    let essence = found.split(';').next().unwrap_or_default().trim();
    [JSON, JSON_LINES].iter().any(|known| essence.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use hyper::{Request, StatusCode};

    use super::*;

    fn status(method: Method, headers: &[(&str, &str)]) -> StatusCode {
        let mut request = Request::builder().method(method).uri("/_control/clock");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let hosts = BTreeSet::from([String::from("emulator.test")]);
        check(&head, &hosts).map_or_else(|error| error.status, |()| StatusCode::OK)
    }

    #[test]
    fn host_must_be_an_address_or_an_allowed_name() {
        for host in
            ["127.0.0.1:8080", "[::1]:8080", "[::1]", "10.1.2.3", "localhost:1", "LocalHost"]
        {
            assert_eq!(status(Method::GET, &[("host", host)]), StatusCode::OK, "{host}");
        }
        assert_eq!(status(Method::GET, &[("host", "Emulator.test:80")]), StatusCode::OK);
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "a b"]
        {
            assert_eq!(status(Method::GET, &[("host", host)]), StatusCode::FORBIDDEN, "{host}");
        }
        assert_eq!(status(Method::GET, &[]), StatusCode::FORBIDDEN, "without a host");
    }

    #[test]
    fn requests_of_web_pages_are_refused() {
        let local = ("host", "127.0.0.1");
        for origin in ["https://evil.example", "null", "http://127.0.0.1"] {
            let headers = [local, ("origin", origin)];
            assert_eq!(status(Method::GET, &headers), StatusCode::FORBIDDEN, "{origin}");
        }
        for site in ["cross-site", "same-site"] {
            let headers = [local, ("sec-fetch-site", site)];
            assert_eq!(status(Method::GET, &headers), StatusCode::FORBIDDEN, "{site}");
        }
        assert_eq!(status(Method::GET, &[local, ("sec-fetch-site", "none")]), StatusCode::OK);
    }

    #[test]
    fn post_needs_a_type_that_pages_cannot_send_unasked() {
        let local = ("host", "127.0.0.1");
        for content_type in
            ["application/json", "Application/JSON; charset=utf-8", "application/x-ndjson"]
        {
            let headers = [local, ("content-type", content_type)];
            assert_eq!(status(Method::POST, &headers), StatusCode::OK, "{content_type}");
        }
        let refused = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        assert_eq!(status(Method::POST, &[local]), refused);
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
        {
            let headers = [local, ("content-type", content_type)];
            assert_eq!(status(Method::POST, &headers), refused, "{content_type}");
        }
        assert_eq!(status(Method::PUT, &[local]), StatusCode::OK, "browsers ask before a PUT");
    }
}
