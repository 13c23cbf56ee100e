//! IDs that callers choose.

use chat_types::{Endpoint, group, official_account, robot, topic};
use serde_json::{Value, json};

#[test]
fn official_account_has_the_prefix_but_not_the_assigned_one() {
    let request = |id: &str| json!({ "Owner_Account": "peter", "Name": "Library", "OfficialAccountUserID": id });
    let error = |id| error::<official_account::CreateOfficialAccount>(&request(id));
    assert_eq!(error("@TOA#_library"), None);
    let missing = "is not allowed: it must start with `@TOA#_`";
    assert_eq!(error("library").as_deref(), Some(missing));
    assert!(error("my@TOA#_library").is_some(), "the prefix is at the start");
    let assigned = "a custom ID must not start with `@TOA#_@TOA#`";
    assert!(error("@TOA#_@TOA#1").unwrap().ends_with(assigned));
    let ascii = "it contains a character that is not printable ASCII";
    assert!(error("@TOA#_B\u{fc}cherei").unwrap().ends_with(ascii));
}

#[test]
fn robot_has_the_prefix() {
    let error = |id: &str| error::<robot::CreateRobot>(&json!({ "UserID": id }));
    assert_eq!(error("@RBT#weather"), None);
    assert!(error("weather").unwrap().ends_with("it must start with `@RBT#`"));
}

#[test]
fn permission_group_has_the_marker_of_its_type() {
    let request = |id: &str| json!({ "GroupId": "@TGS#_town", "PermissionGroupName": "Moderators", "Permission": 1, "PermissionGroupId": id });
    let error = |id| error::<group::CreatePermissionGroup>(&request(id));
    assert_eq!(error("@PMG#_moderators"), None);
    assert!(error("moderators").is_some());
    assert!(error("@PMG#_@PMG#1").is_some());
}

#[test]
fn topic_contains_the_marker_after_the_community() {
    let request =
        |id: &str| json!({ "GroupId": "@TGS#_town", "TopicName": "Sports", "TopicId": id });
    let error = |id| error::<topic::CreateTopic>(&request(id));
    assert_eq!(error("@TGS#_town@TOPIC#_sports"), None);
    assert!(error("sports").unwrap().ends_with("it must contain `@TOPIC#_`"));
    assert!(error("@TGS#_town@TOPIC#_@TOPIC#1").is_some());
    assert!(error("@TGS#_town@TOPIC#_a@TOPIC#_@TOPIC#b").is_some());
}

/// Returns what the check says about a request.
fn error<E: Endpoint>(request: &Value) -> Option<String> {
    E::SPEC
        .check_json(request.to_string().as_bytes())
        .err()
        .map(|violation| violation.constraint.to_string())
}
