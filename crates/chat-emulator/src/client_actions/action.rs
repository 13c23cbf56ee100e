//! How an action runs: like the handler of a call, it may ask the app's server first.

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use chat_types::{UnixSeconds, account::LoginPlatform, webhook::OptPlatform};
use hyper::{HeaderMap, Method, Uri};
use serde::{Serialize, de::DeserializeOwned};

use super::{ClientError, UserClient, platforms::opt_platform};
use crate::{
    LastPage, changes,
    data::LoggedAction,
    received::Received,
    response::ApiError,
    router::Context,
    tracked::Tracked,
    webhooks::{
        answer::Answer,
        call::{CallWebhooks, KeptNumbers},
        event::{Event, Occasion, Origin},
    },
};

/// What a user does with a client.
///
/// To add a kind, list it in [`replay`](super::replay). Never rename one, and never change the meaning of its
/// fields, because logs of data directories have it.
///
/// It depends on nothing but its values, the state and the time, and it may run more than once, until all
/// webhooks that it asks have responded: it changes nothing before the last question.
pub(super) trait Action: Serialize + DeserializeOwned {
    /// The name of the kind in logs.
    const KIND: &'static str;

    type Outcome;

    /// Whether only users who are online can do this.
    const NEEDS_LOGIN: bool = true;

    fn run(
        &self,
        context: &mut Context<'_>,
        account: &Arc<str>,
    ) -> Result<Self::Outcome, ClientError>;

    /// Returns the platform of the client; `None` for the one that logged in last.
    fn platform(&self) -> Option<&LoginPlatform> {
        None
    }
}

/// What one run of an action has in common with the next.
pub(super) struct Repeated<'a> {
    pub(super) occasion: Option<&'a Occasion>,
    pub(super) answers: Vec<Answer>,
    pub(super) kept: KeptNumbers,
    pub(super) now: UnixSeconds,
    pub(super) admins: &'a BTreeSet<String>,
}

impl UserClient {
    /// Does what the action says, and returns its outcome once the webhooks that it asks have responded.
    pub(super) async fn perform<A: Action>(&self, action: A) -> Result<A::Outcome, ClientError> {
        let occasion = self.app.inner.webhooks.occasion(self.origin(&action));
        let mut repeated = Repeated {
            occasion: occasion.as_ref(),
            answers: Vec::new(),
            kept: KeptNumbers::default(),
            now: self.app.service.now(),
            admins: self.app.service.admins(),
        };
        loop {
            match self.run(&action, &repeated) {
                Ok(outcome) => return outcome,
                Err(question) => {
                    repeated.answers.push(self.app.inner.webhooks.ask(&question).await);
                }
            }
        }
    }

    /// Returns who causes the webhooks of an action.
    fn origin(&self, action: &impl Action) -> Origin {
        let state = self.app.inner.state();
        let platform = action.platform().or_else(|| state.sessions.newest_platform(&self.account));
        Origin {
            client_ip: CLIENT.ip(),
            platform: platform.map_or(OptPlatform::Unknown, opt_platform),
        }
    }

    /// Runs an action on the state. The error is a question whose response it needs.
    pub(super) fn run<A: Action>(
        &self,
        action: &A,
        repeated: &Repeated<'_>,
    ) -> Result<Result<A::Outcome, ClientError>, Box<Event>> {
        let (uri, headers, body) = (&Uri::default(), &HeaderMap::new(), &Bytes::new());
        let Repeated { occasion, answers, kept, now, admins } = repeated;
        let app = &*self.app.inner;
        let mut state = app.state();
        if let Some(Err(error)) = app.journal().map(|journal| journal.check()) {
            return Ok(Err(ApiError::internal(error).into()));
        }
        let kept_before = kept.so_far();
        changes::pass_time(app, &mut state, *now);
        if A::NEEDS_LOGIN && !state.sessions.is_online(&self.account) {
            return Ok(Err(ClientError::NotLoggedIn(self.account.to_string())));
        }
        let mut context = Context {
            app: Tracked::new(&mut state),
            caller: &self.account,
            from_client: true,
            admins,
            received: &Received {
                method: &Method::POST,
                uri,
                headers,
                body,
                local: CLIENT,
                client: CLIENT.ip(),
            },
            now: *now,
            invalid_items: &[],
            last_page: LastPage::Marked,
            some_failed: false,
            info: "",
            webhooks: CallWebhooks::new(*occasion, answers, kept),
        };
        let outcome = action.run(&mut context, &self.account);
        if let Some(question) = context.webhooks.take_pending() {
            changes::log_draws(app, &kept_before, kept, *now);
            return Err(Box::new(question));
        }
        let reports = context.webhooks.take_reports();
        let is_changed = context.app.is_changed();
        state.note_changes(*now);
        if is_changed && let Err(error) = self.log(action, repeated, kept_before) {
            return Ok(Err(error.into()));
        }
        // The state is still locked, so that reports have the order of the changes.
        app.webhooks.enqueue(reports);
        Ok(outcome)
    }

    /// Logs an action, once it has taken effect. `kept` are the numbers that earlier runs kept.
    fn log<A: Action>(
        &self,
        action: &A,
        repeated: &Repeated<'_>,
        kept: Vec<u32>,
    ) -> Result<(), ApiError> {
        let Some(journal) = self.app.inner.journal() else { return Ok(()) };
        let logged = LoggedAction {
            app: self.app.sdk_app_id(),
            at: repeated.now,
            account: (&*self.account).into(),
            kind: A::KIND.into(),
            answers: repeated.answers.as_slice().into(),
            kept,
        };
        journal.append_action(logged, action).map_err(ApiError::internal)
    }
}

/// The address of all clients.
const CLIENT: std::net::SocketAddr =
    std::net::SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
