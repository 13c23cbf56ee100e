//! The router: finds the handler of an endpoint and runs it on the state of the app.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::Arc,
    time::Instant,
};

use chat_types::{
    Endpoint, ErrorCode, GroupId, UnixSeconds, UserId,
    spec::{EndpointSpec, FieldKind, FieldSpec},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    LastPage,
    app::{console::Console, inner::AppInner},
    body::Body,
    changes,
    data::LoggedCall,
    received::Received,
    response::{self, ActionStatus, ApiError},
    state::{AppState, group::Group},
    tracked::Tracked,
    validation::{GROUP_ID, invalid_parameter_code},
    webhooks::{
        answer::Answer,
        call::{CallWebhooks, KeptNumbers},
        event::{Event, Occasion},
    },
};

/// The handlers of all emulated endpoints, by service and command.
#[derive(Default)]
pub(crate) struct Router {
    handlers: HashMap<(&'static str, &'static str), Handler>,
}

/// A handler whose types are erased: from the body of a request to the body of its response.
pub(crate) type Handler = Box<dyn Fn(&ValidCall<'_>) -> Result<Vec<u8>, Halt> + Send + Sync>;

/// Why a handler has no response.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The call failed.
    Failed(ApiError),
    /// The handler has to run again, with the response to this webhook.
    Ask(Box<Event>),
}

impl From<ApiError> for Halt {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

/// A call that passed authentication, the quota and validation. It may run more than once, until all
/// webhooks that it asks have responded.
pub(crate) struct ValidCall<'a> {
    pub(crate) spec: &'static EndpointSpec,
    pub(crate) handler: &'static Handler,
    pub(crate) body: Body,
    pub(crate) received: &'a Received<'a>,
    /// When the service began to handle the call.
    pub(crate) started: Instant,
    pub(crate) invalid_items: Vec<usize>,
    pub(crate) app: &'a AppInner,
    pub(crate) console: Console,
    pub(crate) caller: String,
    pub(crate) admins: &'a BTreeSet<String>,
    pub(crate) now: UnixSeconds,
    pub(crate) last_page: LastPage,
    /// `None` if the app has no webhooks.
    pub(crate) occasion: Option<Occasion>,
    /// The responses to webhooks so far.
    pub(crate) answers: Vec<Answer>,
    /// See [`CallWebhooks::keep`].
    pub(crate) kept: KeptNumbers,
}

impl ValidCall<'_> {
    /// Logs the call, once it has taken effect. `kept` are the numbers that earlier runs kept.
    fn log(&self, code: ErrorCode, kept: Vec<u32>) -> Result<(), ApiError> {
        let Some(journal) = self.app.journal() else { return Ok(()) };
        let logged = LoggedCall {
            app: self.app.signer.sdk_app_id(),
            at: self.now,
            service: self.spec.service.into(),
            command: self.spec.command.into(),
            caller: self.caller.as_str().into(),
            host: self.received.authority(),
            invalid_items: self.invalid_items.clone(),
            answers: self.answers.as_slice().into(),
            kept,
            code: code.get(),
        };
        journal.append_call(logged, self.received.body).map_err(ApiError::internal)
    }
}

/// What a handler gets in addition to the request.
pub(crate) struct Context<'a> {
    /// The state of the app, locked until the handler returns.
    pub(crate) app: Tracked<'a>,
    /// The admin who makes the call, or the user who acts.
    pub(crate) caller: &'a str,
    /// Whether a user acts with a client.
    pub(crate) from_client: bool,
    /// All admins of the app.
    pub(crate) admins: &'a BTreeSet<String>,
    pub(crate) received: &'a Received<'a>,
    /// The time of the call.
    pub(crate) now: UnixSeconds,
    /// Indices of items that break a documented rule, where the response reports each item.
    pub(crate) invalid_items: &'a [usize],
    pub(crate) last_page: LastPage,
    /// Set by a handler that succeeded for some items only, where the page documents the
    /// `ActionStatus` `SomeError` for that.
    pub(crate) some_failed: bool,
    /// The `ErrorInfo` of a success; empty unless the page documents another.
    pub(crate) info: &'static str,
    /// The webhooks of the app.
    pub(crate) webhooks: CallWebhooks<'a>,
}

