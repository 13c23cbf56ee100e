//! Authentication: checks the URL parameters, the signature and the caller.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chat_types::{ErrorCode, UnixSeconds, spec::ServiceSpec};
use hyper::Uri;

use crate::{app::inner::AppInner, response::ApiError};

/// The apps of an emulator and the admins who may call them.
#[derive(Debug)]
pub(crate) struct Authenticator {
    pub(crate) apps: HashMap<u32, Arc<AppInner>>,
    pub(crate) admins: BTreeSet<String>,
}

/// The authenticated caller of a request.
#[derive(Debug)]
pub(crate) struct Caller<'a> {
    pub(crate) app: &'a AppInner,
    /// The UserID of the admin who makes the call.
    pub(crate) identifier: String,
}

impl Authenticator {
    /// Authenticates a request by the query of its URL. The checks run in this order, and the first
    /// that fails decides the code:
    ///
    /// | check | code |
    /// | --- | --- |
    /// | `sdkappid` is present | 60012 |
    /// | … is a number | 60006 |
    /// | … is an app of this emulator | 70020 |
    /// | `identifier` is present and not empty | 60025 |
    /// | `usersig` is present and not empty | 70002 |
    /// | `contenttype` is missing or `json` | 60025 |
    /// | `usersig` can be decoded | 70003 |
    /// | … is for this app | 70014 |
    /// | … was signed with the key of the app | 70009 |
    /// | … is for this identifier | 70013 |
    /// | … is not from the future | 70009 |
    /// | … has not expired | 70001 |
    /// | `identifier` is an admin | the service's own code, or 60010 |
    ///
    /// `random` is not checked: the documented meaning of 60025 does not name it, and many clients send
    /// none or more than 32 bits. `contenttype` has only one value, so its absence is not ambiguous.
    pub(crate) fn authenticate(
        &self,
        service: &ServiceSpec,
        query: &str,
        now: UnixSeconds,
    ) -> Result<Caller<'_>, ApiError> {
        let parameters = Parameters::parse(query);
        let app = self.app(&parameters)?;
        let identifier = parameters.identifier()?;
        let user_sig = parameters.user_sig()?;
        parameters.check_content_type()?;
        app.verified.verify(&app.signer, user_sig, identifier, now.get()).map_err(|error| {
            ApiError::new(ErrorCode::from(error.error_code()), error.to_string())
        })?;
        if !self.admins.contains(identifier) {
            let info = format!("{identifier:?} is not an admin of the app");
            return Err(ApiError::new(service.not_admin_code, info));
        }
        Ok(Caller { app, identifier: identifier.to_owned() })
    }

    fn app(&self, parameters: &Parameters<'_>) -> Result<&AppInner, ApiError> {
        let Some(text) = parameters.get("sdkappid").filter(|text| !text.is_empty()) else {
            let info = "the URL parameter sdkappid is missing";
            return Err(ApiError::new(ErrorCode::MISSING_SDK_APP_ID, info));
        };
        let number = parse_u32(text).ok_or_else(|| {
            let info = format!("the URL parameter sdkappid must be a number, found {text:?}");
            ApiError::new(ErrorCode::INVALID_SDK_APP_ID, info)
        })?;
        self.apps.get(&number).map(AsRef::as_ref).ok_or_else(|| {
            let info = format!("unknown app {number}; check sdkappid and the base URL");
            ApiError::new(ErrorCode::APP_NOT_FOUND, info)
        })
    }
}

/// The parameters of a URL, percent-decoded. Names are case-sensitive, and the first of several
/// parameters with the same name counts.
struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    fn parse(query: &'a str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    fn identifier(&self) -> Result<&str, ApiError> {
        self.get("identifier")
            .filter(|identifier| !identifier.is_empty())
            .ok_or_else(|| invalid("the URL parameter identifier is missing or empty"))
    }

    fn user_sig(&self) -> Result<&str, ApiError> {
        self.get("usersig").filter(|user_sig| !user_sig.is_empty()).ok_or_else(|| {
            let info = "the URL parameter usersig is missing or empty";
            ApiError::new(ErrorCode::USER_SIG_EMPTY, info)
        })
    }

    fn check_content_type(&self) -> Result<(), ApiError> {
        match self.get("contenttype") {
            None => Ok(()),
            Some(text) if text.is_empty() || text.eq_ignore_ascii_case("json") => Ok(()),
            Some(_) => Err(invalid("the URL parameter contenttype must be json")),
        }
    }
}

/// Returns the SDKAppID in a URL; `None` if it is missing or not a number.
pub(crate) fn sdk_app_id(uri: &Uri) -> Option<u32> {
    Parameters::parse(uri.query().unwrap_or_default()).get("sdkappid").and_then(parse_u32)
}

fn invalid(info: &str) -> ApiError {
    ApiError::new(ErrorCode::INVALID_URL_PARAMETER, info)
}

/// Parses digits only; `str::parse` would also accept a plus sign.
fn parse_u32(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
