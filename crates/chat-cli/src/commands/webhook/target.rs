//! The URL of an app's server, and how webhooks are sent to it.

use std::{path::PathBuf, time::Duration};

use bytes::Bytes;
use chat_types::{
    UnixSeconds,
    clock::{Clock as _, SystemClock},
};
use chat_webhook::Token;
use clap::Args;
use form_urlencoded::Serializer;
use http::Uri;

use super::{
    delivery::Delivery,
    http_client::{HttpClient, HttpResponse},
    token::TokenOption,
};
use crate::{error::Error, settings::Settings};

/// Where webhooks are sent, and how they are signed.
#[derive(Debug, Args)]
pub(super) struct TargetOptions {
    /// URL of the app's server, http or https
    #[arg(value_name = "URL")]
    url: String,

    #[command(flatten)]
    token: TokenOption,
}

/// The server of an app.
#[derive(Debug)]
pub(super) struct Target {
    client: HttpClient,
    url: Uri,
    app: u32,
    token: Option<Token>,
}

/// A webhook to be sent.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) command: String,
    /// `ClientIP`, `OptPlatform` and `RequestID`, if it has them.
    pub(super) parameters: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
}

impl TargetOptions {
    pub(super) fn open(&self, settings: &Settings) -> Result<Target, Error> {
        Target::new(&self.url, self.token.read()?, settings)
    }
}

impl Target {
    pub(super) fn new(url: &str, token: Option<Token>, settings: &Settings) -> Result<Self, Error> {
        let invalid = |why: &str| Error::usage(format!("invalid URL {url:?}: {why}"));
        let parsed: Uri = url.parse().map_err(|_| invalid("expected http:// or https://"))?;
        if !matches!(parsed.scheme_str(), Some("http" | "https")) || parsed.host().is_none() {
            return Err(invalid("expected http://HOST/PATH or https://HOST/PATH"));
        }
        let app = settings.optional_sdk_app_id()?.unwrap_or(DEFAULT_APP);
        let pem = settings.extra_root_certificates()?;
        Ok(Self { client: HttpClient::new(pem.as_deref())?, url: parsed, app, token })
    }

    pub(super) fn url(&self) -> &Uri {
        &self.url
    }

    /// Returns a signature for this time, if there is a token.
    pub(super) fn sign(&self, time: UnixSeconds) -> Option<(String, UnixSeconds)> {
        self.token.as_ref().map(|token| (token.sign(time), time))
    }

    /// Returns the same server with webhooks of another app.
    pub(super) fn of_another_app(&self) -> Self {
        let app = if self.app == 1 { 2 } else { 1 };
        Self { client: self.client.clone(), url: self.url.clone(), app, token: self.token.clone() }
    }

    /// Sends a webhook, and judges the response.
    pub(super) async fn send(&self, message: &Message) -> Delivery {
        let response = self.post(message, None).await;
        Delivery::new(&message.command, response)
    }

    /// Sends a webhook, with another signature if one is given.
    pub(super) async fn post(
        &self,
        message: &Message,
        signature: Option<(&str, UnixSeconds)>,
    ) -> Result<HttpResponse, String> {
        let url = self.signed_url(message, signature)?;
        self.client.post(&url, message.body.clone(), PATIENCE).await
    }

    fn signed_url(
        &self,
        message: &Message,
        signature: Option<(&str, UnixSeconds)>,
    ) -> Result<Uri, String> {
        let mut query = Serializer::new(String::new());
        query.append_pair("SdkAppid", &self.app.to_string());
        query.append_pair("CallbackCommand", &message.command);
        query.append_pair("contenttype", "json");
        for (name, value) in &message.parameters {
            query.append_pair(name, value);
        }
        let signature = match (signature, &self.token) {
            (Some((sign, time)), _) => Some((sign.to_owned(), time)),
            (None, Some(token)) => {
                let now = SystemClock.now();
                Some((token.sign(now), now))
            }
            (None, None) => None,
        };
        if let Some((sign, time)) = signature {
            query.append_pair("RequestTime", &time.get().to_string());
            query.append_pair("Sign", &sign);
        }
        let query = query.finish();
        let path = self.url.path_and_query().map_or("/", |path| path.as_str());
        let separator = if path.contains('?') { '&' } else { '?' };
        let mut parts = self.url.clone().into_parts();
        let path = format!("{path}{separator}{query}").parse();
        parts.path_and_query = Some(path.map_err(|_| "the URL is too long".to_owned())?);
        Uri::from_parts(parts).map_err(|error| error.to_string())
    }
}

/// The app of the emulator.
const DEFAULT_APP: u32 = chat_emulator::Emulator::DEFAULT_APP;

/// Longer than the service waits, to see how late a response is.
const PATIENCE: Duration = Duration::from_secs(10);

/// A file of recorded webhooks.
pub(super) fn recording(directory: &std::path::Path) -> PathBuf {
    directory.join("webhooks.jsonl")
}