impl Router {
    /// Adds the handler of an endpoint.
    ///
    /// For an endpoint whose request names one group, use [`add_for_group`](Self::add_for_group).
    pub(crate) fn add<E, R>(
        &mut self,
        handler: impl Fn(&mut Context<'_>, &E) -> Result<R, ApiError> + Send + Sync + 'static,
    ) where
        E: Endpoint + DeserializeOwned,
        R: Serialize,
    {
        debug_assert!(
            !names_group(E::SPEC),
            "{} names a group; add it with add_for_group",
            E::SPEC.command
        );
        self.insert(handler, |_, _, _| Ok(()));
    }

    /// Adds the handler of an endpoint whose request names one group.
    ///
    /// When the handler runs, the group exists and has a type that the endpoint supports.
    pub(crate) fn add_for_group<E, R>(
        &mut self,
        handler: impl Fn(&mut Context<'_>, &E) -> Result<R, ApiError> + Send + Sync + 'static,
        group_id: impl Fn(&E) -> &GroupId + Send + Sync + 'static,
    ) where
        E: Endpoint + DeserializeOwned,
        R: Serialize,
    {
        self.insert(handler, move |app, request, console| {
            check_group_type(E::SPEC, find_group(E::SPEC, app, group_id(request))?, console)
        });
    }

    /// As [`add_for_group`](Self::add_for_group), for an endpoint that also succeeds, without
    /// effect, on groups whose type it does not support.
    pub(crate) fn add_for_group_of_any_type<E, R>(
        &mut self,
        handler: impl Fn(&mut Context<'_>, &E) -> Result<R, ApiError> + Send + Sync + 'static,
        group_id: impl Fn(&E) -> &GroupId + Send + Sync + 'static,
    ) where
        E: Endpoint + DeserializeOwned,
        R: Serialize,
    {
        self.insert(handler, move |app, request, _| {
            find_group(E::SPEC, app, group_id(request)).map(drop)
        });
    }

    /// Returns the handler of an endpoint; `None` if the endpoint is not emulated.
    pub(crate) fn find(&self, spec: &EndpointSpec) -> Option<&Handler> {
        self.handlers.get(&(spec.service, spec.command))
    }

    fn insert<E, R>(
        &mut self,
        handler: impl Fn(&mut Context<'_>, &E) -> Result<R, ApiError> + Send + Sync + 'static,
        check: impl Fn(&AppState, &E, Console) -> Result<(), ApiError> + Send + Sync + 'static,
    ) where
        E: Endpoint + DeserializeOwned,
        R: Serialize,
    {
        let has_older_values = has_older_values(E::SPEC.request);
        let handler: Handler = Box::new(move |call| {
            let request: E = call
                .body
                .read(call.spec, has_older_values)
                .map_err(|info| ApiError::new(invalid_parameter_code(call.spec), info))?;
            let (response, some_failed, info) = {
                let mut app = call.app.state();
                let journal = call.app.journal();
                journal.map_or(Ok(()), |journal| journal.check()).map_err(ApiError::internal)?;
                let kept_before = call.kept.so_far();
                changes::pass_time(call.app, &mut app, call.now);
                check(&app, &request, call.console)?;
                let mut context = Context {
                    app: Tracked::new(&mut app),
                    caller: &call.caller,
                    from_client: false,
                    received: call.received,
                    admins: call.admins,
                    now: call.now,
                    invalid_items: &call.invalid_items,
                    last_page: call.last_page,
                    some_failed: false,
                    info: "",
                    webhooks: CallWebhooks::new(call.occasion.as_ref(), &call.answers, &call.kept),
                };
                let outcome = handler(&mut context, &request);
                let (some_failed, info) = (context.some_failed, context.info);
                if let Some(question) = context.webhooks.take_pending() {
                    changes::log_draws(call.app, &kept_before, &call.kept, call.now);
                    return Err(Halt::Ask(Box::new(question)));
                }
                let reports = context.webhooks.take_reports();
                let is_changed = context.app.is_changed();
                app.note_changes(call.now);
                if is_changed {
                    let code = outcome.as_ref().map_or_else(|error| error.code, |_| ErrorCode::OK);
                    call.log(code, kept_before)?;
                }
                // The state is still locked, so that reports have the order of the changes.
                call.app.webhooks.enqueue(reports);
                (outcome?, some_failed, info)
            };
            let status = if some_failed { ActionStatus::SomeError } else { ActionStatus::Ok };
            Ok(response::success(call.spec, status, info, response)?)
        });
        self.handlers.insert((E::SPEC.service, E::SPEC.command), handler);
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}

impl Context<'_> {
    /// Returns the shared ID of the account that a field of the request names.
    ///
    /// # Errors
    /// With this code, when the account does not exist.
    pub(crate) fn account(
        &self,
        field: &str,
        account: &UserId,
        code: ErrorCode,
    ) -> Result<Arc<str>, ApiError> {
        let id = self.app.accounts.existing_id(account.as_str());
        id.ok_or_else(|| ApiError::account_not_found(field, account, code))
    }

    /// As [`account`](Self::account), with the code of the group service.
    pub(crate) fn group_account(
        &self,
        field: &str,
        account: &UserId,
    ) -> Result<Arc<str>, ApiError> {
        self.account(field, account, ErrorCode::GROUP_ACCOUNT_NOT_FOUND)
    }

    /// Returns a group.
    pub(crate) fn group(&self, id: &GroupId) -> Result<&Group, ApiError> {
        self.app.groups.get(id.as_str()).ok_or_else(|| ApiError::group_not_found(id.as_str()))
    }

    /// Returns a group, to be changed.
    pub(crate) fn group_mut(&mut self, id: &GroupId) -> Result<&mut Group, ApiError> {
        self.app.groups.get_mut(id.as_str()).ok_or_else(|| ApiError::group_not_found(id.as_str()))
    }
}

fn has_older_values(fields: &[FieldSpec]) -> bool {
    fields.iter().any(|field| {
        let mut kind = &field.kind;
        while let FieldKind::Array(item) | FieldKind::Map(item) = kind {
            kind = item;
        }
        let nested = if let FieldKind::Object(fields) = kind { *fields } else { &[] };
        !field.older_values.is_empty() || has_older_values(nested)
    })
}

/// Returns whether requests of the endpoint name one existing group. An optional `GroupId` does
/// not: there the caller chooses the ID of a new group.
fn names_group(spec: &EndpointSpec) -> bool {
    let is_group_id = |field: &FieldSpec| field.required && field.name == GROUP_ID;
    spec.group_types.is_some() && spec.request.iter().any(is_group_id)
}

fn find_group<'a>(
    spec: &EndpointSpec,
    app: &'a AppState,
    id: &GroupId,
) -> Result<&'a Group, ApiError> {
    if let Err(malformed) = GroupId::parse(id.as_str()) {
        let code = if spec.documents(ErrorCode::GROUP_ID_INVALID) {
            ErrorCode::GROUP_ID_INVALID
        } else {
            invalid_parameter_code(spec)
        };
        return Err(ApiError::new(code, malformed.to_string()));
    }
    app.groups.get(id.as_str()).ok_or_else(|| ApiError::group_not_found(id.as_str()))
}

fn check_group_type(spec: &EndpointSpec, group: &Group, console: Console) -> Result<(), ApiError> {
    let newer = spec.newer_group_types.filter(|_| console.newer_group_types);
    let types = newer.map(|newer| newer.group_types).or(spec.group_types);
    if types.is_none_or(|types| types.contains(group.group_type())) {
        return Ok(());
    }
    let code = spec
        .unsupported_group_type_code
        .or_else(|| spec.service_spec()?.unsupported_group_type_code)
        .unwrap_or_else(|| invalid_parameter_code(spec));
    let info = format!("{} does not support groups of type {}", spec.command, group.group_type());
    Err(ApiError::new(code, info))
}
