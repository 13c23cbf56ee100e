//! The calls of an import as the chunks of a job.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
    io,
    sync::Arc,
    time::Duration,
};

use chat_transport::{Client, Error};
use chat_types::{
    GroupId, ItemOutcome, UnixSeconds, UserId,
    check::FieldPath,
    clock::{Clock as _, SystemClock},
    group::{GetGroupInfo, GroupInfoFilter, ImportGroup},
    message::ImportGroupMsg,
    spec::EndpointSpec,
};
use tokio::sync::Mutex;

use crate::{
    Outcome,
    job::{Chunk, Delivery, Sealed},
    migration::{ImportCall, ImportRequest, ItemSource, group_messages::GroupMessages},
};

/// What the calls of an import share.
#[derive(Debug, Default)]
pub(super) struct ImportContext {
    /// Whether groups that exist already are continued, if they have the same owner.
    continues_groups: bool,
    /// The messages of groups that existed before this run.
    existing: Mutex<HashMap<GroupId, Option<GroupMessages>>>,
}

/// One call of an import.
#[derive(Clone, Debug)]
pub struct ImportChunk {
    call: ImportCall,
    context: Arc<ImportContext>,
}

impl ImportContext {
    pub(super) fn new(continues_groups: bool) -> Self {
        Self { continues_groups, existing: Mutex::default() }
    }
}

impl ImportChunk {
    pub(super) fn new(call: ImportCall, context: Arc<ImportContext>) -> Self {
        Self { call, context }
    }

    /// Sends some items of the call.
    async fn send_part(
        &self,
        client: &Client,
        part: &ImportCall,
    ) -> Result<(Vec<ItemOutcome>, Duration), Error> {
        match part.request() {
            ImportRequest::Group(group) => self.send_group(client, part, group).await,
            ImportRequest::Messages(request) => self.send_messages(client, part, request).await,
            _ => part.call(client).await,
        }
    }

    /// Creates a group, or continues one that exists and has the same owner.
    async fn send_group(
        &self,
        client: &Client,
        part: &ImportCall,
        group: &ImportGroup,
    ) -> Result<(Vec<ItemOutcome>, Duration), Error> {
        let error = match part.call(client).await {
            Err(error) => error,
            done => return done,
        };
        let already_done = part.endpoint().repeat.already_done;
        let exists = error.code().is_some_and(|code| already_done.contains(&code));
        if exists && self.context.continues_groups && is_owned_alike(client, group).await? {
            let id = group.group_id.clone().unwrap_or_default();
            self.context.existing.lock().await.insert(id, None);
            return Ok((vec![ItemOutcome::Done], Duration::ZERO));
        }
        Err(error)
    }

    /// Sends the messages that the group does not have yet.
    async fn send_messages(
        &self,
        client: &Client,
        part: &ImportCall,
        request: &ImportGroupMsg,
    ) -> Result<(Vec<ItemOutcome>, Duration), Error> {
        let missing = self.missing_messages(client, request).await?;
        let all = request.msg_list.len();
        let Some(rest) = part.part(missing.iter().copied()) else {
            return Ok((vec![ItemOutcome::Done; all], Duration::ZERO));
        };
        let (outcomes, waited) = rest.call(client).await?;
        let mut merged = vec![ItemOutcome::Done; all];
        let outcomes = outcomes.into_iter().chain(std::iter::repeat(ItemOutcome::Unknown));
        for (index, outcome) in missing.into_iter().zip(outcomes) {
            if let Some(item) = merged.get_mut(index) {
                *item = outcome;
            }
        }
        Ok((merged, waited))
    }

    /// Returns the indices of the messages that the group lacks: all, if this run created it.
    async fn missing_messages(
        &self,
        client: &Client,
        request: &ImportGroupMsg,
    ) -> Result<Vec<usize>, Error> {
        let all = 0..request.msg_list.len();
        let mut existing = self.context.existing.lock().await;
        let Entry::Occupied(mut entry) = existing.entry(request.group_id.clone()) else {
            return Ok(all.collect());
        };
        if entry.get().is_none() {
            let oldest = oldest(request);
            *entry.get_mut() = Some(GroupMessages::since(client, &request.group_id, oldest).await?);
        }
        let is_missing = |index: &usize| {
            let message = request.msg_list.get(*index);
            message.is_some_and(|message| {
                !entry.get().as_ref().is_some_and(|messages| messages.contains(message))
            })
        };
        Ok(all.filter(is_missing).collect())
    }

