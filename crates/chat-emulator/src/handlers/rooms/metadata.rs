//! Metadata of live rooms: `set_room_metadata`, `get_room_metadata` and `del_room_metadata`.

use chat_types::{
    ErrorCode,
    limits::{MAX_LIVE_ROOM_METADATA, MAX_LIVE_ROOM_METADATA_BYTES},
    live::{
        DelRoomMetadata, DelRoomMetadataResponse, GetRoomMetadata, GetRoomMetadataResponse,
        LiveMetadata, LiveMetadataResult, SetRoomMetadata, SetRoomMetadataResponse,
    },
};

use super::lookup::live_room;
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::metadata::MetadataError,
};

pub(super) fn register(router: &mut Router) {
    router.add(set_room_metadata);
    router.add(get_room_metadata);
    router.add(del_room_metadata);
}

fn set_room_metadata(
    context: &mut Context<'_>,
    request: &SetRoomMetadata,
) -> Result<SetRoomMetadataResponse, ApiError> {
    let metadata = &mut live_room(context, &request.room_id)?.metadata;
    let new = request.metadata.iter().map(|item| (item.key.as_str(), item.value.as_str()));
    metadata.set(new).map_err(|error| {
        let (code, info) = match error {
            MetadataError::TooManyKeys => (
                ErrorCode::ROOM_METADATA_KEY_LIMIT,
                format!("a room can have {MAX_LIVE_ROOM_METADATA} keys at most"),
            ),
            MetadataError::TooLarge => (
                ErrorCode::ROOM_METADATA_TOO_LARGE,
                format!("the values would exceed {MAX_LIVE_ROOM_METADATA_BYTES} bytes together"),
            ),
        };
        ApiError::new(code, format!("Metadata: {info}"))
    })?;
    Ok(SetRoomMetadataResponse::default())
}

/// Returns the values of the keys, in alphabetical order; those of all keys if none is named.
fn get_room_metadata(
    context: &mut Context<'_>,
    request: &GetRoomMetadata,
) -> Result<GetRoomMetadataResponse, ApiError> {
    let metadata = &live_room(context, &request.room_id)?.metadata;
    let is_requested =
        |key: &str| request.keys.is_empty() || request.keys.iter().any(|other| other == key);
    let mut result = LiveMetadataResult::default();
    result.metadata = metadata
        .iter()
        .filter(|(key, _)| is_requested(key))
        .map(|(key, value)| LiveMetadata::new(key, value))
        .collect();
    let mut response = GetRoomMetadataResponse::default();
    response.response = Some(result);
    Ok(response)
}

fn del_room_metadata(
    context: &mut Context<'_>,
    request: &DelRoomMetadata,
) -> Result<DelRoomMetadataResponse, ApiError> {
    if !live_room(context, &request.room_id)?.metadata.delete(&request.keys) {
        let info = "Keys: the room has none of these keys";
        return Err(ApiError::new(ErrorCode::ROOM_METADATA_NOT_FOUND, info));
    }
    Ok(DelRoomMetadataResponse::default())
}
