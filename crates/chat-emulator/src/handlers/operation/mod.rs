//! Operation of an app: its daily figures, the files of the message history, addresses of the service,
//! and files of messages.

mod addresses;
mod chat_files;
mod daily_figures;
mod history_files;
mod history_lines;

use crate::router::Router;

pub(super) fn register(router: &mut Router) {
    daily_figures::register(router);
    history_files::register(router);
    addresses::register(router);
    chat_files::register(router);
}
