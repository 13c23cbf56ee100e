//! Tests of the handle on an app.

use chat_emulator::AppError;
use chat_types::GroupType;

use crate::test_server::TestServer;

#[tokio::test]
async fn invalid_use_returns_the_matching_error() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let error = server.app.create_group(group, GroupType::Public).unwrap_err();
    assert!(matches!(error, AppError::GroupExists(_)), "{error}");
    let error = server.app.create_group("x", GroupType::BChatRoom).unwrap_err();
    assert!(matches!(error, AppError::UnknownType(_)), "{error}");
    let error = server.app.join("nowhere", ["peter"]).unwrap_err();
    assert!(matches!(error, AppError::UnknownGroup(_)), "{error}");
    let error = server.app.create_topic(group, "@TGS#2C5SZEAEF@TOPIC#_a").unwrap_err();
    assert!(matches!(error, AppError::NoTopics(_)), "{error}");

    let (community, topic) = server.create_topic().await;
    server.app.create_topic(community, topic).unwrap();
    let error = server.app.create_topic(community, "@TGS#_other@TOPIC#_a").unwrap_err();
    assert!(matches!(error, AppError::TopicOfOtherGroup(_)), "{error}");
    let error = server.app.is_muted_in_topic(community, "unknown", "peter").unwrap_err();
    assert!(matches!(error, AppError::UnknownTopic(_)), "{error}");
}

#[tokio::test]
async fn repeated_join_and_leave_count_once() {
    let server = TestServer::new().await;
    for (group, group_type) in [("@TGS#1", GroupType::Public), ("@TGS#2", GroupType::AVChatRoom)] {
        server.app.create_group(group, group_type).unwrap();
        assert_eq!(server.app.join(group, ["a", "b", "a"]).unwrap(), 2);
        assert_eq!(server.app.join(group, ["b", "c"]).unwrap(), 1);
        assert!(server.app.leave(group, "a").unwrap());
        assert!(!server.app.leave(group, "a").unwrap());
        assert_eq!(server.app.member_count(group).unwrap(), 2);
    }
    assert_eq!(server.emulator.calls().total(), 0, "the handle makes no calls");
}

#[tokio::test]
async fn emulates_agrees_with_the_responses() {
    let server = TestServer::new().await;
    for spec in chat_types::ENDPOINTS {
        let response = server.post(&spec.id().to_string(), "{}").await;
        let emulated = !["10026", "60009"].contains(&&*response["ErrorCode"].to_string());
        assert_eq!(server.emulator.emulates(spec), emulated, "{}: {response}", spec.id());
    }
}

#[tokio::test]
async fn readme_lists_the_emulated_endpoints() {
    let server = TestServer::new().await;
    let (_, table) = include_str!("../../README.md").split_once("| subject | endpoints |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let mut listed: Vec<_> = table.split('`').skip(1).step_by(2).collect();
    let emulated = chat_types::ENDPOINTS.iter().filter(|spec| server.emulator.emulates(spec));
    let mut emulated: Vec<_> = emulated.map(|spec| spec.command).collect();
    listed.sort_unstable();
    emulated.sort_unstable();
    assert_eq!(listed, emulated);
}

#[tokio::test]
async fn debug_output_hides_the_key() {
    let server = TestServer::new().await;
    let output =
        format!("{:?} {:?} {:?}", server.emulator, server.app, chat_emulator::Emulator::builder());
    assert!(!output.contains("emulator-secret-key"), "{output}");
}
