//! What the handle on an app does.

use chat_emulator::AppError;
use chat_types::GroupType;

use crate::stage::Stage;

#[tokio::test]
async fn what_cannot_be_is_an_error_that_says_why() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    let error = stage.app.create_group(group, GroupType::Public).unwrap_err();
    assert!(matches!(error, AppError::GroupExists(_)), "{error}");
    let error = stage.app.create_group("x", GroupType::BChatRoom).unwrap_err();
    assert!(matches!(error, AppError::UnknownType(_)), "{error}");
    let error = stage.app.join("nowhere", ["peter"]).unwrap_err();
    assert!(matches!(error, AppError::UnknownGroup(_)), "{error}");
    let error = stage.app.create_topic(group, "@TGS#2C5SZEAEF@TOPIC#_a").unwrap_err();
    assert!(matches!(error, AppError::NoTopics(_)), "{error}");

    let (community, topic) = stage.stage_topic().await;
    stage.app.create_topic(community, topic).unwrap();
    let error = stage.app.create_topic(community, "@TGS#_other@TOPIC#_a").unwrap_err();
    assert!(matches!(error, AppError::TopicOfOtherGroup(_)), "{error}");
    let error = stage.app.is_muted_in_topic(community, "unknown", "peter").unwrap_err();
    assert!(matches!(error, AppError::UnknownTopic(_)), "{error}");
}

#[tokio::test]
async fn joining_and_leaving_twice_is_counted_once() {
    let stage = Stage::new().await;
    for (group, group_type) in [("@TGS#1", GroupType::Public), ("@TGS#2", GroupType::AVChatRoom)] {
        stage.app.create_group(group, group_type).unwrap();
        assert_eq!(stage.app.join(group, ["a", "b", "a"]).unwrap(), 2);
        assert_eq!(stage.app.join(group, ["b", "c"]).unwrap(), 1);
        assert!(stage.app.leave(group, "a").unwrap());
        assert!(!stage.app.leave(group, "a").unwrap());
        assert_eq!(stage.app.member_count(group).unwrap(), 2);
    }
    assert_eq!(stage.emulator.calls().total(), 0, "none of this is a call");
}

#[tokio::test]
async fn what_it_says_to_emulate_is_what_it_responses() {
    let stage = Stage::new().await;
    for spec in chat_types::ENDPOINTS {
        let response = stage.post(&spec.id().to_string(), "{}").await;
        let known = !["10026", "60009"].contains(&&*response["ErrorCode"].to_string());
        assert_eq!(stage.emulator.emulates(spec), known, "{}: {response}", spec.id());
    }
}

#[tokio::test]
async fn the_readme_lists_what_is_emulated() {
    let stage = Stage::new().await;
    let (_, table) = include_str!("../../README.md").split_once("| subject | endpoints |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let mut listed: Vec<_> = table.split('`').skip(1).step_by(2).collect();
    let emulated = chat_types::ENDPOINTS.iter().filter(|spec| stage.emulator.emulates(spec));
    let mut emulated: Vec<_> = emulated.map(|spec| spec.command).collect();
    listed.sort_unstable();
    emulated.sort_unstable();
    assert_eq!(listed, emulated);
}

#[tokio::test]
async fn nothing_shows_the_key() {
    let stage = Stage::new().await;
    let shown =
        format!("{:?} {:?} {:?}", stage.emulator, stage.app, chat_emulator::Emulator::builder());
    assert!(!shown.contains("emulator-secret-key"), "{shown}");
}
