//! One call from its URL and body to its response, without sockets.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use chat_types::{
    ErrorCode, UnixSeconds,
    clock::Clock,
    spec::{EndpointSpec, ServiceSpec},
};
use hyper::{Method, Uri};
use tracing::{debug, warn};

use crate::{
    LastPage,
    app_cell::{AppInner, lock},
    calls::Calls,
    gate::{Admitted, Gate},
    handlers,
    quota::Exceeded,
    requests::{ReceivedRequest, RequestLog},
    response::Refusal,
    router::{Call, Router},
    rules,
};

/// The service behind the sockets.
#[derive(Debug)]
pub(crate) struct Service {
    gate: Gate,
    router: Router,
    clock: Arc<dyn Clock>,
    last_page: LastPage,
    calls: Mutex<Calls>,
    /// Where requests are kept, it is held for the whole of a call, so that its order is that in
    /// which calls were carried out.
    requests: Option<Mutex<RequestLog>>,
}

/// What a service is made of.
pub(crate) struct Settings {
    pub(crate) apps: HashMap<u32, Arc<AppInner>>,
    pub(crate) admins: BTreeSet<String>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) last_page: LastPage,
    /// How many requests are kept.
    pub(crate) keep_requests: usize,
}

impl Service {
    pub(crate) fn new(settings: Settings) -> Self {
        let Settings { apps, admins, clock, last_page, keep_requests } = settings;
        Self {
            gate: Gate { apps, admins },
            router: handlers::router(),
            clock,
            last_page,
            calls: Mutex::default(),
            requests: (keep_requests > 0).then(|| Mutex::new(RequestLog::new(keep_requests))),
        }
    }

    pub(crate) fn app(&self, sdk_app_id: u32) -> Option<&Arc<AppInner>> {
        self.gate.apps.get(&sdk_app_id)
    }

    pub(crate) fn app_ids(&self) -> impl Iterator<Item = u32> {
        self.gate.apps.keys().copied()
    }

    pub(crate) fn admins(&self) -> &BTreeSet<String> {
        &self.gate.admins
    }

    pub(crate) fn emulates(&self, endpoint: &EndpointSpec) -> bool {
        self.router.find(endpoint).is_some()
    }

    pub(crate) fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    pub(crate) fn calls(&self) -> Calls {
        lock(&self.calls).clone()
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.requests.as_ref().map_or_else(Vec::new, |requests| lock(requests).kept())
    }

    pub(crate) fn dropped_requests(&self) -> u64 {
        self.requests.as_ref().map_or(0, |requests| lock(requests).dropped())
    }

    /// Answers a call. The response's HTTP status is 200, whatever it says.
    pub(crate) fn response(&self, method: &Method, uri: &Uri, body: &Bytes) -> Vec<u8> {
        let target = Target::read(method, uri);
        let spec = target.as_ref().ok().and_then(Target::endpoint);
        let (outcome, code) = {
            let log = self.requests.as_ref().map(lock);
            let outcome = target.and_then(|target| self.call(&target, spec, uri, body));
            let code = outcome.as_ref().err().map_or(ErrorCode::OK, |refusal| refusal.code);
            if let (Some(mut log), Some(spec)) = (log, spec) {
                log.add(spec, body.clone(), code);
            }
            (outcome, code)
        };
        // The query holds the signature and stays out of the log.
        match &outcome {
            Ok(_) => debug!(path = uri.path(), "answered"),
            Err(refusal) => debug!(path = uri.path(), %code, info = refusal.info, "refused"),
        }
        lock(&self.calls).count(spec, code);
        outcome.unwrap_or_else(Refusal::into_body)
    }

