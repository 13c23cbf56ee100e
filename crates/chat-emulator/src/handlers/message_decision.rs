//! What the app's server decides about a message before its delivery.

use std::borrow::Cow;

use chat_types::{
    ErrorCode,
    message::MsgElement,
    webhook::{Webhook, WebhookResponse, c2c, group, official_account},
};

use crate::{
    response::ApiError,
    webhooks::call::{DROP, allowed},
};

/// What becomes of a message.
pub(super) enum Decision {
    Deliver(Changes),
    /// The sender does not learn of it.
    Drop,
}

/// How a message differs when it is delivered.
#[derive(Default)]
pub(super) struct Changes {
    /// The sender's own if empty.
    body: Vec<MsgElement>,
    /// The sender's own if `None`.
    custom_data: Option<String>,
}

impl Decision {
    /// What happens without a question.
    pub(super) fn unchanged() -> Self {
        Self::Deliver(Changes::default())
    }

    /// Reads a response; an error if the app's server refused, with this code or the one that it chose.
    pub(super) fn read<W: Webhook>(
        response: &W::Response,
        refused: ErrorCode,
    ) -> Result<Self, ApiError>
    where
        for<'a> Changes: From<&'a <W::Response as WebhookResponse>::Changes>,
    {
        let parts = response.parts();
        if parts.error_code == DROP {
            return Ok(Self::Drop);
        }
        allowed::<W>(response, refused)?;
        Ok(Self::Deliver(parts.changes.map(Changes::from).unwrap_or_default()))
    }
}

impl Changes {
    /// Makes the changes, and returns whether the body has changed.
    pub(super) fn apply(
        self,
        body: &mut Cow<'_, [MsgElement]>,
        custom_data: &mut Option<String>,
    ) -> bool {
        if let Some(changed) = self.custom_data {
            *custom_data = Some(changed);
        }
        let has_changed = !self.body.is_empty();
        if has_changed {
            *body = self.body.into();
        }
        has_changed
    }
}

macro_rules! changes {
    ($($webhook:ident),*) => {$(
        impl From<&$webhook::CallbackBeforeSendMsgChanges> for Changes {
            fn from(changes: &$webhook::CallbackBeforeSendMsgChanges) -> Self {
                Self {
                    body: changes.msg_body.clone(),
                    custom_data: changes.cloud_custom_data.clone(),
                }
            }
        }
    )*};
}

changes!(c2c, group, official_account);
