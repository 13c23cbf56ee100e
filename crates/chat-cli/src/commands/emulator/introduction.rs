//! What the emulator says about itself when it starts.

use chat_emulator::Emulator;
use chat_usersig::{SecretKey, Signer};

use super::https::HttpsOptions;
use crate::output::Output;

/// Writes to standard error how to call the emulator. A key is shown only if it is the default one.
pub(super) fn introduce(emulator: &Emulator, https: &HttpsOptions, out: &Output) {
    for sdk_app_id in emulator.apps() {
        let key = if has_default_key(emulator, sdk_app_id) {
            Emulator::DEFAULT_KEY
        } else {
            "(as configured)"
        };
        out.note(format_args!("SDKAppID {sdk_app_id}, secret key {key}"));
    }
    let admins: Vec<&str> = emulator.admins().collect();
    out.note(format_args!("admins: {}", admins.join(", ")));
    let Some(sdk_app_id) = emulator.apps().next() else { return };
    let mut command = format!("CHAT_ENDPOINT={} CHAT_SDKAPPID={sdk_app_id}", emulator.url());
    if has_default_key(emulator, sdk_app_id) {
        command.push_str(&format!(" CHAT_SECRET_KEY={}", Emulator::DEFAULT_KEY));
    }
    if let Some(admin) = admins.first().filter(|admin| **admin != Emulator::DEFAULT_ADMIN) {
        command.push_str(&format!(" CHAT_IDENTIFIER={}", quoted(admin)));
    }
    if let Some(file) = https.authority_file() {
        command.push_str(&format!(" CHAT_CA_FILE={}", quoted(&file.to_string_lossy())));
    }
    out.note(format_args!("try: {command} chatctl group list"));
}

fn quoted(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

fn has_default_key(emulator: &Emulator, sdk_app_id: u32) -> bool {
    let signed = emulator.app(sdk_app_id).ok().and_then(|app| app.user_sig("x").ok());
    let key = SecretKey::new(Emulator::DEFAULT_KEY).ok();
    signed.zip(key).is_some_and(|(user_sig, key)| {
        let now = chat_emulator::Clock::now(&emulator.clock()).get();
        Signer::new(sdk_app_id, key).verify(user_sig.as_str(), None, now).is_ok()
    })
}
