//! One call that meets faults.

use std::time::Duration;

use bytes::Bytes;
use chat_types::{ErrorCode, spec::EndpointSpec};
use http_body_util::Either;
use hyper::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};
use thiserror::Error;
use tokio::time::sleep;

use super::{
    delivery::{Delivery, ResponseBody, whole},
    fault::{Disconnect, Fault, Moment},
    socket::SocketControl,
};
use crate::response::ApiError;

/// What happens to a call.
#[derive(Debug)]
pub(crate) struct Encounter {
    delay: Duration,
    fault: Option<Fault>,
    spec: Option<&'static EndpointSpec>,
}

/// The error that ends a connection without a response.
#[derive(Clone, Copy, Debug, Error)]
#[error("disconnected by a fault")]
pub(crate) struct Disconnected;

impl Encounter {
    /// Returns `None` if nothing happens.
    pub(super) fn new(
        delay: Duration,
        fault: Option<Fault>,
        spec: Option<&'static EndpointSpec>,
    ) -> Option<Self> {
        (!delay.is_zero() || fault.is_some()).then_some(Self { delay, fault, spec })
    }

    /// Lets the connection end at this moment, if that is when it does.
    ///
    /// # Errors
    /// When it ends.
    pub(crate) async fn pass(
        &self,
        moment: Moment,
        control: &SocketControl,
    ) -> Result<(), Disconnected> {
        match self.fault {
            Some(Fault::Disconnect { when, how }) if when == moment => {
                if how == Disconnect::Reset {
                    control.reset_when_dropped();
                }
                Err(Disconnected)
            }
            Some(Fault::Stall { when, millis }) if when == moment => {
                sleep(Duration::from_millis(millis)).await;
                Err(Disconnected)
            }
            _ => Ok(()),
        }
    }

    /// Returns the response of a call that does not take effect; `None` if the service is called.
    pub(crate) fn instead_of_call(&self) -> Option<Response<Bytes>> {
        match self.fault.as_ref()? {
            Fault::Http { applied: true, .. } | Fault::Error { applied: true, .. } => None,
            fault => self.replacement(fault),
        }
    }

    /// Delivers a response.
    ///
    /// # Errors
    /// When the connection ends without it.
    pub(crate) async fn deliver(
        &self,
        response: Response<Bytes>,
        control: &SocketControl,
    ) -> Result<Response<ResponseBody>, Disconnected> {
        self.pass(Moment::Applied, control).await?;
        if !self.delay.is_zero() {
            sleep(self.delay).await;
        }
        let Some(fault) = &self.fault else { return Ok(whole(response)) };
        let response = self.replacement(fault).unwrap_or(response);
        Ok(match Delivery::of(response.body(), fault, control) {
            Some(delivery) => response.map(|_| Either::Right(delivery)),
            None => whole(response),
        })
    }

    fn replacement(&self, fault: &Fault) -> Option<Response<Bytes>> {
        match fault {
            Fault::Http { status, headers, body, .. } => {
                let mut response = Response::new(match body {
                    Some(body) => Bytes::copy_from_slice(body.as_bytes()),
                    None => gateway_page(*status).into(),
                });
                *response.status_mut() = StatusCode::from_u16(*status).unwrap_or_default();
                let html = HeaderValue::from_static("text/html");
                response.headers_mut().insert(CONTENT_TYPE, html);
                for (name, value) in headers {
                    // The plan was checked, so both are well-formed.
                    if let (Ok(name), Ok(value)) =
                        (name.parse::<HeaderName>(), HeaderValue::from_str(value))
                    {
                        response.headers_mut().insert(name, value);
                    }
                }
                Some(response)
            }
            Fault::Error { code, info, .. } => {
                let info = info.as_deref().unwrap_or("returned by a fault of the emulator");
                Some(self.refusal(ErrorCode::from(*code), info))
            }
            Fault::TooManyCalls {} | Fault::CallsPerSecond { .. } => {
                let code = self.spec.and_then(|spec| spec.rate_limit_code);
                let code = code.unwrap_or(ErrorCode::CALL_FREQUENCY_LIMIT);
                Some(self.refusal(code, "too many calls, by a fault of the emulator"))
            }
            _ => None,
        }
    }

    fn refusal(&self, code: ErrorCode, info: &str) -> Response<Bytes> {
        let mut response = Response::new(ApiError::new(code, info).into_body(self.spec).into());
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}

/// Returns a page as gateways send it.
fn gateway_page(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let title = format!("{status} {}", reason.unwrap_or_default());
    let title = title.trim_end();
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>gateway</center>\r\n</body>\r\n</html>\r\n"
    )
}
