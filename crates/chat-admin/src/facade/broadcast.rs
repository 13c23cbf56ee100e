//! A message to many recipients.

use chat_transport::Error;
use chat_types::{
    UserId,
    message::{BatchSendMsg, MsgElement, SendBroadcastMsg, SendBroadcastMsgResponse},
};

use crate::{Admin, Batch, Input};

/// A message to many recipients; see [`Admin::broadcast`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until the recipients are chosen"]
pub struct Broadcast {
    admin: Admin,
    random: u32,
    body: Vec<MsgElement>,
    from: Option<UserId>,
}

impl Broadcast {
    pub(crate) fn new(admin: Admin, random: u32, body: Vec<MsgElement>) -> Self {
        Self { admin, random, body, from: None }
    }

    /// Sets the sender, which is the calling admin by default. The account must exist.
    pub fn from(mut self, account: impl Into<UserId>) -> Self {
        self.from = Some(account.into());
        self
    }

    /// Sends it to each of these accounts as a separate message, with 500 accounts per call.
    ///
    /// A call whose response is lost is not retried, because its recipients could receive the message
    /// twice. They are reported as unknown.
    ///
    /// ```no_run
    /// use chat_admin::{Admin, Journal, types::message::MsgElement};
    ///
    /// # async fn example(
    /// #     admin: Admin,
    /// #     recipients: Vec<String>,
    /// #     closing: MsgElement,
    /// # ) -> Result<(), chat_admin::JournalError> {
    /// let journal = Journal::open("closing.journal")?;
    /// let report = admin.broadcast(20_260_101, [closing]).to(recipients).journal(journal).run().await;
    /// println!("{}", report.summary);
    /// # Ok(())
    /// # }
    /// ```
    pub fn to<'a>(self, accounts: impl Into<Input<'a, UserId>>) -> Batch<'a, BatchSendMsg> {
        const NO_ACCOUNTS: [UserId; 0] = [];
        let mut request = BatchSendMsg::new(NO_ACCOUNTS, self.random, self.body);
        request.from_account = self.from;
        self.admin.batch(request, accounts)
    }

    /// Sends it to every audio-video group of the app, at most once per second. Needs a paid plan and a
    /// setting in the console.
    ///
    /// The service drops a message with the same random number and content within five minutes as a
    /// repeat, so a retry is safe for that long.
    ///
    /// # Errors
    /// If the call fails.
    pub async fn to_audio_video_groups(self) -> Result<SendBroadcastMsgResponse, Error> {
        let mut request = SendBroadcastMsg::new(self.random, self.body);
        request.from_account = self.from;
        Ok(self.admin.client().call(&request).await?.into_body())
    }
}
