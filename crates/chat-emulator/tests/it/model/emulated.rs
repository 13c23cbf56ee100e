//! The emulator: sends the calls of operations, and reads the state by calls.

use std::collections::{BTreeMap, BTreeSet};

use chat_types::GroupType;
use serde_json::{Value, json};

use super::operations::{
    GROUPS, LIVE, Observed, ObservedGroup, ObservedMessage, Operation, Outcome, USERS, User,
};
use crate::test_server::TestServer;

pub(super) struct Emulated(TestServer);

impl Emulated {
    pub(super) async fn start() -> Self {
        let server = TestServer::new().await;
        server.import_accounts(&USERS).await;
        server.app.create_group(LIVE, GroupType::AVChatRoom).unwrap();
        Self(server)
    }

    pub(super) async fn apply(&mut self, operation: &Operation) -> Outcome {
        match operation {
            Operation::Join { user } => {
                self.0.app.join(LIVE, [user]).unwrap();
                Outcome::default()
            }
            Operation::Leave { user } => {
                self.0.app.leave(LIVE, user).unwrap();
                Outcome::default()
            }
            Operation::Wait { seconds } => {
                self.0.advance_seconds(*seconds);
                Outcome::default()
            }
            _ => {
                let (path, body) = call(operation);
                let response = self.0.post(path, body).await;
                let code = response["ErrorCode"].as_i64().unwrap();
                Outcome { code, results: if code == 0 { results(&response) } else { Vec::new() } }
            }
        }
    }

    pub(super) async fn read(&self) -> Observed {
        let mut groups = BTreeMap::new();
        let list = self.0.call_ok("get_appid_group_list", "{}").await;
        for entry in list["GroupIdList"].as_array().unwrap() {
            let id = entry["GroupId"].as_str().unwrap();
            groups.insert(id.to_owned(), self.read_group(id).await);
        }
        let mut friends = BTreeMap::new();
        for user in USERS {
            friends.insert(user.to_owned(), self.friends(user).await);
        }
        Observed { groups, friends }
    }

    async fn read_group(&self, id: &str) -> ObservedGroup {
        let group = json!({"GroupId": id});
        let muted = self.0.call_ok("get_group_muted_account", &group).await;
        let mutes = ends(&muted["MutedAccountList"], "MutedUntil");
        if GROUPS.contains(&id) {
            let members = self.0.call_ok("get_group_member_info", &group).await;
            let members = strings(&members["MemberList"], "Member_Account").collect();
            let messages = self.messages(id).await;
            return ObservedGroup { members, mutes, bans: BTreeMap::new(), messages };
        }
        let is_member = |user: &&User| self.0.app.is_member(id, user).unwrap();
        let members = USERS.iter().filter(is_member).map(|&user| user.to_owned()).collect();
        let body = json!({"GroupId": id, "Offset": 0});
        let banned = self.0.call_ok("get_group_ban_member", body).await;
        let bans = ends(&banned["BannedAccountList"], "BannedUntil");
        ObservedGroup { members, mutes, bans, messages: Vec::new() }
    }

    async fn messages(&self, id: &str) -> Vec<ObservedMessage> {
        let mut messages: Vec<ObservedMessage> = Vec::new();
        loop {
            let mut body = json!({"GroupId": id, "ReqMsgNumber": 20, "WithRecalledMsg": 1});
            match messages.last() {
                Some(ObservedMessage { seq: 1, .. }) => return messages,
                Some(last) => body["ReqMsgSeq"] = json!(last.seq - 1),
                None => {}
            }
            let page = self.0.call_ok("group_msg_get_simple", body).await;
            let page = page["RspMsgList"].as_array().unwrap();
            if page.is_empty() {
                return messages;
            }
            messages.extend(page.iter().map(message));
        }
    }

    async fn friends(&self, user: &str) -> BTreeSet<String> {
        let body = json!({"From_Account": user, "StartIndex": 0});
        let response = self.0.post("sns/friend_get", body).await;
        assert_eq!(response["ErrorCode"], 0, "{response}");
        strings(&response["UserDataItem"], "To_Account").collect()
    }
}

