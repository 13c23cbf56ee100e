//! `--print`: a call as a program. The signature is made when the program runs, so that none is
//! printed.

use chat_types::spec::EndpointSpec;
use clap::ValueEnum;
use serde_json::Value;

use crate::{
    error::{Error, Exit},
    output::Output,
    settings::Settings,
};

/// The language of the program.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Language {
    Curl,
    Rust,
    Python,
    Typescript,
}

/// What the program contains.
struct Call {
    url: String,
    sdk_app_id: u32,
    identifier: String,
    json: String,
}

impl Language {
    pub(super) fn print(
        self,
        endpoint: &'static EndpointSpec,
        request: &[u8],
        settings: &Settings,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let request: Value = serde_json::from_slice(request)
            .map_err(|why| Error::usage(format!("the request is not valid JSON: {why}")))?;
        let base = settings.base_url().unwrap_or_else(|_| "https://YOUR-REGION".to_owned());
        let call = Call {
            url: format!("{}{}", base.trim_end_matches('/'), endpoint.path()),
            sdk_app_id: settings.optional_sdk_app_id()?.unwrap_or(PLACEHOLDER_APP),
            identifier: settings.identifier()?,
            json: format!("{request:#}"),
        };
        out.line(match self {
            Self::Curl => call.curl(),
            Self::Rust => call.rust(endpoint),
            Self::Python => call.python(),
            Self::Typescript => call.typescript(),
        })?;
        Ok(Exit::Done)
    }
}

impl Call {
    fn curl(&self) -> String {
        let Self { url, sdk_app_id, identifier, json } = self;
        let json = json.replace('\'', "'\\''");
        let identifier = identifier.replace('\'', "'\\''");
        format!(
            "# CHAT_SECRET_KEY holds the secret key of the app\n\
             chatctl usersig sign --sdkappid {sdk_app_id} --identifier '{identifier}' |\n\
             tr -d '\\n' |\n\
             curl '{url}' \\\n  \
               --url-query 'sdkappid={sdk_app_id}' \\\n  \
               --url-query 'identifier={identifier}' \\\n  \
               --url-query 'usersig@-' \\\n  \
               --url-query \"random=$(date +%s)\" \\\n  \
               --url-query 'contenttype=json' \\\n  \
               --json '{json}'"
        )
    }

    fn rust(&self, endpoint: &EndpointSpec) -> String {
        let Self { url, sdk_app_id, identifier, json } = self;
        let base = url.strip_suffix(&endpoint.path()).unwrap_or(url);
        let EndpointSpec { service, command, .. } = endpoint;
        format!(
            "use chat_transport::Client;\nuse chat_types::spec::EndpointSpec;\n\
             use chat_usersig::SecretKey;\n\n\
             #[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let key = SecretKey::new(std::env::var(\"CHAT_SECRET_KEY\")?)?;\n    \
             let client = Client::builder({sdk_app_id}, key)\n        \
             .endpoint({base:?})\n        .identifier({identifier:?})\n        .build()?;\n    \
             let endpoint = EndpointSpec::find({service:?}, {command:?}).ok_or(\"unknown\")?;\n    \
             let request = r####\"{json}\"####;\n    \
             let response = client.call_json(endpoint, request).await?;\n    \
             println!(\"{{}}\", String::from_utf8_lossy(&response.raw));\n    Ok(())\n}}"
        )
    }

    fn python(&self) -> String {
        let Self { url, sdk_app_id, identifier, json } = self;
        let identifier = Value::from(identifier.as_str());
        let json = Value::from(json.as_str());
        format!(
            "import json, os, random, urllib.parse, urllib.request\n\n\
             # CHAT_USERSIG comes from: chatctl usersig sign\n\
             query = urllib.parse.urlencode({{\n    \"sdkappid\": {sdk_app_id},\n    \
             \"identifier\": {identifier},\n    \"usersig\": os.environ[\"CHAT_USERSIG\"],\n    \
             \"random\": random.randrange(2**32),\n    \"contenttype\": \"json\",\n}})\n\
             request = json.loads({json})\n\
             body = json.dumps(request).encode()\n\
             with urllib.request.urlopen(\"{url}?\" + query, body) as response:\n    \
             print(json.load(response))"
        )
    }

    fn typescript(&self) -> String {
        let Self { url, sdk_app_id, identifier, json } = self;
        let identifier = Value::from(identifier.as_str());
        format!(
            "// CHAT_USERSIG comes from: chatctl usersig sign\n\
             const query = new URLSearchParams({{\n  sdkappid: \"{sdk_app_id}\",\n  \
             identifier: {identifier},\n  usersig: process.env.CHAT_USERSIG!,\n  \
             random: String(Math.floor(Math.random() * 2 ** 32)),\n  contenttype: \"json\",\n}});\n\
             const request = {json};\n\
             const response = await fetch(`{url}?${{query}}`, {{\n  method: \"POST\",\n  \
             body: JSON.stringify(request),\n}});\nconsole.log(await response.json());"
        )
    }
}

/// Stands for the app where none is set.
const PLACEHOLDER_APP: u32 = 1_400_000_000;
