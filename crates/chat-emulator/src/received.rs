//! A request as the server received it.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use hyper::{HeaderMap, Method, Uri, header::HOST, http::uri::Authority};

/// A request as the server received it.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// The address by which the client reached the server.
    pub(crate) local: SocketAddr,
    /// The address of the client.
    pub(crate) client: IpAddr,
}

impl Received<'_> {
    /// Returns the host and port by which the client reached the server: those that it named, or those
    /// that it is connected to.
    pub(crate) fn authority(&self) -> String {
        let host = self.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host: Option<Authority> = host.and_then(|host| host.parse().ok());
        host.map_or_else(|| self.local.to_string(), |host| host.to_string())
    }
}
