//! A cluster of two nodes.

use super::*;

/// Starts a node that has all slots, and one that has none.
async fn cluster() -> (RedisServer, RedisServer) {
    let node = || RedisServer::start_with(&["--cluster-enabled", "yes"]);
    let (owner, other) = (node(), node());
    ask::<()>(&owner, &["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]).await;
    ask::<()>(&other, &["CLUSTER", "MEET", "127.0.0.1", &owner.port().to_string()]).await;
    for node in [&owner, &other] {
        while !ask::<String>(node, &["CLUSTER", "INFO"]).await.contains("cluster_state:ok") {
            tokio::time::sleep(SECOND / 50).await;
        }
    }
    (owner, other)
}

#[tokio::test]
async fn journal_is_on_the_node_of_its_key_whichever_the_url_names() {
    let (owner, other) = cluster().await;
    let (writer, _) = start(journal(&other).create().await.unwrap());
    writer.write(&settled(0)).await.unwrap();
    writer.close().await;
    for node in [&owner, &other] {
        assert_eq!(journal(node).read().await.unwrap().summary.done, 4);
    }
}
