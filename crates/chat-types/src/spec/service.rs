//! The services that endpoints are grouped into.

use crate::{ErrorCode, Region, SERVICES};

/// What all endpoints of a service share.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceSpec {
    /// The first segment of the path after the version.
    pub service: &'static str,
    /// The response to a command that does not exist.
    pub unknown_command_code: ErrorCode,
    /// The response to a body that is not JSON.
    pub invalid_json_code: ErrorCode,
    /// The response to a field that violates a constraint.
    pub invalid_parameter_code: ErrorCode,
    /// The response to a caller that is not an admin of the app.
    pub not_admin_code: ErrorCode,
    /// The response to a group type that the endpoint does not support, unless its documentation
    /// page names another code.
    pub unsupported_group_type_code: Option<ErrorCode>,
    /// The only regions in which the service exists; `None` if its documentation does not limit
    /// them.
    pub regions: Option<&'static [Region]>,
    /// The number of seconds after which the service gives up on a call; `None` if its
    /// documentation does not say so.
    pub timeout_seconds: Option<u32>,
}

impl ServiceSpec {
    /// Returns the service with this name.
    pub fn find(service: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|spec| spec.service == service)
    }
}
