//! How an action runs: like the handler of a call, it may ask the app's server first.

use std::sync::Arc;

use bytes::Bytes;
use chat_types::{UnixSeconds, account::LoginPlatform, webhook::OptPlatform};
use hyper::{HeaderMap, Method, Uri};

use super::{ClientError, UserClient, platforms::opt_platform};
use crate::{
    LastPage,
    received::Received,
    router::Context,
    webhooks::{
        call::{Answer, CallWebhooks, KeptNumbers},
        event::{Event, Occasion, Origin},
    },
};

/// What a user does with a client.
///
/// It depends on nothing but its values, the state and the time, and it may run more than once, until all
/// webhooks that it asks have responded: it changes nothing before the last question.
pub(super) trait Action {
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
struct Repeated<'a> {
    occasion: Option<&'a Occasion>,
    answers: Vec<Answer>,
    kept: KeptNumbers,
    now: UnixSeconds,
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
    fn run<A: Action>(
        &self,
        action: &A,
        repeated: &Repeated<'_>,
    ) -> Result<Result<A::Outcome, ClientError>, Box<Event>> {
        let (uri, headers, body) = (&Uri::default(), &HeaderMap::new(), &Bytes::new());
        let Repeated { occasion, answers, kept, now } = repeated;
        let mut state = self.app.inner.state();
        state.dispatch_due_pushes(*now);
        state.groups.dissolve_idle_rooms(*now);
        if A::NEEDS_LOGIN && !state.sessions.is_online(&self.account) {
            return Ok(Err(ClientError::NotLoggedIn(self.account.to_string())));
        }
        let mut context = Context {
            app: &mut state,
            caller: &self.account,
            from_client: true,
            admins: self.app.service.admins(),
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
            return Err(Box::new(question));
        }
        let reports = context.webhooks.take_reports();
        state.note_changes(*now);
        // The state is still locked, so that reports have the order of the changes.
        self.app.inner.webhooks.enqueue(reports);
        Ok(outcome)
    }
}

/// The address of all clients.
const CLIENT: std::net::SocketAddr =
    std::net::SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
