//! `--dry-run` of commands that make one call.

use std::time::Duration;

use chat_types::spec::EndpointSpec;
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    catalog::without_nulls,
    error::{Error, Exit},
    output::Output,
    settings::Settings,
};

/// Whether a call is only shown
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct DryRunOption {
    /// Check and print the request, and send nothing
    #[arg(long)]
    dry_run: bool,
}

impl DryRunOption {
    pub(crate) fn is_set(self) -> bool {
        self.dry_run
    }

    /// Checks a request against the specification and prints it.
    pub(crate) fn print<T: Serialize>(
        self,
        endpoint: &'static EndpointSpec,
        request: &T,
        settings: &Settings,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let request = serde_json::to_value(request).map_err(|why| Error::usage(why.to_string()))?;
        endpoint.check_value(&request).map_err(|why| {
            Error::usage(format!("invalid request: {why}")).with_endpoint(endpoint.id())
        })?;
        self.print_unchecked(endpoint, &request, settings, out)
    }

    /// Prints a request as it would be sent, apart from the signature.
    pub(crate) fn print_unchecked(
        self,
        endpoint: &'static EndpointSpec,
        request: &Value,
        settings: &Settings,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let url = url(endpoint, settings)?;
        let quota = endpoint.calls_per_second;
        let body = request.to_string();
        let is_safe = endpoint.is_safe_to_repeat(body.as_bytes(), Duration::ZERO);
        if out.is_json() {
            out.json(&without_nulls(json!({
                "dry_run": true,
                "endpoint": endpoint.id().to_string(),
                "method": "POST",
                "url": url,
                "request": request,
                "calls_per_second": quota,
                "is_safe_to_repeat": is_safe,
                "billed": endpoint.repeat.billed.then_some(true),
                "irreversible": endpoint.irreversible,
            })))?;
            return Ok(Exit::Done);
        }
        out.line(format_args!("POST {url}"))?;
        out.line(format_args!("{request:#}"))?;
        let quota = match quota {
            Some(1) => "1 call per second and app".to_owned(),
            Some(calls) => format!("{calls} calls per second and app"),
            None => "not documented".to_owned(),
        };
        out.line(format_args!("quota: {quota}"))?;
        out.line(format_args!("safe to repeat: {}", if is_safe { "yes" } else { "no" }))?;
        if endpoint.repeat.billed {
            out.line("billed: yes")?;
        }
        if let Some(lost) = endpoint.irreversible {
            out.line(format_args!("cannot be undone: {lost}"))?;
        }
        out.line("nothing was sent")?;
        Ok(Exit::Done)
    }
}

/// Returns the URL without what is made for each call: the UserSig and the random number.
fn url(endpoint: &EndpointSpec, settings: &Settings) -> Result<String, Error> {
    let base = settings.base_url().unwrap_or_else(|_| "https://REGION".to_owned());
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(sdk_app_id) = settings.optional_sdk_app_id()? {
        query.append_pair("sdkappid", &sdk_app_id.to_string());
    }
    query.append_pair("identifier", &settings.identifier()?).append_pair("contenttype", "json");
    Ok(format!("{}?{}", endpoint.url(base), query.finish()))
}
