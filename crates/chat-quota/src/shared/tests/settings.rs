//! Settings, and what they show of a password.

use super::*;
use crate::shared::WhenUnreachable;

#[test]
fn invalid_url_is_refused() {
    for url in [
        "",
        "127.0.0.1",
        "http://127.0.0.1",
        "redis://",
        "redis://127.0.0.1/zero",
        "redis+unix:///run/redis.sock",
        "unix:/run/redis.sock",
        "rediss://127.0.0.1/#insecure",
    ] {
        let error = SharedQuota::redis(url).unwrap_err();
        assert_eq!(error.setting(), "URL of the shared quota", "{url}: {error}");
    }
    for url in [
        "redis://127.0.0.1",
        "redis://[::1]:6380/2",
        "valkey://user:password@quota.example/0",
        "rediss://:password@quota.example:6380",
    ] {
        assert!(SharedQuota::redis(url).is_ok(), "{url}");
    }
}

#[test]
fn zero_timeout_is_refused() {
    let settings = SharedQuota::redis("redis://127.0.0.1").unwrap().timeout(Duration::ZERO);
    let error = LeaseClient::new(settings).unwrap_err();
    assert_eq!(error.to_string(), "invalid timeout of the shared quota: must be more than 0");
}

#[test]
fn password_appears_in_no_text() {
    let settings = SharedQuota::redis("rediss://admin:opensesame@quota.example/1").unwrap();
    let texts = [
        format!("{settings:?}"),
        format!("{:?}", LeaseClient::new(settings).unwrap()),
        format!("{:?}", SharedQuota::redis("redis://admin:opensesame@/x").unwrap_err()),
    ];
    for text in texts {
        assert!(!text.contains("opensesame") && !text.contains("admin"), "{text}");
    }
}

#[test]
fn default_policy_is_to_refuse() {
    let settings = SharedQuota::redis("redis://127.0.0.1").unwrap();
    let client = LeaseClient::new(settings).unwrap();
    assert_eq!(client.when_unreachable(), WhenUnreachable::Refuse);
}

#[tokio::test]
async fn wrong_password_is_an_outage_that_says_so() {
    let server = RedisServer::start_with(&["--requirepass", "opensesame"]);
    let lease = async |password: &str| {
        let url = format!("redis://:{password}@127.0.0.1:{}", server.port());
        let settings = SharedQuota::redis(&url).unwrap().timeout(10 * SECOND);
        let client = LeaseClient::new(settings).unwrap();
        let caller = Caller { client: &client, windows: &[(1, SECOND)], max_wait: SECOND };
        client.lease(&caller.request(1, &[])).await
    };
    let error = lease("shibboleth").await.unwrap_err();
    assert!(error.to_string().to_lowercase().contains("password"), "{error}");
    assert!(!format!("{error} {error:?}").contains("shibboleth"));
    lease("opensesame").await.unwrap();
}
