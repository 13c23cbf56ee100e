//! What the path of a URL names.

use chat_types::{
    ErrorCode, Excerpt,
    spec::{EndpointSpec, ServiceSpec},
};
use hyper::{Method, Uri};

use crate::response::ApiError;

/// The service and command that the path of a URL names.
pub(crate) struct RequestTarget<'a> {
    pub(crate) service: &'a str,
    pub(crate) command: &'a str,
}

impl<'a> RequestTarget<'a> {
    pub(crate) fn parse(method: &Method, uri: &'a Uri) -> Result<Self, ApiError> {
        let malformed = |info: String| ApiError::new(ErrorCode::HTTP_REQUEST_MALFORMED, info);
        if method != Method::POST {
            return Err(malformed(format!("the method must be POST, found {method}")));
        }
        let mut parts =
            uri.path().strip_prefix("/v4/").into_iter().flat_map(|rest| rest.split('/'));
        match (parts.next(), parts.next(), parts.next()) {
            (Some(service), Some(command), None) if !service.is_empty() && !command.is_empty() => {
                Ok(Self { service, command })
            }
            _ => Err(malformed("the path must be /v4/{service}/{command}".to_owned())),
        }
    }

    pub(crate) fn endpoint(&self) -> Option<&'static EndpointSpec> {
        EndpointSpec::find(self.service, self.command)
    }

    pub(crate) fn service_spec(&self) -> Result<&'static ServiceSpec, ApiError> {
        ServiceSpec::find(self.service).ok_or_else(|| {
            let info = format!("unknown service {:?}", excerpt(self.service));
            ApiError::new(ErrorCode::UNKNOWN_RESOURCE, info)
        })
    }

    /// Returns a part of the command for a message.
    pub(crate) fn excerpt_of_command(&self) -> String {
        excerpt(self.command)
    }
}

/// Returns a part of a path for a message.
fn excerpt(text: &str) -> String {
    Excerpt::new(text, 64).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_must_be_v4_service_and_command() {
        let parse = |path: &'static str| {
            let uri = Uri::from_static(path);
            RequestTarget::parse(&Method::POST, &uri)
                .map(|target| format!("{}+{}", target.service, target.command))
        };
        assert_eq!(parse("/v4/a/b?c=d").unwrap(), "a+b");
        for path in [
            "/",
            "/v4",
            "/v4/",
            "/v4/a",
            "/v4/a/",
            "/v4//b",
            "/v4/a/b/",
            "/v4/a/b/c",
            "/v3/a/b",
            "/x/v4/a/b",
        ] {
            assert_eq!(parse(path).unwrap_err().code.get(), 60002, "{path}");
        }
    }
}
