//! From an endpoint to what it does.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use chat_types::{
    Endpoint, ErrorCode, GroupId, GroupType, UnixSeconds,
    spec::{EndpointSpec, FieldSpec},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    LastPage,
    app_cell::AppInner,
    response::{self, Refusal, Status},
    rules,
    state::{AppState, group::Group},
};

/// The endpoints that are emulated.
#[derive(Default)]
pub(crate) struct Router {
    handlers: HashMap<(&'static str, &'static str), Handler>,
}

pub(crate) type Handler = Box<dyn Fn(&Call<'_>) -> Result<Vec<u8>, Refusal> + Send + Sync>;

/// A call that was let in and whose body keeps the documented rules.
pub(crate) struct Call<'a> {
    pub(crate) spec: &'static EndpointSpec,
    pub(crate) body: &'a [u8],
    pub(crate) refused_items: &'a [usize],
    pub(crate) app: &'a AppInner,
    pub(crate) caller: &'a str,
    pub(crate) admins: &'a BTreeSet<String>,
    pub(crate) now: UnixSeconds,
    pub(crate) last_page: LastPage,
}

/// What a handler works with.
pub(crate) struct Turn<'a> {
    pub(crate) app: &'a mut AppState,
    /// The admin who calls.
    pub(crate) caller: &'a str,
    /// Everybody who may call.
    pub(crate) admins: &'a BTreeSet<String>,
    pub(crate) now: UnixSeconds,
    /// Places of items that break a documented rule, where the response reports single items.
    pub(crate) refused_items: &'a [usize],
    pub(crate) last_page: LastPage,
    /// Set by a handler that did its work for some and not for others, and whose page has a status
    /// of its own for that.
    pub(crate) some_failed: bool,
}

impl Router {
    /// Says what an endpoint does. Before the handler runs, the group that the request names was
    /// found and is of a type that the endpoint takes.
    pub(crate) fn on<E, A>(
        &mut self,
        handler: impl Fn(&mut Turn<'_>, &E) -> Result<A, Refusal> + Send + Sync + 'static,
    ) where
        E: Endpoint + DeserializeOwned,
        A: Serialize,
    {
        self.register(E::SPEC.group_types, handler);
    }

    /// As [`on`](Self::on), for an endpoint that succeeds on groups of all types, though it does
    /// nothing on some.
    pub(crate) fn on_any_group_type<E, A>(
        &mut self,
        handler: impl Fn(&mut Turn<'_>, &E) -> Result<A, Refusal> + Send + Sync + 'static,
    ) where
        E: Endpoint + DeserializeOwned,
        A: Serialize,
    {
        self.register(E::SPEC.group_types.map(|_| GroupType::VARIANTS), handler);
    }

    fn register<E, A>(
        &mut self,
        group_types: Option<&'static [GroupType]>,
        handler: impl Fn(&mut Turn<'_>, &E) -> Result<A, Refusal> + Send + Sync + 'static,
    ) where
        E: Endpoint + DeserializeOwned,
        A: Serialize,
    {
        let handler: Handler = Box::new(move |call| {
            let request: E = serde_json::from_slice(call.body).map_err(|error| {
                Refusal::new(rules::invalid_parameter_code(call.spec), error.to_string())
            })?;
            let group_id = group_id(call.spec, call.body)?;
            let (content, some_failed) = {
                let mut app = call.app.state();
                if let Some(group_id) = &group_id {
                    check_group(call.spec, group_types, &app, group_id)?;
                }
                let mut turn = Turn {
                    app: &mut app,
                    caller: call.caller,
                    admins: call.admins,
                    now: call.now,
                    refused_items: call.refused_items,
                    last_page: call.last_page,
                    some_failed: false,
                };
                (handler(&mut turn, &request)?, turn.some_failed)
            };
            let status = if some_failed { Status::SomeError } else { Status::Ok };
            response::success(call.spec, status, content)
        });
        self.handlers.insert((E::SPEC.service, E::SPEC.command), handler);
    }

    pub(crate) fn find(&self, spec: &EndpointSpec) -> Option<&Handler> {
        self.handlers.get(&(spec.service, spec.command))
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}

impl Turn<'_> {
    pub(crate) fn group(&self, id: &GroupId) -> Result<&Group, Refusal> {
        self.app.groups.get(id.as_str()).ok_or_else(|| Refusal::no_group(id.as_str()))
    }

    pub(crate) fn group_mut(&mut self, id: &GroupId) -> Result<&mut Group, Refusal> {
        self.app.groups.get_mut(id.as_str()).ok_or_else(|| Refusal::no_group(id.as_str()))
    }
}

/// The group that a request is about. A `GroupId` that can be left out is not one: there the
/// caller chooses the id of something new.
fn group_id(spec: &EndpointSpec, body: &[u8]) -> Result<Option<GroupId>, Refusal> {
    let about_groups = spec.group_types.is_some();
    let named = |field: &FieldSpec| field.required && field.name == rules::GROUP_ID;
    if !about_groups || !spec.request.iter().any(named) {
        return Ok(None);
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Named {
        group_id: GroupId,
    }
    let Named { group_id } = serde_json::from_slice(body)
        .map_err(|error| Refusal::new(rules::invalid_parameter_code(spec), error.to_string()))?;
    Ok(Some(group_id))
}

fn check_group(
    spec: &EndpointSpec,
    group_types: Option<&[GroupType]>,
    app: &AppState,
    id: &GroupId,
) -> Result<(), Refusal> {
    if let Err(malformed) = GroupId::parse(id.as_str()) {
        let code = if spec.documents(ErrorCode::GROUP_ID_INVALID) {
            ErrorCode::GROUP_ID_INVALID
        } else {
            rules::invalid_parameter_code(spec)
        };
        return Err(Refusal::new(code, malformed.to_string()));
    }
    let group = app.groups.get(id.as_str()).ok_or_else(|| Refusal::no_group(id.as_str()))?;
    if group_types.is_some_and(|types| types.contains(group.group_type())) {
        return Ok(());
    }
    let code = spec
        .unsupported_group_type_code
        .or_else(|| spec.service_spec()?.unsupported_group_type_code)
        .unwrap_or_else(|| rules::invalid_parameter_code(spec));
    let info = format!("{} does not take groups of type {}", spec.command, group.group_type());
    Err(Refusal::new(code, info))
}
