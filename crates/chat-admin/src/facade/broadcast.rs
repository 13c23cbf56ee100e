use chat_transport::Error;
use chat_types::{
    UserId,
    message::{BatchSendMsg, MsgElement, SendBroadcastMsg, SendBroadcastMsgResponse},
};

use crate::{Admin, Batch, IntoInput};

/// A message on its way to many; see [`Admin::broadcast`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is told to whom"]
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

    /// Shows another account than the calling admin as the sender. It must exist.
    pub fn from(mut self, account: impl Into<UserId>) -> Self {
        self.from = Some(account.into());
        self
    }

    /// Sends it to each of these accounts as a message of its own, 500 to a call.
    ///
    /// A call whose response is lost is not made again, as its receivers could get the message twice:
    /// they are reported as unknown.
    ///
    /// ```no_run
    /// use chat_admin::{Admin, Journal, types::message::MsgElement};
    ///
    /// # async fn example(
    /// #     admin: Admin,
    /// #     receivers: Vec<String>,
    /// #     closing: MsgElement,
    /// # ) -> Result<(), chat_admin::JournalError> {
    /// let journal = Journal::open("closing.journal")?;
    /// let report = admin.broadcast(20_260_101, [closing]).to(receivers).journal(journal).run().await;
    /// println!("{}", report.summary);
    /// # Ok(())
    /// # }
    /// ```
    pub fn to<'a, Via>(self, accounts: impl IntoInput<'a, UserId, Via>) -> Batch<'a, BatchSendMsg> {
        const NOBODY: [UserId; 0] = [];
        let mut request = BatchSendMsg::new(NOBODY, self.random, self.body);
        request.from_account = self.from;
        self.admin.batch(request, accounts)
    }

    /// Sends it to every audio-video group of the app. Needs a paid plan and a switch in the console;
    /// once a second at most.
    ///
    /// The same random number and content within five minutes are taken for a repeat and dropped, so
    /// that trying again is safe for that long.
    ///
    /// # Errors
    /// As any call.
    pub async fn to_audio_video_groups(self) -> Result<SendBroadcastMsgResponse, Error> {
        let mut request = SendBroadcastMsg::new(self.random, self.body);
        request.from_account = self.from;
        Ok(self.admin.client().call(&request).await?.into_body())
    }
}
