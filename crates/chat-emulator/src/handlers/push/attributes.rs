//! Attributes: `set_attr_name`, `get_attr_name`, `set_attr`, `remove_attr` and `get_attr`, and their
//! counterparts whose names start with `im_`.

use std::collections::BTreeMap;

use chat_types::{
    Endpoint as _, ErrorCode, UserId,
    limits::MAX_PUSH_ATTRIBUTES,
    push::{
        GetAttr, GetAttrName, GetAttrNameResponse, ImGetAttr, ImGetAttrName, ImGetAttrNameResponse,
        ImGetAttrResponse, ImRemoveAttr, ImRemoveAttrResponse, ImSetAttr, ImSetAttrName,
        ImSetAttrNameResponse, ImSetAttrResponse, PushAccountType, PushAttrsToRemove,
        PushAttrsToSet, PushUserAttrs, RemoveAttr, SetAttr, SetAttrName, SetAttrNameResponse,
    },
    spec::EndpointSpec,
};
use serde::Serialize;

use super::accounts::{Failures, audience_error, documented_or_invalid, find, find_user};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::push::audience::AudienceError,
    validation::invalid_parameter_code,
};

pub(super) fn register(router: &mut Router) {
    router.add(set_attr_name);
    router.add(get_attr_name);
    router.add(set_attr);
    router.add(remove_attr);
    router.add(get_attr);
    router.add(im_set_attr_name);
    router.add(im_get_attr_name);
    router.add(im_set_attr);
    router.add(im_remove_attr);
    router.add(im_get_attr);
}

fn set_attr_name(
    context: &mut Context<'_>,
    request: &SetAttrName,
) -> Result<SetAttrNameResponse, ApiError> {
    name_attributes(context, SetAttrName::SPEC, &request.attr_names, &request.attr_types)?;
    Ok(SetAttrNameResponse::default())
}

fn im_set_attr_name(
    context: &mut Context<'_>,
    request: &ImSetAttrName,
) -> Result<ImSetAttrNameResponse, ApiError> {
    name_attributes(context, ImSetAttrName::SPEC, &request.attr_names, &BTreeMap::new())?;
    Ok(ImSetAttrNameResponse::default())
}

fn name_attributes(
    context: &mut Context<'_>,
    spec: &EndpointSpec,
    names: &BTreeMap<String, String>,
    types: &BTreeMap<String, PushAccountType>,
) -> Result<(), ApiError> {
    let invalid = |info: String| ApiError::new(invalid_parameter_code(spec), info);
    if let Some(number) = types.keys().find(|number| !names.contains_key(*number)) {
        return Err(invalid(format!("AttrTypes: AttrNames has no attribute {number:?}")));
    }
    let mut numbered = BTreeMap::new();
    for (number, name) in names {
        let parsed = number.parse().ok().filter(|parsed: &u8| parsed.to_string() == *number);
        let parsed =
            parsed.filter(|parsed| u32::from(*parsed) < MAX_PUSH_ATTRIBUTES).ok_or_else(|| {
                invalid(format!(
                    "AttrNames: {number:?} is not a number from 0 to {}",
                    MAX_PUSH_ATTRIBUTES - 1
                ))
            })?;
        if name.is_empty() {
            return Err(invalid(format!("AttrNames: attribute {number} has an empty name")));
        }
        numbered.insert(parsed, (name.as_str(), types.get(number).copied()));
    }
    context.app.push.audience.name_attributes(&numbered).map_err(|error| match error {
        AudienceError::OtherAccountType(name) => {
            let code = documented_or_invalid(spec, ErrorCode::PUSH_ATTRIBUTE_INVALID);
            ApiError::new(code, format!("AttrTypes: the type of {name:?} cannot be changed"))
        }
        error => audience_error(spec, error),
    })
}

fn get_attr_name(
    context: &mut Context<'_>,
    _: &GetAttrName,
) -> Result<GetAttrNameResponse, ApiError> {
    let mut response = GetAttrNameResponse::default();
    response.attr_names = attribute_names(context);
    response.attr_types = context
        .app
        .push
        .audience
        .attributes()
        .iter()
        .map(|(number, attribute)| (number.to_string(), attribute.account_type))
        .collect();
    Ok(response)
}

fn im_get_attr_name(
    context: &mut Context<'_>,
    _: &ImGetAttrName,
) -> Result<ImGetAttrNameResponse, ApiError> {
    let mut response = ImGetAttrNameResponse::default();
    response.attr_names = attribute_names(context);
    Ok(response)
}

fn attribute_names(context: &Context<'_>) -> BTreeMap<String, String> {
    let attributes = context.app.push.audience.attributes();
    attributes.iter().map(|(number, found)| (number.to_string(), found.name.clone())).collect()
}

