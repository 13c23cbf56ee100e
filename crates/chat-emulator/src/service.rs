//! The service: handles one request, from its URL and body to its response, without sockets.
//!
//! A request passes through these files:
//!
//! 1. [`server`](crate::server) accepts the connection, reads the body and calls
//!    [`Service::respond`]. It is the only file that does I/O.
//! 2. `service` reads service and command from the path, runs the steps below, and counts and logs
//!    the request.
//! 3. [`auth`](crate::auth) checks the URL parameters and the signature, and finds the app.
//! 4. [`body`](crate::body) parses the body; all further steps use the result.
//! 5. [`quota`](crate::quota) counts the call against the limits of the endpoint.
//! 6. [`validation`] checks the body against the catalog of `chat-types`.
//! 7. [`router`](crate::router) reads the body as the typed request, checks the group that it names,
//!    locks the state of the app and runs the handler.
//! 8. [`handlers`] read and change the state, one function per endpoint. To add an endpoint, start
//!    there.
//! 9. [`state`](crate::state) is what an app remembers: accounts, groups, messages. It knows nothing
//!    of requests and responses.
//! 10. [`webhooks`](crate::webhooks) asks the app's own server before a change, and reports changes.
//! 11. [`response`](crate::response) turns the typed response, or the error of any step, into the
//!     body that is sent.
//!
//! [`builder`](crate::builder) puts the parts together, [`emulator`](crate::emulator) is the handle
//! on the running server, and [`app`](crate::app) is the handle on the state of one app.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    time::Instant,
};

use bytes::Bytes;
use chat_types::{
    ErrorCode, UnixSeconds,
    clock::Clock as _,
    spec::{Counted, EndpointSpec},
    webhook::{OptPlatform, Webhook as _, alert::RequestOverLimit},
};
use hyper::{Method, Uri, header::HeaderValue};
use tracing::{debug, warn};

use crate::{
    LastPage,
    app::inner::AppInner,
    auth::{self, Authenticator, Caller},
    body::Body,
    call_counts::Calls,
    changes::{self, Reset},
    clock::EmulatorClock,
    data::Store,
    date_header::DateHeader,
    faults::{ActiveFaults, Encounter},
    handlers,
    lock::lock,
    observer::{ObservedCall, Observer},
    quota::{LimitExceeded, RateAlarm},
    received::Received,
    request_log::{ReceivedRequest, RequestLog},
    request_target::RequestTarget,
    response::ApiError,
    router::{Halt, Router, ValidCall},
    state::history_files,
    validation,
    webhooks::{
        answer::Answer,
        call::KeptNumbers,
        event::{Event, Occasion, Origin},
    },
};

/// The service behind the sockets.
#[derive(Debug)]
pub(crate) struct Service {
    authenticator: Authenticator,
    router: &'static Router,
    clock: EmulatorClock,
    last_page: LastPage,
    date: DateHeader,
    calls: Mutex<Calls>,
    pub(crate) faults: ActiveFaults,
    /// The data directory; unset if the state is in memory only.
    pub(crate) store: OnceLock<Arc<Store>>,
    /// Locked for the whole of a call except while a webhook is asked, so that the order of the log is the
    /// order in which calls took effect.
    request_log: Option<Mutex<RequestLog>>,
    observer: Option<Observer>,
}

/// The parts of a service.
pub(crate) struct Settings {
    pub(crate) apps: HashMap<u32, Arc<AppInner>>,
    pub(crate) admins: BTreeSet<String>,
    pub(crate) clock: EmulatorClock,
    pub(crate) last_page: LastPage,
    /// The number of requests to keep.
    pub(crate) keep_requests: usize,
    pub(crate) observer: Option<Observer>,
}

impl Service {
    pub(crate) fn new(settings: Settings) -> Self {
        let Settings { apps, admins, clock, last_page, keep_requests, observer } = settings;
        Self {
            authenticator: Authenticator { apps, admins },
            router: handlers::router(),
            clock,
            last_page,
            date: DateHeader::default(),
            calls: Mutex::default(),
            faults: ActiveFaults::default(),
            store: OnceLock::new(),
            request_log: (keep_requests > 0).then(|| Mutex::new(RequestLog::new(keep_requests))),
            observer,
        }
    }

