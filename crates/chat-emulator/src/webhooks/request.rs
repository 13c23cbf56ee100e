//! The HTTP request of a webhook: its parameters, and its URL with the signature.

use bytes::Bytes;
use chat_types::{
    UnixSeconds,
    webhook::{OptPlatform, WebhookParameters},
};
use http_body_util::Full;
use hyper::{
    Request, Uri,
    header::{CONTENT_TYPE, HeaderValue},
};

use super::event::Event;

/// Returns the parameters of a webhook that is sent now, apart from the signature.
pub(super) fn parameters(event: &Event, sdk_app_id: u32, now: UnixSeconds) -> WebhookParameters {
    let has = |name: &str| event.spec.query.contains(&name);
    let mut parameters = WebhookParameters::default();
    parameters.sdk_appid = sdk_app_id;
    parameters.callback_command = event.spec.command.to_owned();
    parameters.content_type = Some("json".to_owned());
    parameters.client_ip = has("ClientIP").then(|| event.origin.client_ip.to_string());
    parameters.opt_platform = has("OptPlatform").then(|| event.origin.platform.clone());
    parameters.request_time = event.config.token.is_some().then_some(now);
    parameters
}

/// Returns the request, signed if the app has a token.
pub(super) fn request(event: &Event, parameters: &WebhookParameters) -> Request<Full<Bytes>> {
    let mut request = Request::post(url(event, parameters))
        .body(Full::new(Bytes::clone(&event.body)))
        .unwrap_or_default();
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request
}

/// Returns the URL of the app's server with the parameters appended to those that it has.
fn url(event: &Event, parameters: &WebhookParameters) -> Uri {
    let base = &event.config.url;
    let mut query = form_urlencoded::Serializer::new(base.query().unwrap_or_default().to_owned());
    query.append_pair("SdkAppid", &parameters.sdk_appid.to_string());
    query.append_pair("CallbackCommand", &parameters.callback_command);
    let optional = [
        ("contenttype", parameters.content_type.as_deref()),
        ("ClientIP", parameters.client_ip.as_deref()),
        ("OptPlatform", parameters.opt_platform.as_ref().map(OptPlatform::as_str)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    if let (Some(token), Some(time)) = (&event.config.token, parameters.request_time) {
        query.append_pair("Sign", &token.sign(time));
        query.append_pair("RequestTime", &time.get().to_string());
    }
    let mut parts = base.clone().into_parts();
    let path_and_query = format!("{}?{}", base.path(), query.finish());
    parts.path_and_query = path_and_query.parse().ok();
    Uri::from_parts(parts).unwrap_or_else(|_| base.clone())
}
