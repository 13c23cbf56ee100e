use super::*;

/// A node that has all slots, and one beside it that has none.
async fn cluster() -> (RedisServer, RedisServer) {
    let node = || RedisServer::start_with(&["--cluster-enabled", "yes"]);
    let (owner, other) = (node(), node());
    owner.ask::<()>(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]).await;
    other.ask::<()>(&["CLUSTER", "MEET", "127.0.0.1", &owner.port().to_string()]).await;
    for node in [&owner, &other] {
        while !node.ask::<String>(&["CLUSTER", "INFO"]).await.contains("cluster_state:ok") {
            tokio::time::sleep(SECOND / 50).await;
        }
    }
    (owner, other)
}

#[tokio::test]
async fn a_node_that_does_not_have_the_key_leads_to_the_one_that_has() {
    let (owner, other) = cluster().await;
    let quota = other.quota();
    let line = Line { quota: &quota, windows: &[(40, MINUTE)], patience: Duration::ZERO };
    for _ in 0..2 {
        assert_eq!(line.granted(20, &[]).await.calls, 20);
    }
    let quota = owner.quota();
    let line = Line { quota: &quota, ..line };
    assert!(line.wait(&[]).await > Duration::ZERO, "both nodes know of one log");
}