    pub(crate) fn app(&self, sdk_app_id: u32) -> Option<&Arc<AppInner>> {
        self.authenticator.apps.get(&sdk_app_id)
    }

    pub(crate) fn apps(&self) -> &HashMap<u32, Arc<AppInner>> {
        &self.authenticator.apps
    }

    pub(crate) fn app_ids(&self) -> impl Iterator<Item = u32> {
        self.authenticator.apps.keys().copied()
    }

    pub(crate) fn admins(&self) -> &BTreeSet<String> {
        &self.authenticator.admins
    }

    pub(crate) fn emulates(&self, endpoint: &EndpointSpec) -> bool {
        self.router.find(endpoint).is_some()
    }

    pub(crate) fn last_page(&self) -> LastPage {
        self.last_page
    }

    pub(crate) fn clock(&self) -> &EmulatorClock {
        &self.clock
    }

    pub(crate) fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// Returns the `Date` of a response now.
    pub(crate) fn date(&self) -> Option<HeaderValue> {
        self.date.at(self.now())
    }

    pub(crate) fn calls(&self) -> Calls {
        lock(&self.calls).clone()
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.request_log.as_ref().map_or_else(Vec::new, |log| lock(log).kept())
    }

    pub(crate) fn clear_requests(&self) {
        if let Some(log) = &self.request_log {
            lock(log).clear();
        }
    }

