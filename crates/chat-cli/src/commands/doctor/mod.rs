//! `chatctl doctor`.

mod checks;
mod regions;

use chat_transport::Client;
use clap::Args;
use serde_json::{Value, json};

use self::{
    checks::{Check, State},
    regions::find_region,
};
use crate::{
    catalog::without_nulls,
    error::{Error, Exit},
    interrupt,
    output::{Output, table},
    runtime::block_on,
    settings::{Settings, look_up_admin},
};

/// Find out what is wrong with the key, the app, the region, the clock or the network
///
/// Makes one harmless call, and where the app is unknown in its region, one in every other region.
/// Exits with 4 if a check failed.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl doctor --region singapore")]
pub(crate) struct Doctor {}

impl Doctor {
    pub(crate) fn run(&self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let mut checks = checks::of_settings(settings);
        checks.push(checks::of_proxy(settings.is_loopback()));
        match settings.client() {
            Ok(client) => {
                let calls = async { Ok(of_calls(&client, settings).await) };
                checks.extend(block_on(interrupt::cancelable_read(calls))?);
            }
            Err(error) => checks.push(Check::failed("call", &error)),
        }
        print(&checks, out)?;
        let failed = checks.iter().filter(|check| check.state == State::Failed).count();
        if failed == 0 {
            return Ok(Exit::Done);
        }
        let total = checks.len();
        Err(Error::mismatch(format!("{failed} of {total} checks failed"))
            .with_hint("the list has a remedy for each"))
    }
}

/// Calls the service, and looks for the app elsewhere if it does not know that.
async fn of_calls(client: &Client, settings: &Settings) -> Vec<Check> {
    let outcome = look_up_admin(client, client.identifier()).await;
    let offset = client.stats().clock_offset_seconds;
    let mut checks = vec![checks::of_network(outcome.as_ref().err())];
    if checks[0].state == State::Failed {
        return checks;
    }
    checks.push(checks::of_clock(offset));
    checks.push(checks::of_login(&outcome));
    if let Err(error) = &outcome
        && checks::may_be_of_another_region(error)
        && !settings.is_loopback()
    {
        checks.push(find_region(settings).await);
    }
    if outcome.is_ok() {
        checks.push(checks::of_features());
    }
    checks
}

fn print(checks: &[Check], out: &mut Output) -> Result<(), Error> {
    if out.is_json() {
        let checks = checks.iter().map(|check| {
            without_nulls(json!({
                "check": check.name,
                "state": check.state.as_str(),
                "detail": check.detail,
                "remedy": check.remedy,
            }))
        });
        return out.json_with_rows(&json!({ "checks": checks.collect::<Value>() }), Some("checks"));
    }
    let mut rows = table(["CHECK", "STATE", "DETAIL"]);
    for check in checks {
        let detail = match &check.remedy {
            Some(remedy) => format!("{}\n{remedy}", check.detail),
            None => check.detail.clone(),
        };
        rows.add_row([check.name.to_owned(), check.state.as_str().to_owned(), detail]);
    }
    out.table(&rows)
}
