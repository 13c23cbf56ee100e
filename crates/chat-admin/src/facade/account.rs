//! One account and its lists.

use chat_types::UserId;
#[cfg(feature = "group")]
use chat_types::group::GetJoinedGroupList;
#[cfg(feature = "relationship")]
use chat_types::relationship::{BlackListGet, FriendGet};

#[cfg(feature = "relationship")]
use super::page_size;
use crate::{Admin, Pages};

/// One account and the lists that belong to it.
#[derive(Clone, Debug)]
pub struct Account {
    admin: Admin,
    id: UserId,
}

impl Account {
    pub(crate) fn new(admin: Admin, id: UserId) -> Self {
        Self { admin, id }
    }

    /// Returns its UserID.
    pub fn id(&self) -> &UserId {
        &self.id
    }

    /// Returns the groups that it is a member of. Audio-video groups and Private (Work) groups that
    /// have not been activated yet are left out unless requested. Even then audio-video groups may be
    /// missing, because the service does not store all their members.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let groups = admin.account("peter").joined_groups().with_audio_video_groups();
    /// for group in groups.all().await? {
    ///     println!("{}", group.group_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "group")]
    pub fn joined_groups(&self) -> Pages<GetJoinedGroupList> {
        self.admin.pages(GetJoinedGroupList::new(&self.id))
    }

    /// Returns its friends, with everything that is stored about each.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// for friend in admin.account("peter").friends().all().await? {
    ///     println!("{}", friend.to_account);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "relationship")]
    pub fn friends(&self) -> Pages<FriendGet> {
        self.admin.pages(FriendGet::new(&self.id))
    }

    /// Returns the accounts that it blocks.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// println!("peter blocks {} accounts", admin.account("peter").blocked().count().await?);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "relationship")]
    pub fn blocked(&self) -> Pages<BlackListGet> {
        self.admin.pages(BlackListGet::new(&self.id, page_size::<BlackListGet>()))
    }
}