    /// Makes everything what it was at the start, except for the settings of apps in the console.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        for app in self.authenticator.apps.values() {
            self.reset_app(app);
        }
        *lock(&self.calls) = Calls::default();
        self.clear_requests();
        self.faults.restart();
    }

    /// Makes one app what it was at the start.
    pub(crate) fn reset_app(&self, app: &AppInner) {
        changes::apply(app, Reset { admins: self.admins().clone() }, self.now());
        app.rate_counter().reset();
        app.webhooks.clear_log();
    }

    pub(crate) fn dropped_requests(&self) -> u64 {
        self.request_log.as_ref().map_or(0, |log| lock(log).dropped())
    }

    /// Counts a request for the plan of faults, and returns what happens to it; `None` if nothing does.
    pub(crate) fn meet_faults(&self, method: &Method, uri: &Uri) -> Option<Encounter> {
        if !self.faults.are_active() {
            return None;
        }
        let target = RequestTarget::parse(method, uri).ok();
        let app = auth::sdk_app_id(uri).filter(|app| self.app(*app).is_some());
        let spec = target.and_then(|target| target.endpoint());
        self.faults.meet(app, spec, self.clock.quota_millis())
    }

    /// Handles a request and returns the body of its response. The HTTP status is always 200.
    pub(crate) async fn respond(&self, received: &Received<'_>) -> Vec<u8> {
        let mut step = self.begin(received);
        loop {
            match step {
                Step::Done(response) => return response,
                Step::Ask(call, question) => {
                    let answer = call.app.webhooks.ask(&question).await;
                    step = self.resume(*call, answer);
                }
            }
        }
    }

    /// As [`respond`](Self::respond), without asking webhooks: all events are allowed.
    pub(crate) fn respond_without_asking(&self, received: &Received<'_>) -> Vec<u8> {
        let mut step = self.begin(received);
        loop {
            match step {
                Step::Done(response) => return response,
                Step::Ask(call, question) => {
                    step = self.resume(*call, Answer::not_asked(&question));
                }
            }
        }
    }

    fn begin<'a>(&'a self, received: &'a Received<'a>) -> Step<'a> {
        let started = Instant::now();
        let target = RequestTarget::parse(received.method, received.uri);
        let spec = target.as_ref().ok().and_then(RequestTarget::endpoint);
        let log = self.request_log.as_ref().map(lock);
        match target.and_then(|target| self.prepare(&target, spec, received, started)) {
            Ok(call) => self.run(call, log),
            Err(error) => {
                let handled = Handled { received, spec, started, outcome: Err(error) };
                Step::Done(self.finish(handled, log))
            }
        }
    }

    /// Runs a call again, with the response to the webhook that it asked.
    fn resume<'a>(&self, mut call: ValidCall<'a>, answer: Answer) -> Step<'a> {
        call.answers.push(answer);
        self.run(call, self.request_log.as_ref().map(lock))
    }

    fn run<'a>(&self, call: ValidCall<'a>, log: Option<MutexGuard<'_, RequestLog>>) -> Step<'a> {
        let outcome = match (call.handler)(&call) {
            Ok(response) => Ok(response),
            Err(Halt::Failed(error)) => Err(error),
            Err(Halt::Ask(question)) => return Step::Ask(Box::new(call), question),
        };
        let ValidCall { received, spec, started, .. } = call;
        Step::Done(self.finish(Handled { received, spec: Some(spec), started, outcome }, log))
    }

    /// Logs, counts and reports a call, and returns the body of its response.
    fn finish(&self, handled: Handled<'_>, log: Option<MutexGuard<'_, RequestLog>>) -> Vec<u8> {
        let Handled { received: Received { method, uri, body, .. }, spec, started, outcome } =
            handled;
        let (time, error) = (self.now(), outcome.as_ref().err());
        let code = error.map_or(ErrorCode::OK, |error| error.code);
        let info = error.map_or_else(String::new, |error| error.info.clone());
        if let (Some(mut log), Some(spec)) = (log, spec) {
            log.add(ReceivedRequest {
                number: 0,
                service: spec.service,
                command: spec.command,
                sdk_app_id: auth::sdk_app_id(uri),
                time,
                body: Bytes::clone(body),
                code,
                info: info.clone(),
            });
        }
        // The query holds the signature, so it is not logged.
        match &outcome {
            Ok(_) => debug!(path = uri.path(), "call succeeded"),
            Err(_) => debug!(path = uri.path(), %code, info, "call failed"),
        }
        lock(&self.calls).count(spec, code);
        let response = outcome.unwrap_or_else(|error| error.into_body(spec));
        if let Some(observer) = &self.observer {
            observer.notify(&ObservedCall {
                method: method.as_str(),
                path: uri.path(),
                endpoint: spec,
                sdk_app_id: auth::sdk_app_id(uri),
                time,
                duration: started.elapsed(),
                code,
                info: &info,
                request: body,
                response: &response,
            });
        }
        response
    }

    /// Returns the content of the file of the message history behind the path of its URL; `None` if it does
    /// not exist or has expired.
    pub(crate) fn history_file(&self, path: &str) -> Option<Bytes> {
        let (app, name) = path.strip_prefix(history_files::PATH)?.split_once('/')?;
        let app = self.app(app.parse().ok()?)?;
        app.state().history_files.find(name, self.now())
    }

    /// Runs the steps of a call before its handler. All checks run in this order, and the first that fails
    /// decides the code:
    ///
    /// | check | code |
    /// | --- | --- |
    /// | the method is POST and the path well-formed | 60002 (before this function) |
    /// | the service exists | 60009 |
    /// | URL parameters, signature, admin | see [`Authenticator::authenticate`] |
    /// | the service has the command | the service's own code, or 60009 |
    /// | the endpoint is emulated | 10026 if its page lists that code, otherwise 60009 |
    /// | the quota of app and endpoint | the endpoint's code for that, or 60007 |
    /// | the body is a JSON object | the service's own code, or 60003 |
    /// | no object in it has a field twice | the service's code for an invalid parameter |
    /// | the body follows the documented rules | see [`validation`] |
    /// | the group exists and has a supported type | 10015, 10010, the endpoint's code |
    /// | the checks of the handler | as the page says |
    fn prepare<'a>(
        &'a self,
        target: &RequestTarget<'_>,
        spec: Option<&'static EndpointSpec>,
        received: &'a Received<'a>,
        started: Instant,
    ) -> Result<ValidCall<'a>, ApiError> {
        let Received { uri, body, .. } = *received;
        let service = target.service_spec()?;
        let Caller { app, identifier } = self.authenticator.authenticate(
            service,
            uri.query().unwrap_or_default(),
            self.now(),
        )?;
        let spec = spec.ok_or_else(|| {
            let info =
                format!("unknown command {:?} of {}", target.excerpt_of_command(), target.service);
            ApiError::new(service.unknown_command_code, info)
        })?;
        let handler = self.router.find(spec).ok_or_else(|| not_emulated(spec))?;
        let origin = Origin { client_ip: received.client, platform: OptPlatform::RestApi };
        let occasion = app.webhooks.occasion(origin);
        let body = Body::parse(spec, body);
        let items = body.as_ref().map_or(0, |body| body.item_count(spec));
        {
            // The clock is read under the lock, so that calls are counted in the order of time.
            let mut counter = app.rate_counter();
            let alarm = counter
                .count(spec, items, self.clock.quota_millis())
                .map_err(|exceeded| rate_limited(spec, exceeded))?;
            if let (Some(alarm), Some(occasion)) = (alarm, &occasion) {
                app.webhooks.enqueue(rate_alarm(spec, alarm, occasion).into_iter().collect());
            }
        }
        let body = body.map_err(|invalid| validation::invalid_body(spec, invalid))?;
        let console = app.console();
        let invalid_items = validation::validate(spec, console.site, &body)?;
        Ok(ValidCall {
            spec,
            handler,
            body,
            received,
            started,
            invalid_items,
            app,
            console,
            caller: identifier,
            admins: &self.authenticator.admins,
            now: self.now(),
            last_page: self.last_page,
            occasion,
            answers: Vec::new(),
            kept: KeptNumbers::default(),
        })
    }
}

