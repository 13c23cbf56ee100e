use std::io::{self, Read as _};

use chat_types::{
    UnixSeconds,
    clock::{Clock as _, SystemClock},
};
use chat_usersig::{Claims, Signer, VerifyError};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{
    error::{Error, Exit},
    output::{self, Output},
    settings::Settings,
};

/// Make, check and read UserSigs
#[derive(Debug, Args)]
pub(crate) struct UserSig {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a UserSig for --identifier, signed with the secret key
    #[command(
        after_help = "Example:\n  chatctl usersig sign --identifier peter --sdkappid 1400000000 --secret-key-file key"
    )]
    Sign(Sign),
    /// Check the UserSig on standard input with the secret key: valid or not, and why
    ///
    /// Without --sdkappid it is checked for the app that it names; without --identifier for the
    /// account that it names. Ends with 1 when it is not valid.
    #[command(after_help = "Example:\n  chatctl usersig verify --secret-key-file key < signature")]
    Verify(Verify),
    /// Show what the UserSig on standard input holds; needs no key and proves nothing
    #[command(after_help = "Example:\n  chatctl usersig inspect < signature")]
    Inspect,
}

#[derive(Debug, Args)]
struct Sign {
    /// How long it is valid, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = ONE_DAY)]
    expire: u32,

    /// When it is made, in Unix seconds; now when left out
    #[arg(long, value_name = "UNIX")]
    at: Option<u64>,
}

#[derive(Debug, Args)]
struct Verify {
    /// The time at which it is checked, in Unix seconds; now when left out
    #[arg(long, value_name = "UNIX")]
    at: Option<u64>,
}

impl UserSig {
    pub(crate) fn run(&self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        match &self.action {
            Action::Sign(sign) => sign.run(settings, out),
            Action::Verify(verify) => verify.run(settings, out),
            Action::Inspect => inspect(out),
        }
    }
}

impl Sign {
    fn run(&self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let identifier = settings.identifier()?;
        let time = self.at.unwrap_or_else(now);
        let user_sig = settings
            .signer()?
            .sign(&identifier, time, self.expire)
            .map_err(|error| Error::usage(error.to_string()))?;
        if out.is_json_by_choice() {
            out.json(&json!({
                "usersig": user_sig.as_str(),
                "sdkappid": settings.sdk_app_id()?,
                "identifier": identifier,
                "expires_at": time.saturating_add(self.expire.into()),
            }))?;
        } else {
            out.line(user_sig.as_str())?;
        }
        Ok(Exit::Done)
    }
}

impl Verify {
    fn run(&self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        if settings.takes_standard_input() {
            return Err(Error::usage("standard input cannot hold both the key and the UserSig")
                .with_hint("give --secret-key-file a path, or set CHAT_SECRET_KEY"));
        }
        let key = settings.secret_key()?;
        let user_sig = read_user_sig()?;
        let outcome = chat_usersig::inspect(&user_sig).map_err(VerifyError::from).map(|claims| {
            let app = settings.optional_sdk_app_id();
            (app, claims)
        });
        let outcome = match outcome {
            Ok((app, claims)) => {
                let signer = Signer::new(app?.unwrap_or(claims.sdk_app_id), key);
                let now = self.at.unwrap_or_else(now);
                signer.verify(&user_sig, settings.chosen_identifier(), now)
            }
            Err(error) => Err(error),
        };
        print_verdict(&outcome, out)?;
        Ok(if outcome.is_ok() { Exit::Done } else { Exit::Refused })
    }
}

fn print_verdict(outcome: &Result<Claims, VerifyError>, out: &mut Output) -> Result<(), Error> {
    match (outcome, out.is_json()) {
        (Ok(claims), true) => {
            let mut verdict = json!({ "valid": true });
            merge(&mut verdict, claims_to_json(claims));
            out.json(&verdict)
        }
        (Ok(claims), false) => {
            out.line("valid")?;
            print_claims(claims, out)
        }
        (Err(error), true) => out.json(&json!({
            "valid": false,
            "reason": error.to_string(),
            "code": error.error_code(),
        })),
        (Err(error), false) => {
            out.line(format_args!("not valid: {error} (the service says {})", error.error_code()))
        }
    }
}

fn inspect(out: &mut Output) -> Result<Exit, Error> {
    let user_sig = read_user_sig()?;
    let claims =
        chat_usersig::inspect(&user_sig).map_err(|error| Error::mismatch(error.to_string()))?;
    if out.is_json() {
        out.json(&claims_to_json(&claims))?;
    } else {
        print_claims(&claims, out)?;
    }
    Ok(Exit::Done)
}

fn claims_to_json(claims: &Claims) -> Value {
    let mut document = json!({
        "identifier": claims.identifier,
        "sdkappid": claims.sdk_app_id,
        "time": claims.time,
        "expire": claims.expire,
        "expires_at": claims.expires_at(),
    });
    if let Some(bytes) = &claims.userbuf {
        merge(&mut document, json!({ "userbuf": hexadecimal(bytes) }));
    }
    document
}

fn print_claims(claims: &Claims, out: &mut Output) -> Result<(), Error> {
    let moment = |seconds| format!("{seconds} ({})", UnixSeconds::new(seconds));
    let identifier = output::OneLine(&claims.identifier).to_string();
    let mut table = output::table(["identifier", &identifier]);
    table.add_row(["sdkappid".to_owned(), claims.sdk_app_id.to_string()]);
    table.add_row(["made at".to_owned(), moment(claims.time)]);
    table.add_row(["valid for".to_owned(), format!("{} s", claims.expire)]);
    table.add_row(["expires at".to_owned(), moment(claims.expires_at())]);
    if let Some(bytes) = &claims.userbuf {
        table.add_row(["userbuf".to_owned(), hexadecimal(bytes)]);
    }
    out.table(&table)
}

/// The signature on standard input, without the white space around it.
fn read_user_sig() -> Result<Zeroizing<String>, Error> {
    let unreadable = |why: &str| Error::input(format!("standard input holds no UserSig: {why}"));
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_USER_SIG));
    io::stdin()
        .lock()
        .take(MAX_USER_SIG as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error.to_string()))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable("it is not text"))?.trim();
    if text.is_empty() {
        return Err(unreadable("it is empty"));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

fn merge(document: &mut Value, other: Value) {
    if let (Value::Object(members), Value::Object(others)) = (document, other) {
        members.extend(others);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn now() -> u64 {
    SystemClock.now().get()
}

const ONE_DAY: u32 = 24 * 60 * 60;

/// More than any UserSig that can be read.
const MAX_USER_SIG: usize = 256 * 1024;
