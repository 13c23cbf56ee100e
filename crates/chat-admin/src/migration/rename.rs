use chat_types::GroupId;

use crate::migration::{Line, Record};

/// Gives a group another id: to import it under a new one, or to make a copy of it.
///
/// An id that the service assigned (`@TGS#…`) cannot be imported, so most exports need this. All
/// groups in the records get the same id, so the records should be those of one group.
///
/// ```
/// use chat_admin::migration::{Record, Records, Rename};
///
/// let file = r#"{"member":{"GroupId":"@TGS#2J4SZEAEL","Member_Account":"leckie"}}"#;
/// let rename = Rename::to("stargazers");
///
/// for line in Records::new(file.as_bytes()) {
///     let line = rename.apply(line?).ok_or("it was left out")?;
///     let Record::Member(member) = line.record else { return Err("no member".into()) };
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
    /// To this id.
    pub fn to(group: impl Into<GroupId>) -> Self {
        Self { to: group.into(), with_accounts: true }
    }

    /// Leaves accounts out, for a copy within one app, where they are already and keep their
    /// nickname and picture.
    #[must_use]
    pub fn without_accounts(mut self) -> Self {
        self.with_accounts = false;
        self
    }

    /// The line with the new id; `None` where it is left out.
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
