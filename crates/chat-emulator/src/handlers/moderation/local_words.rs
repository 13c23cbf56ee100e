//! The words of local moderation: `add_local_audit_keywords`, `delete_local_audit_keywords` and
//! `get_local_audit_keywords`.

use chat_types::{
    ErrorCode, UnixSeconds,
    moderation::{
        AddLocalAuditKeywords, AddLocalAuditKeywordsResponse, DeleteLocalAuditKeywords,
        DeleteLocalAuditKeywordsResponse, GetLocalAuditKeywords, GetLocalAuditKeywordsResponse,
        ListedLocalAuditWord, LocalAuditFilterType, LocalAuditWord, LocalAuditWordToDelete,
        LocalAuditWordType,
    },
};

use super::checks::{check_app, invalid};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::moderation::{Effect, LocalWord},
    time_text,
};

pub(super) fn register(router: &mut Router) {
    router.add(add_local_audit_keywords);
    router.add(delete_local_audit_keywords);
    router.add(get_local_audit_keywords);
}

fn add_local_audit_keywords(
    context: &mut Context<'_>,
    request: &AddLocalAuditKeywords,
) -> Result<AddLocalAuditKeywordsResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    let now = context.now;
    let words = request.local_audit_words.iter().map(|word| read(word, now));
    for word in words.collect::<Result<Vec<_>, _>>()? {
        context.app.moderation.add_local(word);
    }
    let mut response = AddLocalAuditKeywordsResponse::default();
    response.request_id = Some(String::new());
    Ok(response)
}

fn read(word: &LocalAuditWord, now: UnixSeconds) -> Result<LocalWord, ApiError> {
    if word.keyword.is_empty() {
        return Err(invalid("Keyword: is empty"));
    }
    let effect = if word.filter_type == LocalAuditFilterType::Replace {
        let replacement = word.replaced_content.as_deref().unwrap_or(DEFAULT_REPLACEMENT);
        Effect::Replace(replacement.to_owned())
    } else {
        Effect::Block
    };
    let is_regex = word.word_type == LocalAuditWordType::Regex;
    LocalWord::new(&word.keyword, is_regex, effect, now)
        .map_err(|_| invalid(format!("Keyword: invalid regular expression {:?}", word.keyword)))
}

fn delete_local_audit_keywords(
    context: &mut Context<'_>,
    request: &DeleteLocalAuditKeywords,
) -> Result<DeleteLocalAuditKeywordsResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    let ids = request.local_audit_words.iter().map(|word| find(context, word));
    for id in ids.collect::<Result<Vec<_>, _>>()? {
        context.app.moderation.remove_local(id);
    }
    let mut response = DeleteLocalAuditKeywordsResponse::default();
    response.request_id = Some(String::new());
    Ok(response)
}

fn find(context: &Context<'_>, word: &LocalAuditWordToDelete) -> Result<u64, ApiError> {
    let is_regex = word.word_type == LocalAuditWordType::Regex;
    let found = context.app.moderation.find_local(&word.keyword, is_regex);
    found.filter(|id| word.id.is_none_or(|wanted| wanted == *id)).ok_or_else(|| {
        let info = format!("LocalAuditWords: {:?} does not exist", word.keyword);
        ApiError::new(ErrorCode::MODERATION_WORDS_NOT_DELETED, info)
    })
}

fn get_local_audit_keywords(
    context: &mut Context<'_>,
    request: &GetLocalAuditKeywords,
) -> Result<GetLocalAuditKeywordsResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    let keyword = request.keyword.as_deref().unwrap_or_default();
    let matches = |word: &LocalWord| {
        word.keyword.contains(keyword)
            && request.filter_type.is_none_or(|wanted| wanted == filter_type(&word.effect))
    };
    let words: Vec<_> = context.app.moderation.local().collect();
    let matching: Vec<_> = words.iter().filter(|(_, word)| matches(word)).collect();
    let regexes = |words: &mut dyn Iterator<Item = &LocalWord>| {
        words.filter(|word| word.is_regex).count() as u64
    };
    let total_regexes = regexes(&mut words.iter().map(|(_, word)| *word));
    let matching_regexes = regexes(&mut matching.iter().map(|(_, word)| *word));
    let mut response = GetLocalAuditKeywordsResponse::default();
    response.request_id = Some(String::new());
    response.total_count = Some(words.len() as u64 - total_regexes);
    response.total_reg_count = Some(total_regexes);
    response.cur_count = Some(matching.len() as u64 - matching_regexes);
    response.cur_reg_count = Some(matching_regexes);
    response.local_audit_words = matching
        .into_iter()
        .skip(usize::try_from(request.offset).unwrap_or(usize::MAX))
        .take(request.limit as usize)
        .map(|(id, word)| describe(*id, word))
        .collect();
    Ok(response)
}

fn describe(id: u64, word: &LocalWord) -> ListedLocalAuditWord {
    let mut listed = ListedLocalAuditWord::default();
    listed.id = id;
    listed.keyword.clone_from(&word.keyword);
    let word_type =
        if word.is_regex { LocalAuditWordType::Regex } else { LocalAuditWordType::Word };
    listed.word_type = Some(word_type);
    listed.filter_type = Some(filter_type(&word.effect));
    if let Effect::Replace(replacement) = &word.effect {
        listed.replaced_content = Some(replacement.clone());
    }
    listed.update_time = Some(time_text::write(word.updated));
    listed
}

fn filter_type(effect: &Effect) -> LocalAuditFilterType {
    match effect {
        Effect::Replace(_) => LocalAuditFilterType::Replace,
        Effect::Block => LocalAuditFilterType::Block,
    }
}

/// Replaces a match if no replacement was given.
const DEFAULT_REPLACEMENT: &str = "***";
