//! Accounts with nickname and picture.

use std::collections::HashMap;

use chat_transport::{Client, Error};
use chat_types::{
    Batched, ErrorCode, UserId,
    account::AccountToImport,
    profile::{PortraitGet, PortraitGetResponse, ProfileTag, UserProfile},
};

use crate::migration::Omitted;

/// Accounts as records, in the order given. One that the service does not show comes without
/// nickname and picture: what it wrote can be imported only with its account.
pub(super) async fn read(
    client: &Client,
    accounts: &[UserId],
    omitted: &mut Omitted,
) -> Result<Vec<AccountToImport>, Error> {
    let cap = PortraitGet::BATCH.max.and_then(|max| usize::try_from(max).ok());
    let chunks = accounts.chunks(cap.unwrap_or(accounts.len()).max(1));
    // One account that does not exist can fail the whole call, so such a call is halved.
    let mut left: Vec<&[UserId]> = chunks.rev().collect();
    let mut records = Vec::with_capacity(accounts.len());
    while let Some(part) = left.pop() {
        match client.call(&PortraitGet::new(part, TAGS.iter().cloned())).await {
            Ok(response) => records.extend(join(part, response.into_body(), omitted)),
            Err(error) if error.code() != Some(ErrorCode::PROFILE_ACCOUNT_NOT_FOUND) => {
                return Err(error);
            }
            Err(_) if part.len() > 1 => {
                let (first, second) = part.split_at(part.len() / 2);
                left.extend([second, first]);
            }
            Err(_) => records.extend(join(part, PortraitGetResponse::default(), omitted)),
        }
    }
    Ok(records)
}

/// Each account with what the response says of it.
fn join(
    accounts: &[UserId],
    response: PortraitGetResponse,
    omitted: &mut Omitted,
) -> Vec<AccountToImport> {
    let shown =
        response.user_profile_item.into_iter().filter(|row| row.result_code == ErrorCode::OK);
    let mut profiles: HashMap<UserId, UserProfile> =
        shown.map(|profile| (profile.to_account.clone(), profile)).collect();
    let with_profile = |account: &UserId| {
        let profile = profiles.remove(account);
        omitted.profiles += u64::from(profile.is_none());
        to_import(account, &profile.unwrap_or_default())
    };
    accounts.iter().map(with_profile).collect()
}

fn to_import(account: &UserId, profile: &UserProfile) -> AccountToImport {
    let text = |tag: &ProfileTag| {
        let item = profile.profile_item.iter().find(|item| item.tag == *tag)?;
        item.value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let mut import = AccountToImport::new(account);
    import.nick = text(&ProfileTag::Nick);
    import.face_url = text(&ProfileTag::Image);
    import
}

const TAGS: &[ProfileTag] = &[ProfileTag::Nick, ProfileTag::Image];
