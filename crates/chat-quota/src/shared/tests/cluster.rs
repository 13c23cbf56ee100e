//! A cluster of two nodes.

use super::*;

/// Starts a node that has all slots, and one that has none.
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
async fn node_without_the_key_redirects_to_the_one_that_has_it() {
    let (owner, other) = cluster().await;
    let client = other.lease_client();
    let caller = Caller { client: &client, windows: &[(40, MINUTE)], max_wait: Duration::ZERO };
    for _ in 0..2 {
        assert_eq!(caller.granted(20, &[]).await.calls, 20);
    }
    let client = owner.lease_client();
    let caller = Caller { client: &client, ..caller };
    assert!(caller.wait(&[]).await > Duration::ZERO, "both nodes know of one log");
}
