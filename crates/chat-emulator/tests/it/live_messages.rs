//! What clients receive of messages in live rooms.

use chat_types::message::{CustomElement, MsgElement, TextElement};
use serde_json::json;

use crate::test_server::{TestServer, assert_ok};

#[tokio::test]
async fn clients_receive_texts_and_custom_messages() {
    let server = TestServer::new().await;
    let create = json!({"RoomInfo": {
        "RoomId": "show", "RoomType": "Live", "SeatTemplate": "AudioSalon",
    }});
    assert_ok(&server.post("live_engine_http_srv/create_room", create).await);
    server.app.join("show", ["anna"]).unwrap();
    let text = json!({
        "RoomId": "show", "Sender_Account": "anna", "TextContent": "Welcome!",
        "ExtensionInfo": "{\"level\":3}",
    });
    assert_ok(&server.post("live_engine_http_srv/send_text_msg", text).await);
    let custom = json!({"RoomId": "show", "BusinessId": "quiz", "Data": "{\"question\":1}"});
    assert_ok(&server.post("live_engine_http_srv/send_custom_msg", custom).await);

    let newest = server.app.newest_messages("show", 10).unwrap();
    let [custom, text] = newest.as_slice() else { panic!("{newest:?}") };
    assert_eq!((text.msg_seq, text.sender.as_str()), (1, "anna"));
    assert_eq!(text.msg_body, [MsgElement::Text(TextElement::new("Welcome!"))]);
    assert_eq!(text.cloud_custom_data.as_deref(), Some("{\"level\":3}"));
    assert_eq!((custom.msg_seq, custom.sender.as_str()), (2, "administrator"));
    let data = r#"{"BusinessId":"quiz","Data":"{\"question\":1}"}"#;
    assert_eq!(custom.msg_body, [MsgElement::Custom(CustomElement::new(data))]);
    assert_eq!(custom.cloud_custom_data, None);
    assert_eq!(server.app.newest_messages("show", 1).unwrap(), std::slice::from_ref(custom));
}
