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

    /// The ids of all groups. The service takes one such call per second.
    pub fn list(&self) -> Pages<GetAppidGroupList> {
        self.admin.pages(GetAppidGroupList::new())
    }

    /// The ids of all groups of one type.
    pub fn list_of(&self, group_type: GroupType) -> Pages<GetAppidGroupList> {
        self.admin.pages(GetAppidGroupList::new().group_type(group_type))
    }

    /// Creates a group and gives its id, the service's own where the request names none.
    ///
    /// # Errors
    /// As any call. Without an id of one's own a repeat creates another group.
    pub async fn create(&self, request: &CreateGroup) -> Result<GroupId, Error> {
        let response = self.admin.client().call(request).await?;
        Ok(response.into_body().group_id)
    }
}
