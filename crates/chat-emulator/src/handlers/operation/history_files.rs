//! Files of the message history: `get_history`.

use chat_types::{
    ErrorCode, UnixSeconds,
    limits::{HISTORY_FILE_DAYS, HISTORY_FILE_DELAY_SECONDS},
    operation::{self, GetHistory, GetHistoryResponse, HistoryChatType},
};

use super::history_lines;
use crate::{
    beijing_time,
    response::ApiError,
    router::{Context, Router},
    state::{
        AppState,
        history_files::{self, HistoryFile, HourKey},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(get_history);
}

fn get_history(
    context: &mut Context<'_>,
    request: &GetHistory,
) -> Result<GetHistoryResponse, ApiError> {
    let invalid = |info| ApiError::new(ErrorCode::HISTORY_INVALID_PARAMETER, info);
    let start = beijing_time::read_hour(&request.msg_time)
        .ok_or_else(|| invalid("MsgTime: must be an hour in Beijing, as yyyymmddhh"))?;
    let in_groups = match request.chat_type {
        HistoryChatType::C2C => false,
        HistoryChatType::Group => true,
        _ => return Err(invalid("ChatType: must be C2C or Group")),
    };
    let created = start.after(HOUR + HISTORY_FILE_DELAY_SECONDS);
    let expires = created.after(HISTORY_FILE_DAYS * 86_400);
    if context.now < created {
        let info =
            format!("the file will be created at {} in Beijing", beijing_time::write(created));
        return Err(ApiError::new(ErrorCode::HISTORY_FILE_NOT_FOUND, info));
    }
    if context.now >= expires {
        let info = format!("the file expired at {} in Beijing", beijing_time::write(expires));
        return Err(ApiError::new(ErrorCode::HISTORY_FILE_EXPIRED, info));
    }
    let key = HourKey { start, in_groups };
    let file = match context.app.history_files.get(key) {
        Some(file) => file.clone(),
        None => create(&mut context.app, key, request, expires, context.now)?,
    };
    let mut response = GetHistoryResponse::default();
    response.files.push(entry(context, &file));
    Ok(response)
}

/// Creates the file of an hour, which never changes from then on.
fn create(
    app: &mut AppState,
    key: HourKey,
    request: &GetHistory,
    expires: UnixSeconds,
    now: UnixSeconds,
) -> Result<HistoryFile, ApiError> {
    let lines = history_lines::of_hour(app, key.in_groups, key.start..key.start.after(HOUR))?;
    if lines.is_empty() {
        let info = "no message was sent in this hour";
        return Err(ApiError::new(ErrorCode::HISTORY_FILE_NOT_FOUND, info));
    }
    let (chat_type, hour) = (request.chat_type.as_str(), &request.msg_time);
    let head = format!(
        r#"{{"SdkAppId":{},"ChatType":"{chat_type}","MsgTime":"{hour}","MsgList":["#,
        app.sdk_app_id
    );
    let plain = format!("{head}\n{}\n]}}\n", lines.join(",\n"));
    let file = HistoryFile::compress(&format!("{chat_type}-{hour}"), plain.as_bytes(), expires)
        .map_err(ApiError::internal)?;
    app.history_files.add(key, file.clone(), now);
    Ok(file)
}

fn entry(context: &Context<'_>, file: &HistoryFile) -> operation::HistoryFile {
    let (authority, app) = (context.received.authority(), context.app.sdk_app_id);
    let mut entry = operation::HistoryFile::default();
    entry.url = format!("http://{authority}{}{app}/{}", history_files::PATH, file.name);
    entry.expire_time = Some(beijing_time::write(file.expires));
    entry.file_size = Some(file.plain_size);
    entry.file_md5 = Some(file.plain_md5.clone());
    entry.gzip_size = Some(file.gzip.len() as u64);
    entry.gzip_md5 = Some(file.gzip_md5.clone());
    entry
}

/// The length of an hour, in seconds.
const HOUR: u64 = 3_600;
