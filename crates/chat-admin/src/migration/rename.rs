//! Giving a group a new id.

use chat_types::GroupId;

use crate::migration::{Line, Record};

/// Replaces the id of a group in its records, to import the group under a new id or to copy it.
///
/// A group with an id assigned by the service (`@TGS#…`) cannot be imported under it, so most exports
/// need this. All groups in the records get the same id, so the records should be those of one group.
///
/// ```
/// use chat_admin::migration::{Record, Records, Rename};
///
/// let file = r#"{"member":{"GroupId":"@TGS#2J4SZEAEL","Member_Account":"leckie"}}"#;
/// let rename = Rename::to("stargazers");
///
/// for line in Records::new(file.as_bytes()) {
///     let line = rename.apply(line?).ok_or("omitted")?;
///     let Record::Member(member) = line.record else { return Err("not a member".into()) };
///     assert_eq!(member.group_id.as_str(), "stargazers");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rename {
    to: GroupId,
    with_accounts: bool,
}

impl Rename {
    /// Creates a replacement with this id.
    pub fn to(group: impl Into<GroupId>) -> Self {
        Self { to: group.into(), with_accounts: true }
    }

    /// Omits accounts, for a copy within one app, where they exist and keep their nickname and
    /// picture.
    #[must_use]
    pub fn without_accounts(mut self) -> Self {
        self.with_accounts = false;
        self
    }

    /// Returns the line with the new id, or `None` if it is omitted.
    pub fn apply(&self, mut line: Line) -> Option<Line> {
        match &mut line.record {
            Record::Account(_) if !self.with_accounts => return None,
            Record::Group(group) => group.group_id = Some(self.to.clone()),
            Record::Message(message) => message.group_id.clone_from(&self.to),
            Record::Member(member) => member.group_id.clone_from(&self.to),
            Record::Header(_) | Record::Account(_) | Record::Summary(_) => {}
        }
        Some(line)
    }
}
