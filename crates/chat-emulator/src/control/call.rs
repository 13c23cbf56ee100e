//! A call of the control API, as its handler gets it.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{error::ControlError, operation::Operation, query::Query};
use crate::{App, connections::Connections, service::Service};

/// The emulator that the control API controls.
#[derive(Debug)]
pub(crate) struct Controlled {
    pub(crate) service: Arc<Service>,
    pub(crate) connections: Arc<Connections>,
    /// The base URL of the emulator.
    pub(crate) url: String,
}

/// A call of the control API.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) emulator: &'a Controlled,
    /// All operations of the control API.
    pub(crate) operations: &'a [&'static Operation],
    pub(crate) parameters: Vec<(&'static str, &'a str)>,
    pub(crate) query: Query,
    pub(crate) body: &'a Bytes,
}

/// An empty object.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl Call<'_> {
    /// Returns a parameter of the path, as it is in the URL.
    ///
    /// # Errors
    /// When the route has none of this name.
    pub(crate) fn parameter(&self, name: &str) -> Result<&str, ControlError> {
        let found = self.parameters.iter().find(|(parameter, _)| *parameter == name);
        found.map(|(_, value)| *value).ok_or_else(|| {
            ControlError::internal(format_args!("the route has no parameter {name:?}"))
        })
    }

    /// As [`parameter`](Self::parameter), percent-decoded.
    pub(crate) fn decoded_parameter(&self, name: &str) -> Result<String, ControlError> {
        let text = self.parameter(name)?;
        // In a path, unlike in a form, a plus sign is one.
        let form = format!("={}", text.replace('+', "%2B"));
        let decoded = form_urlencoded::parse(form.as_bytes()).next();
        Ok(decoded.map_or_else(String::new, |(_, value)| value.into_owned()))
    }

    /// Returns the app that the parameter `sdkappid` of the path names.
    ///
    /// # Errors
    /// When the emulator does not have it.
    pub(crate) fn app(&self) -> Result<App, ControlError> {
        let text = self.parameter("sdkappid")?;
        let sdk_app_id = text.parse().map_err(|_| {
            ControlError::invalid(format!("sdkappid: {text:?} is not an SDKAppID: expected digits"))
        })?;
        App::find(&self.emulator.service, sdk_app_id).map_err(|unknown| {
            let apps: Vec<_> = self.emulator.service.app_ids().collect();
            ControlError::not_found(format!("unknown app {}; it has {apps:?}", unknown.sdk_app_id))
        })
    }

    /// Reads the body; a missing one is an empty object.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ControlError> {
        let body = if self.body.is_empty() { b"{}" } else { self.body.as_ref() };
        let mut reader = serde_json::Deserializer::from_slice(body);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            let location = if path == "." { String::from("body") } else { path };
            ControlError::invalid(format!("{location}: {}", error.inner()))
        })?;
        reader.end().map_err(|error| ControlError::invalid(format!("body: {error}")))?;
        Ok(value)
    }
}
