//! Lists whose pages are numbered.

use chat_types::{
    Paged,
    call::{GetRecordByFilter, GetRecordByFilterResponse},
    desk::{GetMemberList, GetMemberListResponse, ListFaq, ListFaqResponse},
};
use serde_json::json;

#[test]
fn pages_from_zero_end_when_full_pages_reach_the_total() {
    let mut list = GetMemberList::new(2);
    list.start();
    let page = |list: &GetMemberList, total: Option<u64>| {
        let response = json!({
            "MemberList": [{ "MemberId": "a" }, { "MemberId": "b" }],
            "Total": total,
        });
        list.page(serde_json::from_value::<GetMemberListResponse>(response).unwrap()).next
    };
    assert_eq!(page(&list, Some(5)), Some(1));
    list.set_cursor(1);
    assert_eq!(page(&list, Some(5)), Some(2));
    assert_eq!(page(&list, Some(4)), None, "two pages of two");
    assert_eq!(page(&list, None), Some(2), "without a total, only an empty page is the last");
}

#[test]
fn pages_from_one_end_when_full_pages_reach_the_total() {
    let mut list = GetRecordByFilter::new();
    list.start();
    assert_eq!(serde_json::to_value(&list).unwrap(), json!({ "Page": 1 }));
    let page = |list: &GetRecordByFilter, total: u64, number: u32| {
        let records = json!({
            "TotalNum": total, "Page": number, "CallRecordList": [{ "CallId": "1" }],
        });
        let response = json!({ "Response": records });
        list.page(serde_json::from_value::<GetRecordByFilterResponse>(response).unwrap()).next
    };
    assert_eq!(page(&list, 11, 1), Some(2), "one default page of ten");
    assert_eq!(page(&list, 10, 1), None);
    assert_eq!(page(&list, 11, 0), None, "a page 0 has no successor");
    list.set_cursor(2);
    assert_eq!(page(&list, 21, 2), Some(3));
}

#[test]
fn pages_end_with_an_empty_one() {
    let mut list = ListFaq::new(1);
    list.start();
    let page = |questions: serde_json::Value| {
        let response = json!({ "StandardQuestionCount": 1, "QuestionList": questions });
        list.page(serde_json::from_value::<ListFaqResponse>(response).unwrap()).next
    };
    assert_eq!(page(json!([{ "StandardQuestionId": "7" }])), Some(2));
    assert_eq!(page(json!(null)), None);
}
