//! The words of cloud moderation: `add_cloud_audit_keywords`, `delete_cloud_audit_keywords`,
//! `get_cloud_audit_keywords` and `get_cloud_audit_keywords_ids`. Every app has one library.

use chat_types::moderation::{
    AddCloudAuditKeywords, AddCloudAuditKeywordsResponse, CloudAuditKeywordLibrary,
    DeleteCloudAuditKeywords, DeleteCloudAuditKeywordsResponse, DeletedCloudAuditKeyword,
    GetCloudAuditKeywords, GetCloudAuditKeywordsIds, GetCloudAuditKeywordsIdsResponse,
    GetCloudAuditKeywordsResponse, ListedCloudAuditKeyword, ModerationResult,
};

use super::checks::{check_app, invalid};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::moderation::CloudWord,
    time_text,
};

pub(super) fn register(router: &mut Router) {
    router.add(add_cloud_audit_keywords);
    router.add(delete_cloud_audit_keywords);
    router.add(get_cloud_audit_keywords);
    router.add(get_cloud_audit_keywords_ids);
}

fn add_cloud_audit_keywords(
    context: &mut Context<'_>,
    request: &AddCloudAuditKeywords,
) -> Result<AddCloudAuditKeywordsResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    check_library(&request.lib_id)?;
    if request.user_keywords.iter().any(|word| word.content.is_empty()) {
        return Err(invalid("Content: is empty"));
    }
    for word in &request.user_keywords {
        context.app.moderation.add_cloud(CloudWord {
            content: word.content.clone(),
            label: word.label.clone(),
            created: context.now,
        });
    }
    let mut response = AddCloudAuditKeywordsResponse::default();
    response.request_id = Some(String::new());
    Ok(response)
}

fn delete_cloud_audit_keywords(
    context: &mut Context<'_>,
    request: &DeleteCloudAuditKeywords,
) -> Result<DeleteCloudAuditKeywordsResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    check_library(&request.lib_id)?;
    let moderation = &mut context.app.moderation;
    let delete = |keyword: &String| {
        let mut detail = DeletedCloudAuditKeyword::default();
        detail.keyword.clone_from(keyword);
        let id = moderation.find_cloud(keyword);
        detail.deleted = id.is_some();
        detail.keyword_id = id.map(|id| id.to_string());
        match id {
            Some(id) => moderation.remove_cloud(id),
            None => detail.error_info = Some(String::from("the word does not exist")),
        }
        detail
    };
    let details: Vec<_> = request.keywords.iter().map(delete).collect();
    let mut response = DeleteCloudAuditKeywordsResponse::default();
    response.request_id = Some(String::new());
    let deleted = details.iter().filter(|detail| detail.deleted).count();
    response.count = u32::try_from(deleted).ok();
    response.details = details.into_iter().collect();
    Ok(response)
}

fn get_cloud_audit_keywords(
    context: &mut Context<'_>,
    request: &GetCloudAuditKeywords,
) -> Result<GetCloudAuditKeywordsResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    check_library(&request.lib_id)?;
    let content = request.content.as_deref().unwrap_or_default();
    let words = context.app.moderation.cloud();
    let matching: Vec<_> = words.filter(|(_, word)| word.content.contains(content)).collect();
    let mut response = GetCloudAuditKeywordsResponse::default();
    response.request_id = Some(String::new());
    response.total_count = Some(matching.len() as u64);
    response.infos = matching
        .into_iter()
        .skip(usize::try_from(request.offset).unwrap_or(usize::MAX))
        .take(request.limit as usize)
        .map(|(id, word)| {
            let mut listed = ListedCloudAuditKeyword::default();
            listed.id = id.to_string();
            listed.content.clone_from(&word.content);
            listed.create_time = Some(time_text::write(word.created));
            listed
        })
        .collect();
    Ok(response)
}

fn get_cloud_audit_keywords_ids(
    context: &mut Context<'_>,
    request: &GetCloudAuditKeywordsIds,
) -> Result<GetCloudAuditKeywordsIdsResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    let mut library = CloudAuditKeywordLibrary::default();
    library.id = LIBRARY_ID.to_owned();
    library.lib_name = Some(String::from("Default"));
    library.suggestion = Some(ModerationResult::Block);
    let mut response = GetCloudAuditKeywordsIdsResponse::default();
    response.request_id = Some(String::new());
    response.total_count = Some(1);
    let on_page = request.offset == 0 && request.limit > 0;
    response.infos = Some(library).into_iter().filter(|_| on_page).collect();
    Ok(response)
}

fn check_library(id: &str) -> Result<(), ApiError> {
    if id == LIBRARY_ID {
        return Ok(());
    }
    Err(invalid(format!("LibID: library {id:?} does not exist; the only one is {LIBRARY_ID:?}")))
}

const LIBRARY_ID: &str = "1";
