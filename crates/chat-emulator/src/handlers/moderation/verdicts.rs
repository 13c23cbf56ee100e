//! Verdicts of cloud moderation: `content_moderation` and `batch_content_moderation`.

use std::collections::BTreeSet;

use chat_types::{
    ErrorCode,
    moderation::{
        BatchContentModeration, BatchContentModerationResponse, ContentModeration,
        ContentModerationResponse, ModeratedContent, ModerationContentType, ModerationLabel,
        ModerationResult,
    },
};

use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(content_moderation);
    router.add(batch_content_moderation);
}

fn content_moderation(
    context: &mut Context<'_>,
    request: &ContentModeration,
) -> Result<ContentModerationResponse, ApiError> {
    let mut response = ContentModerationResponse::default();
    response.request_id = Some(request_id(context));
    if let Some(verdict) = judge(context, &request.content_type, &request.content) {
        response.result = Some(verdict.result);
        response.score = Some(verdict.score);
        response.label = verdict.label;
        response.keywords = verdict.keywords.into_iter().collect();
    }
    Ok(response)
}

fn batch_content_moderation(
    context: &mut Context<'_>,
    request: &BatchContentModeration,
) -> Result<BatchContentModerationResponse, ApiError> {
    let mut ids = BTreeSet::new();
    if let Some(content) = request.contents.iter().find(|content| !ids.insert(content.content_id)) {
        let info = format!("Contents: ContentId {} occurs twice", content.content_id);
        return Err(ApiError::new(ErrorCode::MODERATION_CONTENT_ID_REPEATED, info));
    }
    let mut results = Vec::with_capacity(request.contents.len());
    for content in &request.contents {
        let mut moderated = ModeratedContent::default();
        moderated.content_id = content.content_id;
        moderated.error_info = Some(String::new());
        moderated.request_id = Some(request_id(context));
        if let Some(verdict) = judge(context, &content.content_type, &content.content) {
            moderated.result = Some(verdict.result);
            moderated.score = Some(verdict.score);
            moderated.label = verdict.label;
            moderated.keywords = verdict.keywords.into_iter().collect();
        }
        results.push(moderated);
    }
    let mut response = BatchContentModerationResponse::default();
    response.audit_results = results.into_iter().collect();
    Ok(response)
}

struct Verdict {
    result: ModerationResult,
    score: u32,
    label: Option<ModerationLabel>,
    keywords: Vec<String>,
}

/// Judges a text by the words of cloud moderation. Images pass, because the emulator does not look at
/// them; audio and video have no verdict yet.
fn judge(
    context: &Context<'_>,
    content_type: &ModerationContentType,
    content: &str,
) -> Option<Verdict> {
    let is_text = match content_type {
        ModerationContentType::Text => true,
        ModerationContentType::Image => false,
        _ => return None,
    };
    let words = context.app.moderation.cloud().map(|(_, word)| word);
    let found: Vec<_> =
        words.filter(|word| is_text && content.contains(word.content.as_str())).collect();
    if found.is_empty() {
        let (result, label) = (ModerationResult::Pass, Some(ModerationLabel::Normal));
        return Some(Verdict { result, score: 0, label, keywords: Vec::new() });
    }
    let labels: BTreeSet<_> = found.iter().filter_map(|word| word.label.clone()).collect();
    let label =
        if labels.len() > 1 { Some(ModerationLabel::Composite) } else { labels.into_iter().next() };
    Some(Verdict {
        result: ModerationResult::Block,
        score: 100,
        label,
        keywords: found.into_iter().map(|word| word.content.clone()).collect(),
    })
}

/// Returns a new ID, in the form of the samples.
fn request_id(context: &mut Context<'_>) -> String {
    format!("00000000-0000-4000-8000-{:012x}", context.app.moderation.next_verdict())
}
