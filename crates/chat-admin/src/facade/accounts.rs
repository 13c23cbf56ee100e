//! The accounts of the app.

use chat_types::{
    UserId,
    account::{AccountDelete, AccountToDelete, AccountToImport, MultiaccountImport},
};

use crate::{Admin, Batch, Input};

/// The accounts of the app.
#[derive(Clone, Debug)]
pub struct Accounts {
    pub(crate) admin: Admin,
}

impl Accounts {
    pub(crate) fn new(admin: Admin) -> Self {
        Self { admin }
    }

    /// Registers accounts, each with a nickname and picture if given. For accounts that already exist,
    /// overwrites nickname and picture. Safe to repeat.
    ///
    /// ```no_run
    /// use chat_admin::types::account::AccountToImport;
    ///
    /// # async fn example(admin: chat_admin::Admin) {
    /// let accounts = ["peter", "leckie"].map(|id| AccountToImport::new(id).nick("New here"));
    /// let report = admin.accounts().import(accounts).run().await;
    /// # }
    /// ```
    pub fn import<'a>(
        &self,
        accounts: impl Into<Input<'a, AccountToImport>>,
    ) -> Batch<'a, MultiaccountImport> {
        self.admin.batch(MultiaccountImport::new(), accounts)
    }

    /// Deletes accounts with everything that belongs to them. This cannot be undone, and an account with
    /// the same name can be created again only after three months. An account that does not exist is
    /// reported as failed with the code 70107.
    ///
    /// Safe to repeat.
    pub fn delete<'a>(&self, accounts: impl Into<Input<'a, UserId>>) -> Batch<'a, AccountDelete> {
        let accounts = accounts.into().map(AccountToDelete::new);
        self.admin.batch(AccountDelete::new([]), accounts)
    }
}