/// How far a call has come.
enum Step<'a> {
    /// It is done, and this is the body of its response.
    Done(Vec<u8>),
    /// It waits for the response to a webhook.
    Ask(Box<ValidCall<'a>>, Box<Event>),
}

/// A call that is done.
struct Handled<'a> {
    received: &'a Received<'a>,
    spec: Option<&'static EndpointSpec>,
    started: Instant,
    outcome: Result<Vec<u8>, ApiError>,
}

fn not_emulated(spec: &EndpointSpec) -> ApiError {
    warn!(endpoint = %spec.id(), "called an endpoint that is not emulated");
    let code = if spec.documents(ErrorCode::GROUP_COMMAND_DISABLED) {
        ErrorCode::GROUP_COMMAND_DISABLED
    } else {
        ErrorCode::UNKNOWN_RESOURCE
    };
    let info = format!("{} exists in the API, but is not emulated", spec.id());
    ApiError::new(code, info)
}

/// Returns the webhook about calls that come near their limit; `None` if it is not enabled.
fn rate_alarm(spec: &EndpointSpec, alarm: RateAlarm, occasion: &Occasion) -> Option<Event> {
    if !occasion.config.enables(RequestOverLimit::SPEC) {
        return None;
    }
    let mut webhook = RequestOverLimit::default();
    webhook.service_name = spec.service.to_owned();
    webhook.command = spec.command.to_owned();
    webhook.request = u32::try_from(alarm.calls).ok();
    webhook.limit = u32::try_from(alarm.limit).ok();
    occasion.report(&webhook).ok()
}

fn rate_limited(spec: &EndpointSpec, exceeded: LimitExceeded) -> ApiError {
    let LimitExceeded { max, counted, millis } = exceeded;
    let counted = if counted == Counted::Items { "items in calls" } else { "calls" };
    let info = format!("more than {max} {counted} of {} within {} s", spec.id(), millis / 1_000);
    let per_second = spec.rate_limit_code.filter(|_| millis == 1_000);
    ApiError::new(per_second.unwrap_or(ErrorCode::CALL_FREQUENCY_LIMIT), info)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_without_a_handler_fails_with_a_documented_code() {
        let code_of = |command| {
            let spec = EndpointSpec::find("group_open_http_svc", command).unwrap();
            not_emulated(spec).code.get()
        };
        assert_eq!(code_of("add_group_member"), 10026, "its page lists that code");
        assert_eq!(code_of("forbid_send_msg"), 60009, "its page does not list 10026");
    }
}
