//! The steps of an export, each of which writes a few records.

use std::mem;

use chat_transport::{Client, Error};
use chat_types::{
    GroupId, UserId,
    clock::{Clock, SystemClock},
    group::{GetGroupMemberInfo, GroupMember, ImportGroup},
    message::GroupHistoryMsg,
};
use futures_util::{TryStreamExt, stream::BoxStream};

use super::{
    ExportError,
    history::{self, HistoryOverview, MessageConverter},
    members::{self, MemberContext},
    profiles, settings,
};
use crate::{
    Admin, PageStream,
    migration::{ExportSummary, InGroup, Record},
};

/// An export in progress.
pub(super) struct Run {
    admin: Admin,
    group_id: GroupId,
    custom_fields: Vec<String>,
    stage: Stage,
    group: Option<ImportGroup>,
    overview: HistoryOverview,
    summary: ExportSummary,
}

type MemberPages = PageStream<GetGroupMemberInfo>;
type Windows = BoxStream<'static, Result<Vec<GroupHistoryMsg>, Error>>;

/// What to do next.
enum Stage {
    Start,
    /// Writes the accounts of members, page by page.
    MemberAccounts(MemberPages),
    /// Writes the accounts of senders who are no longer members.
    OtherAccounts,
    Group,
    Messages(Windows, MessageConverter),
    Members(MemberPages),
    Summary,
    End,
}

impl Run {
    pub(super) fn new(admin: Admin, group_id: GroupId, custom_fields: Vec<String>) -> Self {
        Self {
            admin,
            group_id,
            custom_fields,
            stage: Stage::Start,
            group: None,
            overview: HistoryOverview::default(),
            summary: ExportSummary::default(),
        }
    }

    /// Returns the next records, possibly none; `None` at the end.
    pub(super) async fn step(mut self) -> Result<Option<(Vec<Record>, Self)>, ExportError> {
        let records = match mem::replace(&mut self.stage, Stage::End) {
            Stage::Start => self.start().await?,
            Stage::MemberAccounts(pages) => self.member_accounts(pages).await?,
            Stage::OtherAccounts => self.other_accounts().await?,
            Stage::Group => self.group(),
            Stage::Messages(windows, converter) => self.messages(windows, converter).await?,
            Stage::Members(pages) => self.members(pages).await?,
            Stage::Summary => vec![Record::Summary(Box::new(mem::take(&mut self.summary)))],
            Stage::End => return Ok(None),
        };
        Ok(Some((records, self)))
    }

    /// Reads the settings, so that a missing group is an error before anything is written, and the
    /// history from the newest message to the oldest.
    async fn start(&mut self) -> Result<Vec<Record>, ExportError> {
        let Self { admin, group_id, custom_fields, summary, .. } = self;
        let omitted = &mut summary.omitted;
        let import = settings::read(admin.client(), group_id, custom_fields, omitted).await?;
        let mut pages = admin.pages(history::request(group_id)).pages();
        while let Some(page) = pages.next().await.transpose()? {
            page.items.iter().for_each(|message| self.overview.add(message));
            history::count_unrecognized(&page.unrecognized, omitted);
        }
        self.overview.senders.extend(import.owner_account.clone());
        self.group = Some(import);
        self.stage = Stage::MemberAccounts(self.member_pages());
        Ok(vec![Record::Header(Record::VERSION)])
    }

    async fn member_accounts(
        &mut self,
        mut pages: MemberPages,
    ) -> Result<Vec<Record>, ExportError> {
        let Some(page) = pages.next().await.transpose()? else {
            self.stage = Stage::OtherAccounts;
            return Ok(Vec::new());
        };
        self.stage = Stage::MemberAccounts(pages);
        let members = page.items.into_iter();
        let accounts: Vec<UserId> = members.map(|member| member.member_account).collect();
        for account in &accounts {
            self.overview.senders.remove(account);
        }
        self.accounts(&accounts).await
    }

    async fn other_accounts(&mut self) -> Result<Vec<Record>, ExportError> {
        self.stage = Stage::Group;
        let mut accounts: Vec<UserId> = mem::take(&mut self.overview.senders).into_iter().collect();
        accounts.sort_unstable();
        self.accounts(&accounts).await
    }

    async fn accounts(&mut self, accounts: &[UserId]) -> Result<Vec<Record>, ExportError> {
        let omitted = &mut self.summary.omitted;
        let records = profiles::read(self.admin.client(), accounts, omitted).await?;
        self.summary.accounts += records.len() as u64;
        Ok(records.into_iter().map(Record::Account).collect())
    }

    fn group(&mut self) -> Vec<Record> {
        let (client, group_id) = (self.client().clone(), self.group_id.clone());
        let windows = history::oldest_first(client, group_id, self.overview.range);
        self.stage = Stage::Messages(windows, MessageConverter::default());
        self.group.iter().cloned().map(|group| Record::Group(Box::new(group))).collect()
    }

    async fn messages(
        &mut self,
        mut windows: Windows,
        mut converter: MessageConverter,
    ) -> Result<Vec<Record>, ExportError> {
        let Some(window) = windows.try_next().await? else {
            self.stage = Stage::Members(self.member_pages());
            return Ok(Vec::new());
        };
        let omitted = &mut self.summary.omitted;
        let messages = window.into_iter().filter_map(|message| converter.convert(message, omitted));
        let group_id = &self.group_id;
        let records: Vec<Record> =
            messages.map(|message| Record::Message(InGroup::new(group_id, message))).collect();
        self.summary.messages += records.len() as u64;
        self.stage = Stage::Messages(windows, converter);
        Ok(records)
    }

    async fn members(&mut self, mut pages: MemberPages) -> Result<Vec<Record>, ExportError> {
        let Some(page) = pages.next().await.transpose()? else {
            self.stage = Stage::Summary;
            return Ok(Vec::new());
        };
        self.stage = Stage::Members(pages);
        let newest_seq = self.overview.range.map_or(0, |(_, newest)| newest);
        let context = MemberContext { now: SystemClock.now(), newest_seq };
        let owner = self.group.as_ref().and_then(|group| group.owner_account.as_ref());
        let is_other = |member: &GroupMember| Some(&member.member_account) != owner;
        let omitted = &mut self.summary.omitted;
        omitted.unreadable_members += page.unrecognized.len() as u64;
        let members = page.items.into_iter().filter(is_other);
        let members = members.map(|member| members::convert(member, context, omitted));
        let group_id = &self.group_id;
        let records: Vec<Record> =
            members.map(|member| Record::Member(InGroup::new(group_id, member))).collect();
        self.summary.members += records.len() as u64;
        Ok(records)
    }

    fn member_pages(&self) -> MemberPages {
        self.admin.pages(GetGroupMemberInfo::new(&self.group_id)).pages()
    }

    fn client(&self) -> &Client {
        self.admin.client()
    }
}
