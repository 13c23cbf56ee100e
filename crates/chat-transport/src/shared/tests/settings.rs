use super::*;
use crate::{WhenUnreachable, build_error::BuildError};

#[test]
fn a_url_that_cannot_be_meant_is_refused() {
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
        assert!(matches!(error, BuildError::InvalidSetting { .. }), "{url}: {error:?}");
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
fn a_timeout_of_nothing_is_refused() {
    let settings = SharedQuota::redis("redis://127.0.0.1").unwrap().timeout(Duration::ZERO);
    assert!(matches!(Shared::new(settings), Err(BuildError::InvalidSetting { .. })));
}

#[test]
fn a_password_is_shown_nowhere() {
    let settings = SharedQuota::redis("rediss://admin:opensesame@quota.example/1").unwrap();
    let texts = [
        format!("{settings:?}"),
        format!("{:?}", Shared::new(settings).unwrap()),
        format!("{:?}", SharedQuota::redis("redis://admin:opensesame@/x").unwrap_err()),
    ];
    for text in texts {
        assert!(!text.contains("opensesame") && !text.contains("admin"), "{text}");
    }
}

#[test]
fn whoever_says_nothing_refuses_while_the_server_is_away() {
    let settings = SharedQuota::redis("redis://127.0.0.1").unwrap();
    let quota = Shared::new(settings).unwrap();
    assert_eq!(quota.when_unreachable(), WhenUnreachable::Refuse);
}

#[tokio::test]
async fn a_wrong_password_is_an_outage_that_says_so() {
    let server = RedisServer::start_with(&["--requirepass", "opensesame"]);
    let lease = async |password: &str| {
        let url = format!("redis://:{password}@127.0.0.1:{}", server.port());
        let settings = SharedQuota::redis(&url).unwrap().timeout(10 * SECOND);
        let quota = Shared::new(settings).unwrap();
        let line = Line { quota: &quota, windows: &[(1, SECOND)], patience: SECOND };
        quota.lease(line.request(1, &[])).await
    };
    let error = lease("shibboleth").await.unwrap_err();
    assert!(error.to_string().to_lowercase().contains("password"), "{error}");
    assert!(!format!("{error} {error:?}").contains("shibboleth"));
    lease("opensesame").await.unwrap();
}
