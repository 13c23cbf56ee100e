//! `chatctl webhook doctor`.

use std::time::Duration;

use bytes::Bytes;
use chat_types::{
    UnixSeconds,
    clock::{Clock as _, SystemClock},
};
use clap::Args;
use futures_util::future::join_all;
use serde_json::json;

use super::{
    delivery::{Delivery, WAIT},
    http_client::HttpResponse,
    target::{Message, Target},
    token::TokenOption,
};
use crate::{
    error::{Error, Exit},
    output::Output,
    settings::Settings,
};

/// Find out what is wrong with the server of an app
///
/// Sends webhooks with a name that does not exist, so no handler of an app acts on them. The exit code
/// is 1 if a check fails.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl webhook doctor https://app.example.com/webhooks --token-file token"
)]
pub(super) struct Doctor {
    /// URL of the app's server, http or https
    #[arg(value_name = "URL")]
    url: String,

    #[command(flatten)]
    token: TokenOption,
}

/// The outcome of a check.
struct Finding {
    check: &'static str,
    /// What was found, or what is wrong.
    outcome: Result<String, String>,
}

impl Doctor {
    pub(super) async fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let target = Target::new(&self.url, self.token.read()?, settings)?;
        let mut findings = vec![address(&target)];
        let reached = target.post(&probe("{}"), None).await;
        let is_reachable = reached.is_ok();
        findings.push(reachable(&target, &reached));
        if is_reachable {
            findings.push(unknown_webhook(reached));
            findings.push(response_time(&target).await);
            findings.push(concurrent(&target).await);
            findings.push(large_body(&target).await);
            findings.extend(signatures(&target).await);
        }
        for finding in &findings {
            finding.print(out)?;
        }
        let is_well = findings.iter().all(|finding| finding.outcome.is_ok());
        Ok(if is_well { Exit::Done } else { Exit::Refused })
    }
}

impl Finding {
    fn print(&self, out: &mut Output) -> Result<(), Error> {
        let Self { check, outcome } = self;
        if out.is_json() {
            let (text, is_ok) = match outcome {
                Ok(found) => (found, true),
                Err(wrong) => (wrong, false),
            };
            return out.json(&json!({ "check": check, "ok": is_ok, "details": text }));
        }
        match outcome {
            Ok(found) => out.line(format_args!("ok      {check}: {found}")),
            Err(wrong) => out.line(format_args!("FAILED  {check}: {wrong}")),
        }
    }
}

