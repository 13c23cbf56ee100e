//! Faults of the primary domain while the backup works, for a client that has just started, so that
//! each call goes to the primary domain first.

use super::{
    Address, Fault, Form, Within,
    expected::{sent, success},
    forms::{code_form, form, http, status_forms},
    rows::PHASE,
};
use crate::server::Reply;

pub(crate) fn pairs() -> Vec<Fault> {
    let mut rows = vec![unsent_fault("connection refused", form("", Address::ClosedPort))];
    #[cfg(feature = "hyper")]
    rows.extend(tls());
    rows.extend(sent_faults());
    rows.extend(refusals());
    for row in &mut rows {
        let forms = std::mem::take(&mut row.forms);
        row.forms = forms.into_iter().map(Form::with_backup).collect();
    }
    rows
}

/// Nothing was sent, so any call goes to the backup domain immediately.
fn unsent_fault(name: &'static str, form: Form) -> Fault {
    let served = || success(2).requests(0).at_backup(1).within(Within::NoWait);
    Fault { name, forms: vec![form], safe: served(), other: served(), change: "" }
}

#[cfg(feature = "hyper")]
fn tls() -> [Fault; 2] {
    let never_reads = form("", Address::HttpsToHttp).behavior(crate::server::Behavior::NeverReads);
    let mut stalled = unsent_fault("TLS: the handshake stalls", never_reads);
    stalled.safe.within = Within::TlsTimeout(PHASE);
    stalled.other.within = Within::TlsTimeout(PHASE);
    [unsent_fault("TLS: a certificate for another name", form("", Address::WrongName)), stalled]
}

/// The call may have taken effect, so only one that is safe to repeat goes to the backup.
fn sent_faults() -> Vec<Fault> {
    let row = |name, sees, forms| Fault {
        name,
        forms,
        safe: success(2).requests(1).at_backup(1).within(Within::NoWait),
        other: sent(sees),
        change: "",
    };
    let mut late = row(
        "no response within `response_timeout`",
        "Timeout(ResponseHead)",
        vec![http("", |_| Reply::Silence)],
    );
    late.safe.within = Within::ResponseTimeout(PHASE);
    late.other.within = Within::ResponseTimeout(PHASE);
    let gateway = |name, sees, status| {
        // The third form is a response of the service itself.
        row(name, sees, status_forms(status).into_iter().take(2).collect())
    };
    let cut = vec![http("reset", |_| Reply::Reset), http("closed", |_| Reply::HangUp)];
    vec![
        row("connection reset or closed after the request", "ConnectionLost", cut),
        late,
        gateway("HTTP 502", "HttpStatus 502", 502),
        gateway("HTTP 503", "HttpStatus 503", 503),
        gateway("HTTP 504", "HttpStatus 504", 504),
    ]
}

/// The domain works, so the backup is not used.
fn refusals() -> [Fault; 3] {
    let too_many = || sent("Api 60007").until_timeout();
    [
        Fault {
            name: "refused because of too many calls",
            forms: vec![code_form(60007)],
            safe: too_many(),
            other: too_many(),
            change: "",
        },
        Fault {
            name: "an app of another region (60026, 70016, 70020)",
            forms: [60026, 70016, 70020].map(code_form).into(),
            safe: sent("Api …"),
            other: sent("Api …"),
            change: "",
        },
        Fault {
            name: "HTML under HTTP 200",
            forms: vec![http("", |_| Reply::Json("<html>".to_owned()))],
            safe: sent("InvalidJson"),
            other: sent("InvalidJson"),
            change: "",
        },
    ]
}
