//! Jobs keep to limits that depend on the site of the app, and to those that count items.

use std::time::Duration;

use chat_admin::Admin;
use chat_transport::{
    ClientBuilder, Quota,
    testing::{Reply, Script},
};
use chat_types::spec::Site;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{block_on, block_on_paused, users};

fn succeeding() -> Script {
    Script::from_fn(|_, sent| {
        let members = sent.body["MemberList"].as_array().cloned().unwrap_or_default();
        let done =
            |member: &Value| json!({"Member_Account": member["Member_Account"], "Result": 1});
        let members: Vec<Value> = members.iter().map(done).collect();
        Reply::json(json!({ "ErrorCode": 0, "MemberList": members }))
    })
}

fn admin(script: &Script, set: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Admin {
    Admin::new(set(script.builder().unwrap()).build().unwrap())
}

#[test]
fn calls_have_as_many_members_as_the_site_allows() {
    for (site, sizes) in [
        (None, vec![20; 20]),
        (Some(Site::China), vec![20; 20]),
        (Some(Site::International), vec![300, 100]),
    ] {
        let script = succeeding();
        let admin = admin(&script, |builder| match site {
            Some(site) => builder.site(site),
            None => builder,
        });
        let job = admin.group("g").add_members(users(400));
        let report = block_on(job.concurrency(1).run());
        assert_eq!(report.summary.done, 400);
        let sent: Vec<usize> = script
            .sent()
            .iter()
            .map(|sent| sent.body["MemberList"].as_array().unwrap().len())
            .collect();
        assert_eq!(sent, sizes, "{site:?}");
    }
}

#[test]
fn message_to_many_is_limited_by_its_receivers() {
    let script = succeeding();
    let admin = admin(&script, |builder| builder.quota(Quota::documented()));
    let job = |count| admin.broadcast(7, []).to(users(count).collect::<Vec<_>>());
    let planned = |count| job(count).plan().min_duration;
    // At most 12,000 receivers a minute, in 24 calls with 500 each.
    assert_eq!(planned(12_000), Some(Duration::ZERO));
    assert_eq!(planned(12_001), Some(Duration::from_secs(60)));
    assert_eq!(planned(60_000), Some(Duration::from_secs(240)));

    let (done, time) = block_on_paused(async {
        let start = Instant::now();
        let report = job(30_000).run().await;
        (report.summary.done, start.elapsed())
    });
    assert_eq!(done, 30_000);
    assert!((120..=123).contains(&time.as_secs()), "{time:?}");
}
