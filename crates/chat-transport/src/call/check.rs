//! Checks a request before anything is sent.

use chat_types::spec::Site;

use super::{Call, Retrier};
use crate::{Error, ErrorKind, RawResponse};

/// Rejects requests that the service would refuse.
pub(crate) struct Checker {
    pub(crate) max_request_bytes: usize,
    pub(crate) site: Option<Site>,
    pub(crate) inner: Retrier,
}

impl Checker {
    pub(crate) async fn call(&self, call: &Call) -> Result<RawResponse, Error> {
        self.check(call)?;
        self.inner.call(call).await
    }

    fn check(&self, call: &Call) -> Result<(), Error> {
        let (bytes, max) = (call.json.len(), self.max_request_bytes);
        if bytes > max {
            return Err(Error::new(call.endpoint, ErrorKind::RequestTooLarge { bytes, max }));
        }
        if call.options.checks {
            let reject =
                |violation| Error::new(call.endpoint, ErrorKind::InvalidRequest(violation));
            call.endpoint.check_json_on(self.site, &call.json).map_err(reject)?;
        }
        Ok(())
    }
}
