//! The groups of the app.

use chat_transport::Error;
use chat_types::{
    GroupId, GroupType,
    group::{CreateGroup, GetAppidGroupList},
};

use crate::{Admin, Pages};

/// The groups of the app.
#[derive(Clone, Debug)]
pub struct Groups {
    pub(crate) admin: Admin,
}

impl Groups {
    pub(crate) fn new(admin: Admin) -> Self {
        Self { admin }
    }

    /// Lists the IDs of all groups. The service allows one such call per second.
    pub fn list(&self) -> Pages<GetAppidGroupList> {
        self.admin.pages(GetAppidGroupList::new())
    }

    /// Lists the IDs of all groups of one type.
    pub fn list_of(&self, group_type: GroupType) -> Pages<GetAppidGroupList> {
        self.admin.pages(GetAppidGroupList::new().group_type(group_type))
    }

    /// Creates a group and returns its ID. The service assigns one if the request has none.
    ///
    /// # Errors
    /// If the call fails. Without a custom ID, calling this again creates another group.
    pub async fn create(&self, request: &CreateGroup) -> Result<GroupId, Error> {
        let response = self.admin.client().call(request).await?;
        Ok(response.into_body().group_id)
    }
}