/// Returns the path and the body of the call.
fn call(operation: &Operation) -> (&'static str, Value) {
    match operation {
        Operation::Create { group, owner } => (
            "group_open_http_svc/create_group",
            json!({"GroupId": group, "Type": "Public", "Name": group, "Owner_Account": owner}),
        ),
        Operation::Destroy { group } => {
            ("group_open_http_svc/destroy_group", json!({"GroupId": group}))
        }
        Operation::Add { group, users } => {
            let list: Vec<_> = users.iter().map(|user| json!({"Member_Account": user})).collect();
            ("group_open_http_svc/add_group_member", json!({"GroupId": group, "MemberList": list}))
        }
        Operation::Remove { group, users } => (
            "group_open_http_svc/delete_group_member",
            json!({"GroupId": group, "MemberToDel_Account": users}),
        ),
        Operation::Mute { group, users, seconds } => (
            "group_open_http_svc/forbid_send_msg",
            json!({"GroupId": group, "Members_Account": users, "MuteTime": seconds}),
        ),
        Operation::Ban { group, users, seconds } => (
            "group_open_http_svc/ban_group_member",
            json!({"GroupId": group, "Members_Account": users, "Duration": seconds}),
        ),
        Operation::Unban { group, users } => (
            "group_open_http_svc/unban_group_member",
            json!({"GroupId": group, "Members_Account": users}),
        ),
        Operation::Send { group, from, random, text } => {
            let body = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}]);
            (
                "group_open_http_svc/send_group_msg",
                json!({"GroupId": group, "From_Account": from, "Random": random, "MsgBody": body}),
            )
        }
        Operation::Recall { group, seqs } => {
            let list: Vec<_> = seqs.iter().map(|seq| json!({"MsgSeq": seq})).collect();
            ("group_open_http_svc/group_msg_recall", json!({"GroupId": group, "MsgSeqList": list}))
        }
        Operation::Befriend { user, friend, both } => {
            let add_type = if *both { "Add_Type_Both" } else { "Add_Type_Single" };
            let item = json!([{"To_Account": friend, "AddSource": "AddSource_Type_Web"}]);
            (
                "sns/friend_add",
                json!({"From_Account": user, "AddFriendItem": item, "AddType": add_type}),
            )
        }
        Operation::Unfriend { user, friend, both } => {
            let delete_type = if *both { "Delete_Type_Both" } else { "Delete_Type_Single" };
            (
                "sns/friend_delete",
                json!({"From_Account": user, "To_Account": [friend], "DeleteType": delete_type}),
            )
        }
        Operation::Join { .. } | Operation::Leave { .. } | Operation::Wait { .. } => {
            unreachable!("not a call")
        }
    }
}

/// Returns the result of each item, or the number of the message that was sent.
fn results(response: &Value) -> Vec<i64> {
    const LISTS: [(&str, &str); 3] =
        [("MemberList", "Result"), ("RecallRetList", "RetCode"), ("ResultItem", "ResultCode")];
    let lists = LISTS.iter().filter_map(|(list, field)| Some((response[*list].as_array()?, field)));
    let items = lists.flat_map(|(list, field)| list.iter().map(|item| item[*field].as_i64()));
    items.chain([response["MsgSeq"].as_i64()]).flatten().collect()
}

fn strings(list: &Value, field: &'static str) -> impl Iterator<Item = String> {
    list.as_array().unwrap().iter().map(move |entry| entry[field].as_str().unwrap().to_owned())
}

/// Returns when the mute or the ban of each account ends.
fn ends(list: &Value, field: &'static str) -> BTreeMap<String, u64> {
    let ends = list.as_array().unwrap().iter().map(|entry| entry[field].as_u64().unwrap());
    strings(list, "Member_Account").zip(ends).collect()
}

fn message(entry: &Value) -> ObservedMessage {
    ObservedMessage {
        seq: entry["MsgSeq"].as_u64().unwrap(),
        sender: entry["From_Account"].as_str().unwrap().to_owned(),
        text: entry["MsgBody"][0]["MsgContent"]["Text"].as_str().unwrap().to_owned(),
        time: entry["MsgTimeStamp"].as_u64().unwrap(),
        recalled: entry["IsPlaceMsg"] == 2,
    }
}
