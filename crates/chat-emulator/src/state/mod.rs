//! The state of an app: what the service remembers between calls. It knows nothing of requests and
//! responses.

pub(crate) mod accounts;
pub(crate) mod attributes;
pub(crate) mod audience;
pub(crate) mod changes;
pub(crate) mod chat_files;
pub(crate) mod conversation;
pub(crate) mod conversation_lists;
pub(crate) mod direct_messages;
pub(crate) mod extensions;
pub(crate) mod figures;
pub(crate) mod follows;
pub(crate) mod group;
pub(crate) mod group_growth;
pub(crate) mod groups;
pub(crate) mod history;
pub(crate) mod history_files;
pub(crate) mod members;
pub(crate) mod message;
pub(crate) mod metadata;
pub(crate) mod moderation;
pub(crate) mod official_accounts;
pub(crate) mod online_only;
pub(crate) mod ordered_map;
pub(crate) mod permission_groups;
pub(crate) mod pins;
pub(crate) mod push;
pub(crate) mod relationships;
pub(crate) mod restrictions;
pub(crate) mod robots;
pub(crate) mod room;
pub(crate) mod room_creations;
pub(crate) mod room_webhooks;
pub(crate) mod seats;
pub(crate) mod sessions;
pub(crate) mod stream;
pub(crate) mod topics;

use std::collections::BTreeSet;

use chat_types::limits::{
    GROUP_ATTRIBUTE_WRITES_PER_SECOND, MAX_DAILY_GROUP_GROWTH, MAX_DAILY_PUSHES,
    ROOM_CREATIONS_PER_SECOND,
};
use serde::{Deserialize, Serialize};

use self::{
    accounts::Accounts, chat_files::ChatFiles, conversation_lists::ConversationLists,
    direct_messages::DirectMessages, figures::DailyFigures, follows::Follows,
    group_growth::GroupGrowth, groups::Groups, history::History, history_files::HistoryFiles,
    moderation::Moderation, official_accounts::OfficialAccounts, push::PushService,
    relationships::Relationships, restrictions::AccountMutes, robots::Robots,
    room_creations::RoomCreations, room_webhooks::RoomWebhooks, sessions::Sessions,
};
use crate::quota::QuotaMode;

/// The state of one app.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AppState {
    #[serde(skip)]
    pub(crate) sdk_app_id: u32,
    /// Decides whether the limits on the rate of messages apply.
    #[serde(skip)]
    pub(crate) quotas: QuotaMode,
    pub(crate) accounts: Accounts,
    pub(crate) groups: Groups,
    pub(crate) group_growth: GroupGrowth,
    /// The limit on writes to the attributes of one group; `None` without a limit.
    #[serde(skip)]
    pub(crate) attribute_writes_per_second: Option<u64>,
    /// The messages sent to all audio-video groups.
    pub(crate) broadcasts: History,
    pub(crate) direct_messages: DirectMessages,
    pub(crate) relationships: Relationships,
    pub(crate) account_mutes: AccountMutes,
    pub(crate) conversation_lists: ConversationLists,
    pub(crate) follows: Follows,
    pub(crate) robots: Robots,
    pub(crate) room_creations: RoomCreations,
    pub(crate) room_webhooks: RoomWebhooks,
    pub(crate) official_accounts: OfficialAccounts,
    pub(crate) push: PushService,
    pub(crate) moderation: Moderation,
    pub(crate) figures: DailyFigures,
    pub(crate) history_files: HistoryFiles,
    pub(crate) chat_files: ChatFiles,
    pub(crate) sessions: Sessions,
}

impl AppState {
    /// Sets what follows from the settings of the emulator.
    pub(crate) fn configure(&mut self, sdk_app_id: u32, quotas: QuotaMode) {
        (self.sdk_app_id, self.quotas) = (sdk_app_id, quotas);
        self.attribute_writes_per_second = quotas.apply(GROUP_ATTRIBUTE_WRITES_PER_SECOND.into());
        self.group_growth.limit(quotas.apply(MAX_DAILY_GROUP_GROWTH.into()));
        self.room_creations.limit(quotas.apply(ROOM_CREATIONS_PER_SECOND.into()));
        self.push.pushes.limit(quotas.apply(MAX_DAILY_PUSHES.into()));
    }

    /// Creates the state of a new app: its admins are its only accounts.
    pub(crate) fn new(sdk_app_id: u32, quotas: QuotaMode, admins: &BTreeSet<String>) -> Self {
        let mut accounts = Accounts::default();
        for admin in admins {
            accounts.log_in(admin);
        }
        // Admins are not new accounts of any day.
        accounts.take_changes();
        let group_growth = GroupGrowth::new(quotas.apply(MAX_DAILY_GROUP_GROWTH.into()));
        Self {
            sdk_app_id,
            quotas,
            accounts,
            groups: Groups::default(),
            group_growth,
            attribute_writes_per_second: quotas.apply(GROUP_ATTRIBUTE_WRITES_PER_SECOND.into()),
            broadcasts: History::default(),
            direct_messages: DirectMessages::default(),
            relationships: Relationships::default(),
            account_mutes: AccountMutes::default(),
            conversation_lists: ConversationLists::default(),
            follows: Follows::default(),
            robots: Robots::default(),
            room_creations: RoomCreations::new(quotas.apply(ROOM_CREATIONS_PER_SECOND.into())),
            room_webhooks: RoomWebhooks::default(),
            official_accounts: OfficialAccounts::default(),
            push: PushService::new(quotas.apply(MAX_DAILY_PUSHES.into())),
            moderation: Moderation::default(),
            figures: DailyFigures::default(),
            history_files: HistoryFiles::default(),
            chat_files: ChatFiles::default(),
            sessions: Sessions::default(),
        }
    }
}
