//! What the handle on an app does about seeds.

use super::App;
use crate::{SeedError, SeedSummary, seed};

impl App {
    /// Adds the accounts, groups, messages and members of a seed: JSON Lines in the format to which
    /// `chatctl group export` writes a group of a real app. Accounts that records name are registered
    /// even without a record of their own.
    ///
    /// A seed is state, not calls: group IDs can be those that only the service assigns, times can
    /// repeat, quotas do not apply, and no webhooks are sent.
    ///
    /// ```
    /// use chat_emulator::Emulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let app = emulator.app(Emulator::DEFAULT_APP)?;
    /// let summary = app.seed(
    ///     r#"
    ///     {"account": {"UserID": "peter", "Nick": "Peter"}}
    ///     {"group": {"GroupId": "@TGS#2J4SZEAEL", "Type": "Public", "Name": "Stargazers", "Owner_Account": "peter"}}
    ///     {"member": {"GroupId": "@TGS#2J4SZEAEL", "Member_Account": "leckie"}}
    ///     "#,
    /// )?;
    /// assert_eq!((summary.accounts, summary.groups, summary.members), (1, 1, 1));
    /// assert_eq!(app.member_count("@TGS#2J4SZEAEL")?, 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When a line is not a record, or does not fit the lines before or the app. Nothing is added then.
    pub fn seed(&self, lines: impl Into<String>) -> Result<SeedSummary, SeedError> {
        self.service.seed(&self.inner, lines.into())
    }

    /// Returns the accounts, and the groups with their messages and members, as JSON Lines that
    /// [`seed`](Self::seed) reads. Seeding an empty app with it and exporting that app returns the same
    /// lines.
    ///
    /// The format has what a group of a real app can be imported with. Rooms and audio-video groups are left out, and so is
    /// everything else, such as one-to-one messages, friends, topics, mutes, bans and recalled messages.
    pub fn export(&self) -> String {
        let exported = seed::export(&self.inner.state(), self.service.admins());
        // Records always have a form in JSON, which is UTF-8.
        exported.ok().and_then(|lines| String::from_utf8(lines).ok()).unwrap_or_default()
    }
}
