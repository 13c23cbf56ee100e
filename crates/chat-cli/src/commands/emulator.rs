use chat_emulator::{Builder, Emulator, Quotas};
use chat_usersig::SecretKey;
use clap::Args;
use serde_json::json;

use crate::{
    error::{Error, Exit},
    interrupt,
    output::Output,
    settings,
};

/// Serve the API on this machine, as documented
///
/// The first line on standard output is `listening on http://ADDR`; with --output json it is one
/// JSON object. Ctrl-C ends it. Nothing is kept.
#[derive(Debug, Args)]
pub(crate) struct Emulate {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: String,

    /// An app and its secret key; can be given several times
    /// [default: 1400000000:emulator-secret-key]
    #[arg(long, value_name = "SDKAPPID:KEY", value_parser = app)]
    app: Vec<(u32, SecretKey)>,

    /// An account that may call the API; can be given several times [default: administrator]
    #[arg(long, value_name = "NAME")]
    admin: Vec<String>,

    /// Never refuse a call for coming too soon
    #[arg(long, conflicts_with = "quota_scale")]
    no_quota: bool,

    /// Multiply every documented quota
    #[arg(long, value_name = "X")]
    quota_scale: Option<f64>,
}

impl Emulate {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let emulator = self
            .builder()
            .start()
            .await
            .map_err(|error| Error::configuration(error.to_string()))?;
        let url = emulator.url();
        if out.is_json_by_choice() {
            let app = emulator.apps().next();
            let admin = emulator.admins().next();
            out.json(&json!({ "ready": true, "url": url, "sdkappid": app, "admin": admin }))?;
        } else {
            out.line(format_args!("listening on {url}"))?;
        }
        out.flush()?;
        tokio::select! {
            () = emulator.wait() => return Err(Error::configuration("the server has ended")),
            _ = interrupt::wait() => {}
        }
        emulator.stop().await;
        Ok(Exit::Done)
    }

    fn builder(self) -> Builder {
        let quotas = match (self.no_quota, self.quota_scale) {
            (true, _) => Quotas::Off,
            (false, Some(scale)) => Quotas::Scaled(scale),
            (false, None) => Quotas::Documented,
        };
        let mut builder = Emulator::builder().listen(self.listen).quotas(quotas);
        for (sdk_app_id, key) in self.app {
            builder = builder.app(sdk_app_id, key);
        }
        for admin in self.admin {
            builder = builder.admin(admin);
        }
        builder
    }
}

fn app(text: &str) -> Result<(u32, SecretKey), String> {
    let (sdk_app_id, key) = text.split_once(':').ok_or("expected SDKAPPID:KEY")?;
    let key = SecretKey::new(key).map_err(|error| error.to_string())?;
    Ok((settings::app(sdk_app_id)?, key))
}