/// A webhook that no server knows.
fn probe(body: &str) -> Message {
    Message {
        command: PROBE.to_owned(),
        parameters: Vec::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

/// The rules for the URL in the console.
fn address(target: &Target) -> Finding {
    let url = target.url();
    let host = url.host().unwrap_or_default();
    let is_ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    let is_label = |label: &str| {
        let is_inner = !label.starts_with('-') && !label.ends_with('-') && !label.contains("--");
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && is_inner && label.bytes().all(is_letter)
    };
    let outcome = if !is_ip && (host.len() > MAX_HOST || !host.split('.').all(is_label)) {
        Err(format!(
            "the console accepts host names of at most {MAX_HOST} characters, of letters, digits \
             and single inner hyphens"
        ))
    } else {
        let default = if url.scheme_str() == Some("https") { 443 } else { 80 };
        let port = url.port_u16().unwrap_or(default);
        Ok(if port == default {
            format!("port {port}")
        } else {
            format!(
                "port {port}; when you change the port in the console, neither the old one nor the \
                 new one may begin with the other"
            )
        })
    };
    Finding { check: "address", outcome }
}

fn reachable(target: &Target, reached: &Result<HttpResponse, String>) -> Finding {
    let is_https = target.url().scheme_str() == Some("https");
    let outcome = match reached {
        Ok(response) if !response.keeps_alive => {
            Err("the server closes the connection after each response; keep it open".to_owned())
        }
        Ok(_) if is_https => {
            Ok("connected, the certificate is valid, connections stay open".to_owned())
        }
        Ok(_) => Ok("connected, connections stay open; without https, whoever sees a request can \
                     send others for a minute"
            .to_owned()),
        Err(why) => Err(why.clone()),
    };
    Finding { check: "connection", outcome }
}

fn unknown_webhook(reached: Result<HttpResponse, String>) -> Finding {
    let delivery = Delivery::new(PROBE, reached);
    let outcome = match delivery.problem() {
        None => Ok("acknowledged".to_owned()),
        Some(problem) => Err(format!("{problem}; acknowledge webhooks that you do not know")),
    };
    Finding { check: "unknown webhook", outcome }
}

async fn response_time(target: &Target) -> Finding {
    let mut slowest = Duration::ZERO;
    for _ in 0..SEQUENTIAL {
        match target.post(&probe("{}"), None).await {
            Ok(response) => slowest = slowest.max(response.elapsed),
            Err(why) => return Finding { check: "response time", outcome: Err(why) },
        }
    }
    Finding { check: "response time", outcome: in_time(SEQUENTIAL, slowest) }
}

async fn concurrent(target: &Target) -> Finding {
    let message = probe("{}");
    let calls = (0..CONCURRENT).map(|_| target.post(&message, None));
    let responses: Result<Vec<_>, _> = join_all(calls).await.into_iter().collect();
    let outcome = responses.and_then(|responses| {
        let failed = responses.iter().filter(|response| response.status != 200).count();
        if failed > 0 {
            return Err(format!("{failed} of {CONCURRENT} calls did not get status 200"));
        }
        in_time(
            CONCURRENT,
            responses.iter().map(|response| response.elapsed).max().unwrap_or_default(),
        )
    });
    Finding { check: "concurrent calls", outcome }
}

fn in_time(calls: usize, slowest: Duration) -> Result<String, String> {
    let text = format!("the slowest of {calls} calls took {} ms", slowest.as_millis());
    if slowest > WAIT {
        return Err(format!("{text}; the service waits {} s", WAIT.as_secs()));
    }
    Ok(text)
}

async fn large_body(target: &Target) -> Finding {
    let body = format!(r#"{{"Padding":"{}"}}"#, "x".repeat(LARGE_BODY - 14));
    let outcome = match target.post(&probe(&body), None).await {
        Ok(response) if response.status == 200 => Ok("accepted".to_owned()),
        Ok(response) => Err(format!("the status is {}", response.status)),
        Err(why) => Err(why),
    };
    Finding { check: "body of 1 MiB", outcome }
}

/// Requests that the service did not sign must be refused.
async fn signatures(target: &Target) -> Vec<Finding> {
    let now = SystemClock.now();
    let wrong = ("0".repeat(64), now);
    let refused = |check, response: Result<HttpResponse, String>| {
        let outcome = match response {
            Ok(response) if response.status == 200 => {
                Err("accepted; anybody can send webhooks to this server".to_owned())
            }
            Ok(response) => Ok(format!("refused with status {}", response.status)),
            Err(why) => Err(why),
        };
        Finding { check, outcome }
    };
    let message = probe("{}");
    let response = target.post(&message, Some((&wrong.0, wrong.1))).await;
    let mut findings = vec![refused("wrong signature", response)];
    if let Some((sign, time)) = target.sign(UnixSeconds::new(now.get().saturating_sub(3_600))) {
        let response = target.post(&message, Some((&sign, time))).await;
        findings.push(refused("signature of an hour ago", response));
    }
    let other = target.of_another_app();
    findings.push(refused("webhook of another app", other.post(&message, None).await));
    findings
}

const PROBE: &str = "Doctor.Probe";

const MAX_HOST: usize = 63;

const SEQUENTIAL: usize = 5;

const CONCURRENT: usize = 50;

const LARGE_BODY: usize = 1 << 20;
