//! Observes calls, for a program that shows them.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use chat_types::{ErrorCode, UnixSeconds, spec::EndpointSpec};

/// A call that the emulator has handled; see
/// [`EmulatorBuilder::on_call`](crate::EmulatorBuilder::on_call).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ObservedCall<'a> {
    /// The HTTP method, usually `POST`.
    pub method: &'a str,
    /// The path of the URL, without the query, which has the signature.
    pub path: &'a str,
    /// The endpoint; `None` if the path does not name one.
    pub endpoint: Option<&'static EndpointSpec>,
    /// The SDKAppID in the URL; `None` if it is missing or not a number.
    pub sdk_app_id: Option<u32>,
    /// When the emulator handled the call, by its clock.
    pub time: UnixSeconds,
    /// How long that took, without reading the request and without
    /// [`EmulatorBuilder::latency`](crate::EmulatorBuilder::latency).
    pub duration: Duration,
    /// The code of the response; [`ErrorCode::OK`] for success.
    pub code: ErrorCode,
    /// The `ErrorInfo` of the response; empty for success.
    pub info: &'a str,
    /// The body of the request.
    pub request: &'a Bytes,
    /// The body of the response.
    pub response: &'a [u8],
}

/// The function that observes calls.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&ObservedCall<'_>) + Send + Sync>);

impl Observer {
    pub(crate) fn new(observer: impl Fn(&ObservedCall<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }

    pub(crate) fn notify(&self, call: &ObservedCall<'_>) {
        (self.0)(call);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

impl fmt::Debug for ObservedCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObservedCall")
            .field("path", &self.path)
            .field("sdk_app_id", &self.sdk_app_id)
            .field("time", &self.time)
            .field("duration", &self.duration)
            .field("code", &self.code)
            .field("info", &self.info)
            .field("request", &String::from_utf8_lossy(self.request))
            .field("response", &String::from_utf8_lossy(self.response))
            .finish_non_exhaustive()
    }
}
