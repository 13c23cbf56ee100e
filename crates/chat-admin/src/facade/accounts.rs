use chat_types::{
    UserId,
    account::{AccountDelete, AccountToDelete, AccountToImport, MultiaccountImport},
};

use crate::{Admin, Batch, IntoInput};

/// The accounts of the app.
#[derive(Clone, Debug)]
pub struct Accounts {
    pub(crate) admin: Admin,
}

impl Accounts {
    pub(crate) fn new(admin: Admin) -> Self {
        Self { admin }
    }

    /// Registers accounts, each with nickname and picture if given. Accounts that exist keep
    /// existing; their nickname and picture are overwritten. Safe to repeat.
    ///
    /// ```no_run
    /// use chat_admin::types::account::AccountToImport;
    ///
    /// # async fn example(admin: chat_admin::Admin) {
    /// let accounts = ["peter", "leckie"].map(|id| AccountToImport::new(id).nick("New here"));
    /// let report = admin.accounts().import(accounts).run().await;
    /// # }
    /// ```
    pub fn import<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, AccountToImport, Via>,
    ) -> Batch<'a, MultiaccountImport> {
        self.admin.batch(MultiaccountImport::new(), accounts)
    }

    /// Deletes accounts with everything that belongs to them. It cannot be taken back, and an account
    /// of the same name can be made again only after three months. An account that there is none of is
    /// reported as failed with the code 70107.
    ///
    /// Safe to repeat.
    pub fn delete<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, UserId, Via>,
    ) -> Batch<'a, AccountDelete> {
        let accounts = accounts.into_input().map(AccountToDelete::new);
        self.admin.batch(AccountDelete::new([]), accounts)
    }
}
