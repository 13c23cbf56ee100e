//! Files of rich-media messages: `get_cos_sig`, `forbid_illegal_object` and `allow_banned_object`.

use chat_types::{
    ErrorCode, UnixSeconds,
    limits::CHAT_FILE_URL_SECONDS,
    operation::{
        AllowBannedObject, AllowBannedObjectResponse, ChatFileStatus, ForbidIllegalObject,
        ForbidIllegalObjectResponse, GetCosSig, GetCosSigResponse, SignedChatFile,
    },
};

use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(get_cos_sig);
    router.add(forbid_illegal_object);
    router.add(allow_banned_object);
}

fn get_cos_sig(
    context: &mut Context<'_>,
    request: &GetCosSig,
) -> Result<GetCosSigResponse, ApiError> {
    let expires = context.now.after(CHAT_FILE_URL_SECONDS);
    let mut response = GetCosSigResponse::default();
    for file in &request.raw_urls {
        let is_banned = context.app.chat_files.is_banned(&file.raw_url);
        let status = if is_banned { ChatFileStatus::Banned } else { ChatFileStatus::Normal };
        let mut signed = SignedChatFile::default();
        signed.code = ErrorCode::OK;
        signed.desc = Some(String::new());
        signed.resource_id = file.resource_id;
        signed.pre_sig_url = Some(signed_url(&file.raw_url, expires));
        signed.status = Some(status);
        response.pre_sig_urls.push(signed);
    }
    Ok(response)
}

/// Returns the URL with the parameters of a signature. The storage is not emulated, so no server
/// checks it.
fn signed_url(url: &str, expires: UnixSeconds) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}sign=emulator&expires={}", expires.get())
}

fn forbid_illegal_object(
    context: &mut Context<'_>,
    request: &ForbidIllegalObject,
) -> Result<ForbidIllegalObjectResponse, ApiError> {
    context.app.chat_files.ban(&request.raw_url);
    Ok(ForbidIllegalObjectResponse::default())
}

fn allow_banned_object(
    context: &mut Context<'_>,
    request: &AllowBannedObject,
) -> Result<AllowBannedObjectResponse, ApiError> {
    context.app.chat_files.unban(&request.raw_url);
    Ok(AllowBannedObjectResponse::default())
}
