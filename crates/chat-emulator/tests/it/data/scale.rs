//! How long a start takes. `RESTART_MESSAGES` sets the number of messages; a tenth as many accounts.

use std::time::{Duration, Instant};

use chat_types::GroupType;
use serde_json::json;

use super::start;
use crate::test_server::users;

#[tokio::test]
async fn large_state_is_restored_from_its_snapshot() {
    let messages =
        std::env::var("RESTART_MESSAGES").map_or(2_000, |number| number.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path()).await;
    let groups = 100_u64;
    let accounts = users(messages / 10);
    server.import_accounts(&accounts).await;
    for group in 0..groups {
        let group = format!("@TGS#group{group}");
        server.app.create_group(group.as_str(), GroupType::Public).unwrap();
        server.app.join(&group, accounts.iter().take(50)).unwrap();
    }
    for number in 0..messages as u64 {
        let body = json!({
            "GroupId": format!("@TGS#group{}", number % groups), "Random": number,
            "From_Account": accounts[number as usize % accounts.len()],
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello, everybody"}}],
        });
        server.call_ok("send_group_msg", body).await;
    }
    let expected = server.app.account_count();
    server.emulator.shutdown().await;
    let begin = Instant::now();
    let server = start(directory.path()).await;
    let took = begin.elapsed();
    assert_eq!(server.app.account_count(), expected);
    let count = server.app.message_count("@TGS#group7").unwrap();
    assert_eq!(count, messages as u64 / groups);
    assert!(took < Duration::from_secs(10), "{took:?}");
}