fn set_attr(context: &mut Context<'_>, request: &SetAttr) -> Result<Failures, ApiError> {
    check_names(
        context,
        SetAttr::SPEC,
        request.user_attrs.iter().flat_map(|entry| entry.attrs.keys()),
    )?;
    let mut failures = Failures::default();
    for (index, entry) in request.user_attrs.iter().enumerate() {
        if let Err(error) = set_for_account(context, SetAttr::SPEC, index, entry) {
            failures.add(&entry.to_account, error);
        }
    }
    Ok(failures)
}

fn set_for_account(
    context: &mut Context<'_>,
    spec: &EndpointSpec,
    index: usize,
    entry: &PushAttrsToSet,
) -> Result<(), ApiError> {
    if context.invalid_items.contains(&index) {
        return Err(ApiError::new(invalid_parameter_code(spec), "Attrs: a value is too long"));
    }
    let account = find(context, &entry.to_account)?;
    let audience = &mut context.app.push.audience;
    audience.set_attributes(&account, &entry.attrs).map_err(|error| audience_error(spec, error))
}

fn im_set_attr(
    context: &mut Context<'_>,
    request: &ImSetAttr,
) -> Result<ImSetAttrResponse, ApiError> {
    let names = request.user_attrs.iter().flat_map(|entry| entry.attrs.keys());
    check_names(context, ImSetAttr::SPEC, names)?;
    for entry in &request.user_attrs {
        if let Some(account) = find_user(context, &entry.to_account) {
            let audience = &mut context.app.push.audience;
            audience
                .set_attributes(&account, &entry.attrs)
                .map_err(|error| audience_error(ImSetAttr::SPEC, error))?;
        }
    }
    Ok(ImSetAttrResponse::default())
}

fn remove_attr(context: &mut Context<'_>, request: &RemoveAttr) -> Result<Failures, ApiError> {
    let names = request.user_attrs.iter().flat_map(|entry| &entry.attrs);
    check_names(context, RemoveAttr::SPEC, names)?;
    let mut failures = Failures::default();
    for PushAttrsToRemove { to_account, attrs, .. } in &request.user_attrs {
        let outcome = find(context, to_account).and_then(|account| {
            let audience = &mut context.app.push.audience;
            audience
                .remove_attributes(&account, attrs)
                .map_err(|error| audience_error(RemoveAttr::SPEC, error))
        });
        if let Err(error) = outcome {
            failures.add(to_account, error);
        }
    }
    Ok(failures)
}

fn im_remove_attr(
    context: &mut Context<'_>,
    request: &ImRemoveAttr,
) -> Result<ImRemoveAttrResponse, ApiError> {
    let names = request.user_attrs.iter().flat_map(|entry| &entry.attrs);
    check_names(context, ImRemoveAttr::SPEC, names)?;
    for PushAttrsToRemove { to_account, attrs, .. } in &request.user_attrs {
        context
            .app
            .push
            .audience
            .remove_attributes(to_account.as_str(), attrs)
            .map_err(|error| audience_error(ImRemoveAttr::SPEC, error))?;
    }
    Ok(ImRemoveAttrResponse::default())
}

/// Fails the whole call if an attribute has no name yet.
fn check_names<'a>(
    context: &Context<'_>,
    spec: &EndpointSpec,
    mut names: impl Iterator<Item = &'a String>,
) -> Result<(), ApiError> {
    let audience = &context.app.push.audience;
    names
        .try_for_each(|name| audience.attribute_number(name).map(drop))
        .map_err(|error| audience_error(spec, error))
}

/// The response of `get_attr`, without the array that the page omits when it is empty.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    user_attrs: Vec<PushUserAttrs>,
    #[serde(flatten)]
    failures: Failures,
}

fn get_attr(context: &mut Context<'_>, request: &GetAttr) -> Result<Attributes, ApiError> {
    let mut attributes = Attributes::default();
    for account in &request.to_account {
        match find(context, account) {
            Ok(_) => attributes.user_attrs.push(attributes_of(context, account)),
            Err(error) => attributes.failures.add(account, error),
        }
    }
    Ok(attributes)
}

fn im_get_attr(
    context: &mut Context<'_>,
    request: &ImGetAttr,
) -> Result<ImGetAttrResponse, ApiError> {
    let mut response = ImGetAttrResponse::default();
    response.user_attrs =
        request.to_account.iter().map(|account| attributes_of(context, account)).collect();
    Ok(response)
}

fn attributes_of(context: &Context<'_>, account: &UserId) -> PushUserAttrs {
    let mut entry = PushUserAttrs::default();
    entry.to_account = account.clone();
    entry.attrs = context.app.push.audience.attributes_of(account.as_str());
    entry
}
