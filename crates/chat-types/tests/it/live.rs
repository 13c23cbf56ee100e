//! Live rooms: lists inside an object, and what services send in another form.

use chat_types::{
    Endpoint, Page, Paged, UserId,
    live::{GetBannedMemberList, GetRoomInfoResponse, GetRoomList, GetRoomListResponse},
    webhook::{Webhook, WebhookResponse, live},
};
use serde_json::json;

#[test]
fn list_in_an_object_is_paged() {
    let mut list = GetRoomList::new();
    list.set_page_size(GetRoomList::MAX_PAGE_SIZE.unwrap());
    assert_eq!(serde_json::to_value(&list).unwrap(), json!({ "Next": "", "Count": 20 }));

    let page = page_of(&list, &json!({ "Next": "CAE", "RoomList": [{ "RoomId": "live_100" }] }));
    assert_eq!(page.next.as_deref(), Some("CAE"));
    assert_eq!(page.items[0].room_id.as_str(), "live_100");

    list.set_cursor("CAE".to_owned());
    let last = page_of(&list, &json!({ "Next": "", "RoomList": null }));
    assert_eq!(last.next, None);
    assert!(last.items.is_empty());
    assert_eq!(GetRoomList::SPEC.paging.as_ref().unwrap().items, "Response.RoomList");
}

fn page_of(
    list: &GetRoomList,
    page: &serde_json::Value,
) -> Page<<GetRoomList as Paged>::Item, String> {
    let response: GetRoomListResponse =
        serde_json::from_value(json!({ "RequestId": "r-1", "Response": page })).unwrap();
    list.page(response)
}

#[test]
fn list_in_an_object_ends_at_an_offset_of_zero() {
    let list = GetBannedMemberList::new("live_100");
    let page = |next: u64| {
        let bans =
            json!({ "BannedAccountList": [{ "Member_Account": "peter" }], "NextOffset": next });
        list.page(serde_json::from_value(json!({ "Response": bans })).unwrap()).next
    };
    assert_eq!(page(100), Some(100));
    assert_eq!(page(0), None);
}

#[test]
fn owner_sent_as_a_number_is_read_as_a_string() {
    for (owner, expected) in [
        (json!("peter"), Some("peter")),
        (json!(1_400_000_000_001_u64), Some("1400000000001")),
        (json!(-7), Some("-7")),
        (json!(null), None),
    ] {
        let room = json!({ "Response": { "RoomInfo": { "Owner_Account": owner } } });
        let response: GetRoomInfoResponse = serde_json::from_value(room).unwrap();
        let room = response.response.room_info.unwrap();
        assert_eq!(room.owner_account, expected.map(UserId::new));
    }
    let room = json!({ "Response": { "RoomInfo": { "Owner_Account": true } } });
    let error = serde_json::from_value::<GetRoomInfoResponse>(room).unwrap_err();
    assert!(error.to_string().contains("expected a string"), "{error}");
}

#[test]
fn gift_is_refused_with_a_code_of_its_range_only() {
    type Response = <live::CallbackBeforeSendGift as Webhook>::Response;
    let read = |code: i64| Response::from_parts(code, "sold out".to_owned(), Default::default());
    assert!(matches!(read(0), Some(Response::Allow)));
    assert!(matches!(read(102_150), Some(Response::RefuseWith { .. })));
    assert!(read(102_201).is_none());
}
