//! What the handle on an app does about pushes.

use chat_types::push::PushPlatform;

use super::App;
use crate::{
    SentPush,
    changes::{self, AddPushDevice},
};

impl App {
    /// Adds a device on which an account receives offline pushes, as the client SDK does with the
    /// token of the device. An account has at most one device per platform.
    ///
    /// An account that does not exist becomes a RegistrationID: an account of the push service that
    /// never logs in. Pushes to accounts with devices count as sent and delivered in statistics.
    ///
    /// ```
    /// use chat_emulator::Emulator;
    /// use chat_types::push::PushPlatform;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let app = emulator.app(Emulator::DEFAULT_APP)?;
    /// app.add_push_device("registration-1", PushPlatform::Fcm);
    /// // … the code under test pushes to everybody …
    /// for push in app.pushes() {
    ///     assert!(push.receivers.iter().any(|id| &**id == "registration-1"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_push_device(&self, account: &str, platform: PushPlatform) {
        self.apply(AddPushDevice { account: account.to_owned(), platform });
    }

    /// Returns the newest pushes, in the order in which they were sent: at most 1,000, with at most
    /// 1,000,000 receivers together unless a single push has more.
    pub fn pushes(&self) -> Vec<SentPush> {
        let now = self.now();
        let mut state = self.inner.state();
        changes::pass_time(&self.inner, &mut state, now);
        state.push.pushes.iter().cloned().collect()
    }
}
