//! The server goes away, or falls silent.

use super::*;

#[tokio::test]
async fn server_that_restarts_has_everything_and_the_job_continues() {
    let mut server = durable_server();
    let (writer, _) = start(journal(&server).create().await.unwrap());
    for chunk in 0..5 {
        writer.write(&settled(chunk)).await.unwrap();
        server.stop();
        let next = tokio::spawn({
            let writer = writer.clone();
            async move { writer.write(&settled(chunk + 100)).await }
        });
        tokio::time::sleep(SECOND / 5).await;
        assert!(!next.is_finished());
        server.restart();
        next.await.unwrap().unwrap();
    }
    drop(writer);
    assert_eq!(journal(&server).read().await.unwrap().summary.done, 40);
}

#[tokio::test]
async fn request_whose_response_was_lost_takes_effect_once() {
    let server = RedisServer::start();
    let mut journal = journal(&server);
    journal.timing.timeout = SECOND / 5;
    let (writer, _) = start(journal.create().await.unwrap());
    writer.write(&settled(0)).await.unwrap();
    for chunk in 1..4 {
        server.pause();
        let next = tokio::spawn({
            let writer = writer.clone();
            async move { writer.write(&settled(chunk)).await }
        });
        tokio::time::sleep(SECOND).await;
        assert!(!next.is_finished());
        server.resume();
        next.await.unwrap().unwrap();
    }
    drop(writer);
    let lines: String = ask(&server, &["GET", "job"]).await;
    assert_eq!(lines.lines().count(), 5);
}

#[tokio::test]
async fn server_that_stays_away_ends_the_journal() {
    let mut server = RedisServer::start();
    let mut journal = journal(&server);
    journal.timing.retry_for = SECOND / 2;
    let (writer, _) = start(journal.create().await.unwrap());
    writer.write(&settled(0)).await.unwrap();
    server.stop();
    let error = writer.write(&settled(1)).await.unwrap_err();
    assert!(error.is_io() && error.to_string().contains("the key cannot be written"), "{error}");
    server.restart();
    // What was not acknowledged may be there, so nothing can follow it.
    assert!(writer.write(&settled(2)).await.is_err());
}

#[tokio::test]
async fn server_that_cannot_be_reached_is_reported_at_once() {
    let mut server = RedisServer::start();
    let journal = journal(&server);
    server.stop();
    for error in [journal.open().await.unwrap_err(), journal.read().await.unwrap_err()] {
        assert!(error.is_io() && error.to_string().contains("the key cannot be opened"), "{error}");
    }
}
