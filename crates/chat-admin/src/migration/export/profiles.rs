//! The accounts of members and senders, with nickname and picture.

use std::collections::HashMap;

use chat_transport::{Client, Error};
use chat_types::{
    Batched, ErrorCode, UserId,
    account::AccountToImport,
    profile::{PortraitGet, PortraitGetResponse, ProfileTag, UserProfile},
};

use crate::migration::Omitted;

/// Reads accounts as records, in the given order. An account whose profile the service does not
/// return is written without nickname and picture: its messages can be imported only with an account.
pub(super) async fn read(
    client: &Client,
    accounts: &[UserId],
    omitted: &mut Omitted,
) -> Result<Vec<AccountToImport>, Error> {
    let max = PortraitGet::BATCH.max.and_then(|max| usize::try_from(max).ok());
    let chunks = accounts.chunks(max.unwrap_or(accounts.len()).max(1));
    // One account that does not exist can fail the whole call, so such a call is split in half.
    let mut remaining: Vec<&[UserId]> = chunks.rev().collect();
    let mut records = Vec::with_capacity(accounts.len());
    while let Some(chunk) = remaining.pop() {
        match client.call(&PortraitGet::new(chunk, TAGS.iter().cloned())).await {
            Ok(response) => records.extend(join(chunk, response.into_body(), omitted)),
            Err(error) if error.code() != Some(ErrorCode::PROFILE_ACCOUNT_NOT_FOUND) => {
                return Err(error);
            }
            Err(_) if chunk.len() > 1 => {
                let (first, second) = chunk.split_at(chunk.len() / 2);
                remaining.extend([second, first]);
            }
            Err(_) => records.extend(join(chunk, PortraitGetResponse::default(), omitted)),
        }
    }
    Ok(records)
}

/// Joins each account with its profile in the response.
fn join(
    accounts: &[UserId],
    response: PortraitGetResponse,
    omitted: &mut Omitted,
) -> Vec<AccountToImport> {
    let found =
        response.user_profile_item.into_iter().filter(|row| row.result_code == ErrorCode::OK);
    let mut profiles: HashMap<UserId, UserProfile> =
        found.map(|profile| (profile.to_account.clone(), profile)).collect();
    let with_profile = |account: &UserId| {
        let profile = profiles.remove(account);
        omitted.profiles += u64::from(profile.is_none());
        convert(account, &profile.unwrap_or_default())
    };
    accounts.iter().map(with_profile).collect()
}

fn convert(account: &UserId, profile: &UserProfile) -> AccountToImport {
    let value = |tag: &ProfileTag| {
        let item = profile.profile_item.iter().find(|item| item.tag == *tag)?;
        item.value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let mut import = AccountToImport::new(account);
    import.nick = value(&ProfileTag::Nick);
    import.face_url = value(&ProfileTag::Image);
    import
}

const TAGS: &[ProfileTag] = &[ProfileTag::Nick, ProfileTag::Image];
