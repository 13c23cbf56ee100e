//! One harmless call, which shows whether app, key and address belong together.

use chat_transport::{Client, Error as CallError};
use chat_types::account::{AccountCheck, AccountToCheck};

use crate::{error::Error, interrupt};

/// Looks the admin account up, which changes nothing.
pub(crate) async fn look_up_admin(client: &Client, identifier: &str) -> Result<(), CallError> {
    let request = AccountCheck::new([AccountToCheck::new(identifier)]);
    client.call(&request).await.map(|_| ())
}

/// Makes the call until a signal cancels it.
pub(crate) async fn verify_login(client: &Client, identifier: &str) -> Result<(), Error> {
    interrupt::cancelable_read(async { Ok(look_up_admin(client, identifier).await?) }).await
}