    /// Returns which messages the group has. Asks twice, because a call whose response was lost may
    /// still be on its way.
    async fn find_messages(&self, client: &Client, request: &ImportGroupMsg) -> Option<Vec<bool>> {
        let mut found = Vec::new();
        for pause in [Duration::ZERO, SETTLING_TIME] {
            tokio::time::sleep(pause).await;
            let messages = GroupMessages::since(client, &request.group_id, oldest(request)).await;
            let messages = messages.ok()?;
            found = request.msg_list.iter().map(|message| messages.contains(message)).collect();
            if found.iter().all(|found| *found) {
                break;
            }
        }
        Some(found)
    }
}

/// Returns whether a group has the owner with which it would be imported.
async fn is_owned_alike(client: &Client, group: &ImportGroup) -> Result<bool, Error> {
    let filter = GroupInfoFilter::new().group_base_info_filter(["Owner_Account"]);
    let request = GetGroupInfo::new(group.group_id.clone()).response_filter(filter);
    let response = client.call(&request).await?.into_body();
    let owner = |owner: Option<&UserId>| owner.map(UserId::as_str).unwrap_or_default().to_owned();
    let found = response.group_info.first().map(|info| owner(info.owner_account.as_ref()));
    Ok(found == Some(owner(group.owner_account.as_ref())))
}

fn oldest(request: &ImportGroupMsg) -> UnixSeconds {
    request.msg_list.iter().map(|message| message.send_time).min().unwrap_or_default()
}

impl Sealed for ImportChunk {}

impl Chunk for ImportChunk {
    /// The records that the sent items come from.
    type Response = Vec<ItemSource>;

    fn endpoint(&self) -> &'static EndpointSpec {
        self.call.endpoint()
    }

    fn target(&self) -> Option<&Arc<str>> {
        None
    }

    fn length(&self) -> usize {
        self.call.len()
    }

    fn key(&self, index: usize) -> Cow<'_, str> {
        self.call.key(index).unwrap_or_default().into()
    }

    /// Writes the records as they are in the input: the times with which messages are sent can depend
    /// on when the import runs.
    fn write_items(&self, to: &mut dyn io::Write) -> io::Result<()> {
        for index in 0..self.call.len() {
            serde_json::to_writer(&mut *to, &self.call.original_record(index))?;
        }
        Ok(())
    }

    fn item_at(&self, path: &FieldPath) -> Option<usize> {
        let batch = self.endpoint().batch.as_ref()?;
        path.index_in(batch.field)
    }

    fn is_safe_to_repeat(&self, within: Duration) -> bool {
        self.call.is_safe_to_repeat(within)
    }

    fn waits_for_earlier(&self) -> bool {
        self.call.waits_for_earlier()
    }

    /// A message cannot be imported after a later one, and nothing may be written into a group that
    /// does not exist or that belongs to somebody else. Only members can wait for another run.
    fn blocks_later_items(&self, outcome: &Outcome) -> bool {
        match self.call.request() {
            ImportRequest::Group(_) => outcome.failure().is_some(),
            ImportRequest::Accounts(_) | ImportRequest::Messages(_) => outcome.is_open(),
            ImportRequest::Members(_) => false,
        }
    }

    /// A message is sent once its time has passed.
    fn not_before(&self, indices: &[usize]) -> Option<UnixSeconds> {
        let ImportRequest::Messages(request) = self.call.request() else { return None };
        let times = indices.iter().filter_map(|index| request.msg_list.get(*index));
        times.map(|message| message.send_time.after(1)).max()
    }

    /// The clocks of this machine and of the service may differ.
    fn may_be_early(&self, index: usize) -> bool {
        let ImportRequest::Messages(request) = self.call.request() else { return false };
        let time = request.msg_list.get(index).map(|message| message.send_time);
        time.is_some_and(|time| time.after(MAX_CLOCK_OFFSET) >= SystemClock.now())
    }

    fn can_resolve(&self) -> bool {
        matches!(self.call.request(), ImportRequest::Messages(_))
    }

    async fn resolve(&self, client: &Client, indices: &[usize]) -> Option<Vec<bool>> {
        let part = self.call.part(indices.iter().copied())?;
        match part.request() {
            ImportRequest::Messages(request) => self.find_messages(client, request).await,
            _ => None,
        }
    }

    async fn send(
        &self,
        client: &Client,
        _number: u64,
        indices: &[usize],
    ) -> Result<Delivery<Vec<ItemSource>>, Error> {
        let part = self.call.part(indices.iter().copied());
        let part = part.as_ref().unwrap_or(&self.call);
        let (outcomes, waited) = self.send_part(client, part).await?;
        Ok(Delivery { outcomes, response: part.sources().to_vec(), waited })
    }
}

/// For how long a request may still take effect after its connection was lost. The service gives up
/// after three seconds.
const SETTLING_TIME: Duration = Duration::from_secs(5);

/// In seconds. Clocks that differ more are a mistake that the transport reports.
const MAX_CLOCK_OFFSET: u64 = 120;
