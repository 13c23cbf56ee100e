use chat_types::account::{AccountToImport, MultiaccountImport};

use crate::{Admin, Batch, IntoSource};

/// The accounts of the app.
#[derive(Clone, Debug)]
pub struct Accounts {
    admin: Admin,
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
        accounts: impl IntoSource<'a, AccountToImport, Via>,
    ) -> Batch<'a, MultiaccountImport> {
        self.admin.batch(MultiaccountImport::new(), accounts)
    }
}
