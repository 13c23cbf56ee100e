//! A request as the server received it.

use std::net::IpAddr;

use bytes::Bytes;
use hyper::{Method, Uri};

/// A request as the server received it.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) body: &'a Bytes,
    /// The host, and usually the port, by which the client reached the server.
    pub(crate) authority: &'a str,
    /// The address of this machine by which the client reached the server.
    pub(crate) local_ip: IpAddr,
}