    /// Checks in this order, and responses the first that fails:
    ///
    /// | what | code |
    /// | --- | --- |
    /// | method and form of the path | 60002 (before this) |
    /// | the service is known | 60009 |
    /// | URL parameters, signature, admin | see [`Gate::admit`] |
    /// | the service has the command | the service's own code, or 60009 |
    /// | the emulator has it | 10026 where its page has it, else 60009 |
    /// | the quota of app and endpoint | 60007 |
    /// | the body is a JSON object | the service's own code, or 60003 |
    /// | the body keeps the rules of the catalog | see [`rules`] |
    /// | the group is there and of a type that the endpoint takes | 10015, 10010, the page's code |
    /// | what the handler checks | as the page says |
    fn call(
        &self,
        target: &Target<'_>,
        spec: Option<&'static EndpointSpec>,
        uri: &Uri,
        body: &[u8],
    ) -> Result<Vec<u8>, Refusal> {
        let service = target.service_spec()?;
        let Admitted { app, caller } =
            self.gate.admit(service, uri.query().unwrap_or_default(), self.now())?;
        let spec = spec.ok_or_else(|| {
            let info = format!("{} has no command {:?}", target.service, shown(target.command));
            Refusal::new(service.unknown_command_code, info)
        })?;
        let handler = self.router.find(spec).ok_or_else(|| not_emulated(spec))?;
        {
            // The time is read under the lock, so that calls are counted in its order.
            let mut quota = app.quota();
            quota
                .take(spec, self.clock.unix_millis())
                .map_err(|exceeded| too_many(spec, exceeded))?;
        }
        let refused_items = rules::check(spec, body)?;
        handler(&Call {
            spec,
            body,
            refused_items: &refused_items,
            app,
            caller: &caller,
            admins: &self.gate.admins,
            now: self.now(),
            last_page: self.last_page,
        })
    }
}

/// What a path names.
struct Target<'a> {
    service: &'a str,
    command: &'a str,
}

impl<'a> Target<'a> {
    fn read(method: &Method, uri: &'a Uri) -> Result<Self, Refusal> {
        if method != Method::POST {
            let info = format!("the method must be POST, found {method}");
            return Err(Refusal::new(ErrorCode::HTTP_REQUEST_MALFORMED, info));
        }
        let mut parts =
            uri.path().strip_prefix("/v4/").into_iter().flat_map(|rest| rest.split('/'));
        match (parts.next(), parts.next(), parts.next()) {
            (Some(service), Some(command), None) if !service.is_empty() && !command.is_empty() => {
                Ok(Self { service, command })
            }
            _ => Err(Refusal::new(
                ErrorCode::HTTP_REQUEST_MALFORMED,
                "the path must be /v4/{service}/{command}",
            )),
        }
    }

    fn endpoint(&self) -> Option<&'static EndpointSpec> {
        EndpointSpec::find(self.service, self.command)
    }

    fn service_spec(&self) -> Result<&'static ServiceSpec, Refusal> {
        ServiceSpec::find(self.service).ok_or_else(|| {
            let info = format!("there is no service {:?}", shown(self.service));
            Refusal::new(ErrorCode::UNKNOWN_RESOURCE, info)
        })
    }
}

fn not_emulated(spec: &EndpointSpec) -> Refusal {
    warn!(endpoint = %spec.id(), "an endpoint was called that the emulator does not have");
    let code = if spec.documents(ErrorCode::GROUP_COMMAND_DISABLED) {
        ErrorCode::GROUP_COMMAND_DISABLED
    } else {
        ErrorCode::UNKNOWN_RESOURCE
    };
    Refusal::new(
        code,
        format!("{} is a real endpoint, but the emulator does not have it", spec.id()),
    )
}

fn too_many(spec: &EndpointSpec, Exceeded { calls, millis }: Exceeded) -> Refusal {
    let info = format!("more than {calls} calls of {} within {} s", spec.id(), millis / 1_000);
    Refusal::new(ErrorCode::CALL_FREQUENCY_LIMIT, info)
}

/// A part of a path, short enough for an error text.
fn shown(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_without_a_handler_answers_a_documented_code() {
        let code_of = |command| {
            let spec = EndpointSpec::find("group_open_http_svc", command).unwrap();
            not_emulated(spec).code.get()
        };
        assert_eq!(code_of("add_group_member"), 10026, "its page has that code");
        assert_eq!(code_of("forbid_send_msg"), 60009, "its page has not");
    }

    #[test]
    fn a_path_is_v4_service_and_command() {
        let read = |path: &'static str| {
            let uri = Uri::from_static(path);
            Target::read(&Method::POST, &uri)
                .map(|target| format!("{}+{}", target.service, target.command))
        };
        assert_eq!(read("/v4/a/b?c=d").unwrap(), "a+b");
        for path in [
            "/",
            "/v4",
            "/v4/",
            "/v4/a",
            "/v4/a/",
            "/v4//b",
            "/v4/a/b/",
            "/v4/a/b/c",
            "/v3/a/b",
            "/x/v4/a/b",
        ] {
            assert_eq!(read(path).unwrap_err().code.get(), 60002, "{path}");
        }
    }
}
