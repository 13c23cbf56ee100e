//! What local moderation does to messages.

use chat_types::{ErrorCode, message::MsgElement};

use crate::{response::ApiError, router::Context, state::moderation::Blocked};

/// Returns the `MsgBody` of a message as local moderation leaves it.
///
/// # Errors
/// When a text matches a word that blocks messages.
pub(crate) fn moderate(
    context: &Context<'_>,
    body: &[MsgElement],
) -> Result<Vec<MsgElement>, ApiError> {
    let mut body = body.to_vec();
    for element in &mut body {
        if let MsgElement::Text(element) = element {
            let filtered = context.app.moderation.filter(&element.text);
            element.text = filtered.map_err(|Blocked { keyword }| {
                let info = format!("MsgBody: local moderation blocks texts with {keyword:?}");
                ApiError::new(ErrorCode::TEXT_BLOCKED, info)
            })?;
        }
    }
    Ok(body)
}
