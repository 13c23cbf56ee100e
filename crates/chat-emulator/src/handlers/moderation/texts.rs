//! What local moderation does to messages and to names.

use std::borrow::Cow;

use chat_types::{ErrorCode, message::MsgElement};

use crate::{response::ApiError, router::Context, state::moderation::Blocked};

/// Returns the `MsgBody` of a message as local moderation leaves it.
///
/// # Errors
/// When a text matches a word that blocks messages.
pub(crate) fn moderate<'a>(
    context: &Context<'_>,
    body: &'a [MsgElement],
) -> Result<Cow<'a, [MsgElement]>, ApiError> {
    if !context.app.moderation.has_local_words() {
        return Ok(body.into());
    }
    let mut body = body.to_vec();
    let texts = body.iter_mut().filter_map(|element| match element {
        MsgElement::Text(element) => Some(("MsgBody", &mut element.text)),
        _ => None,
    });
    moderate_fields(context, texts)?;
    Ok(body.into())
}

/// Changes texts as local moderation does. Each has the name of its field.
///
/// # Errors
/// When a text matches a word that blocks it.
pub(crate) fn moderate_fields<'a>(
    context: &Context<'_>,
    texts: impl IntoIterator<Item = (&'static str, &'a mut String)>,
) -> Result<(), ApiError> {
    for (field, text) in texts {
        *text = context.app.moderation.filter(text).map_err(|Blocked { keyword }| {
            let info = format!("{field}: local moderation blocks texts with {keyword:?}");
            ApiError::new(ErrorCode::TEXT_BLOCKED, info)
        })?;
    }
    Ok(())
}

/// As [`moderate_fields`], for texts that a request may lack.
pub(crate) fn moderate_options<'a>(
    context: &Context<'_>,
    texts: impl IntoIterator<Item = (&'static str, &'a mut Option<String>)>,
) -> Result<(), ApiError> {
    let texts = texts.into_iter();
    moderate_fields(context, texts.filter_map(|(field, text)| Some((field, text.as_mut()?))))
}
