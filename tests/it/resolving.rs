//! Whether a call took effect whose response was lost.

use std::time::Duration;

use chat_admin::Admin;
use chat_emulator::{Emulator, QuotaMode};
use chat_transport::{Client, RetryPolicy};
use chat_types::{
    ENDPOINTS, GroupType, Seconds, UnixSeconds,
    account::AccountToImport,
    clock::{Clock as _, SystemClock},
    message::{ImportMsg, MsgElement, SendGroupMsg, SendMsg, SyncFromOldSystem, TextElement},
};
use chat_usersig::SecretKey;

use crate::{
    jobs::block_on,
    lossy_proxy::{Fate, LossyProxy},
};

#[test]
fn endpoints_that_show_it_exist() {
    let resolved = || ENDPOINTS.iter().filter(|spec| spec.repeat.resolved_by.is_some());
    assert!(resolved().count() >= 10);
    for spec in resolved() {
        let endpoint = spec.resolved_by().unwrap_or_else(|| panic!("{}", spec.id()));
        assert!(endpoint.is_safe_to_repeat(b"{}", Duration::MAX), "{}", spec.id());
    }
}

#[test]
fn lost_messages_are_found_where_they_arrived() {
    block_on(async {
        let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        app.create_group("town", GroupType::Public).unwrap();
        for (fate, expected) in [(Fate::LoseResponse, true), (Fate::LoseRequest, false)] {
            let server = emulator.local_addr().to_string();
            let proxy = LossyProxy::start(server, move |command, _| {
                let is_lost = ["send_group_msg", "sendmsg", "importmsg"].contains(&command);
                if is_lost { fate } else { Fate::Pass }
            });
            let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
            let client = Client::builder(Emulator::DEFAULT_APP, key)
                .endpoint(proxy.await.unwrap().url())
                .retry(RetryPolicy::none());
            let admin = Admin::new(client.build().unwrap());
            let accounts = ["peter", "leckie"].map(AccountToImport::new);
            assert!(admin.accounts().import(accounts).run().await.is_complete());
            check(&admin, expected).await;
        }
    });
}

async fn check(admin: &Admin, expected: bool) {
    let random = if expected { 1_000 } else { 2_000 };
    let body = || [MsgElement::Text(TextElement::new("hello"))];
    let to_group = SendGroupMsg::new("town", random, body()).from_account("peter");
    let error = admin.client().call(&to_group).await.unwrap_err();
    assert!(error.may_have_taken_effect(), "{error}");
    assert_eq!(admin.took_effect(&to_group).await.unwrap(), Some(expected));

    let direct = SendMsg::new("leckie", random, body()).from_account("peter");
    admin.client().call(&direct).await.unwrap_err();
    assert_eq!(admin.took_effect(&direct).await.unwrap(), Some(expected));
    let not_stored = direct.clone().msg_life_time(Seconds::new(0));
    assert_eq!(admin.took_effect(&not_stored).await.unwrap(), None);

    let yesterday = UnixSeconds::new(SystemClock.now().get() - 86_400);
    let import = |time: UnixSeconds| {
        ImportMsg::new(SyncFromOldSystem::History, "peter", "leckie", random, time, body())
    };
    admin.client().call(&import(yesterday)).await.unwrap_err();
    assert_eq!(admin.took_effect(&import(yesterday)).await.unwrap(), Some(expected));
    let long_ago = import(UnixSeconds::new(1_600_000_000));
    assert_eq!(admin.took_effect(&long_ago).await.unwrap(), None, "it may not be shown");
}
