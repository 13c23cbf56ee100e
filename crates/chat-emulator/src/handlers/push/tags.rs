//! Tags: `add_tag`, `remove_tag`, `clear_all_tags` and `get_tag`, and their counterparts `im_add_tag`,
//! `im_remove_tag`, `im_remove_all_tags` and `im_get_tag`.

use chat_types::{
    Endpoint as _, ErrorCode, UserId,
    limits::MAX_ADDED_PUSH_TAGS,
    push::{
        AddTag, ClearAllTags, GetTag, ImAddTag, ImAddTagResponse, ImGetTag, ImGetTagResponse,
        ImRemoveAllTags, ImRemoveAllTagsResponse, ImRemoveTag, ImRemoveTagResponse, PushTagsToAdd,
        PushUserTags, RemoveTag,
    },
};
use serde::Serialize;

use super::accounts::{Failures, audience_error, find, find_user};
use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(add_tag);
    router.add(remove_tag);
    router.add(clear_all_tags);
    router.add(get_tag);
    router.add(im_add_tag);
    router.add(im_remove_tag);
    router.add(im_remove_all_tags);
    router.add(im_get_tag);
}

fn add_tag(context: &mut Context<'_>, request: &AddTag) -> Result<Failures, ApiError> {
    let replace = request.replace.unwrap_or(false);
    let too_many = |entry: &&PushTagsToAdd| !replace && entry.tags.len() > MAX_ADDED_PUSH_TAGS;
    if let Some(entry) = request.user_tags.iter().find(too_many) {
        let info = format!(
            "UserTags: more than {MAX_ADDED_PUSH_TAGS} tags for {:?}; set Replace to 1, or add fewer",
            entry.to_account
        );
        return Err(ApiError::new(ErrorCode::TOO_MANY_PUSH_TAGS, info));
    }
    let mut failures = Failures::default();
    for entry in &request.user_tags {
        let outcome = find(context, &entry.to_account).and_then(|account| {
            let audience = &mut context.app.push.audience;
            audience
                .add_tags(&account, &entry.tags, replace)
                .map_err(|error| audience_error(AddTag::SPEC, error))
        });
        if let Err(error) = outcome {
            failures.add(&entry.to_account, error);
        }
    }
    Ok(failures)
}

fn im_add_tag(context: &mut Context<'_>, request: &ImAddTag) -> Result<ImAddTagResponse, ApiError> {
    for entry in &request.user_tags {
        if let Some(account) = find_user(context, &entry.to_account) {
            let audience = &mut context.app.push.audience;
            audience
                .add_tags(&account, &entry.tags, false)
                .map_err(|error| audience_error(ImAddTag::SPEC, error))?;
        }
    }
    Ok(ImAddTagResponse::default())
}

fn remove_tag(context: &mut Context<'_>, request: &RemoveTag) -> Result<Failures, ApiError> {
    let mut failures = Failures::default();
    for entry in &request.user_tags {
        match find(context, &entry.to_account) {
            Ok(account) => context.app.push.audience.remove_tags(&account, &entry.tags),
            Err(error) => failures.add(&entry.to_account, error),
        }
    }
    Ok(failures)
}

fn im_remove_tag(
    context: &mut Context<'_>,
    request: &ImRemoveTag,
) -> Result<ImRemoveTagResponse, ApiError> {
    for entry in &request.user_tags {
        context.app.push.audience.remove_tags(entry.to_account.as_str(), &entry.tags);
    }
    Ok(ImRemoveTagResponse::default())
}

fn clear_all_tags(context: &mut Context<'_>, request: &ClearAllTags) -> Result<Failures, ApiError> {
    let mut failures = Failures::default();
    for account in &request.to_account {
        match find(context, account) {
            Ok(account) => context.app.push.audience.clear_tags(&account),
            Err(error) => failures.add(account, error),
        }
    }
    Ok(failures)
}

fn im_remove_all_tags(
    context: &mut Context<'_>,
    request: &ImRemoveAllTags,
) -> Result<ImRemoveAllTagsResponse, ApiError> {
    for account in &request.to_account {
        context.app.push.audience.clear_tags(account.as_str());
    }
    Ok(ImRemoveAllTagsResponse::default())
}

/// The response of `get_tag`, without the array that the page omits when it is empty.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tags {
    user_tags: Vec<PushUserTags>,
    #[serde(flatten)]
    failures: Failures,
}

fn get_tag(context: &mut Context<'_>, request: &GetTag) -> Result<Tags, ApiError> {
    let mut tags = Tags::default();
    for account in &request.to_account {
        match find(context, account) {
            Ok(_) => tags.user_tags.push(tags_of(context, account)),
            Err(error) => tags.failures.add(account, error),
        }
    }
    Ok(tags)
}

fn im_get_tag(context: &mut Context<'_>, request: &ImGetTag) -> Result<ImGetTagResponse, ApiError> {
    let mut response = ImGetTagResponse::default();
    response.user_tags =
        request.to_account.iter().map(|account| tags_of(context, account)).collect();
    Ok(response)
}

fn tags_of(context: &Context<'_>, account: &UserId) -> PushUserTags {
    let mut entry = PushUserTags::default();
    entry.to_account = account.clone();
    entry.tags = context.app.push.audience.tags_of(account.as_str()).iter().cloned().collect();
    entry
}
