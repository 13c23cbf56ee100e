//! The parameters in the URL of a webhook.

use chat_types::{UnixSeconds, webhook::WebhookParameters};

use crate::refusal::Refusal;

/// The parameters as they came.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Query {
    sdk_app_id: Option<String>,
    command: Option<String>,
    content_type: Option<String>,
    client_ip: Option<String>,
    platform: Option<String>,
    request_id: Option<String>,
    /// The digits that are signed.
    pub(crate) request_time: Option<String>,
    pub(crate) sign: Option<String>,
}

impl Query {
    /// Reads a query. The first of several parameters with the same name counts.
    pub(crate) fn parse(query: &str) -> Self {
        let mut parsed = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let field = match &*name {
                "CallbackCommand" => &mut parsed.command,
                "contenttype" => &mut parsed.content_type,
                "ClientIP" => &mut parsed.client_ip,
                "OptPlatform" => &mut parsed.platform,
                "RequestID" => &mut parsed.request_id,
                "RequestTime" => &mut parsed.request_time,
                "Sign" => &mut parsed.sign,
                // Some pages spell it SDKAppID.
                name if name.eq_ignore_ascii_case("SdkAppid") => &mut parsed.sdk_app_id,
                _ => continue,
            };
            field.get_or_insert_with(|| value.into_owned());
        }
        parsed
    }

    /// Returns the parameters with their types. The signature is left out, because it is valid for any
    /// other request of the same minute.
    pub(crate) fn into_parameters(self) -> Result<WebhookParameters, Refusal> {
        let app = self.sdk_app_id.ok_or(Refusal::MissingParameter("SdkAppid"))?;
        let mut parameters = WebhookParameters::default();
        parameters.sdk_appid = app.parse().map_err(|_| Refusal::OtherApp)?;
        parameters.callback_command =
            self.command.ok_or(Refusal::MissingParameter("CallbackCommand"))?;
        parameters.content_type = self.content_type;
        parameters.client_ip = self.client_ip;
        parameters.opt_platform = self.platform.map(|platform| platform.as_str().into());
        parameters.request_id = self.request_id;
        let seconds = self.request_time.and_then(|time| time.parse().ok());
        parameters.request_time = seconds.map(UnixSeconds::new);
        Ok(parameters)
    }
}
