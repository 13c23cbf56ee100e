//! Splitting a response into its entries and the next cursor.

use chat_types::{
    Paged,
    group::{GetAppidGroupList, GetGroupBanMember, GetGroupMemberInfo, GetGroupMemberInfoCursor},
};

#[test]
fn short_page_with_a_next_offset_is_not_the_last() {
    let request = GetGroupBanMember::new("@TGS#aJRGC4MH6").limit(20);
    let response =
        r#"{"BannedAccountList":[{"Member_Account":"a"},{"Member_Account":"b"}],"NextOffset":2}"#;
    check(&request, response, Some(2), None);
    check(&request, r#"{"BannedAccountList":null,"NextOffset":0}"#, None, None);
}

#[test]
fn cursor_beyond_32_bits_is_kept() {
    let response = r#"{"TotalCount":2,"GroupIdList":[],"Next":4454685361}"#;
    check(&GetAppidGroupList::new(), response, Some(4_454_685_361), Some(2));
}

#[test]
fn members_are_paged_by_offset_up_to_the_count() {
    let request = GetGroupMemberInfo::new("@TGS#1");
    let two = r#"{"MemberNum":4,"MemberList":[{"Member_Account":"a"},{"Member_Account":"b"}],"Next":"7"}"#;
    check(&request, two, Some(GetGroupMemberInfoCursor::Offset(2)), Some(4));
    let mut second = request.clone();
    second.set_cursor(GetGroupMemberInfoCursor::Offset(2));
    check(&second, two, None, Some(4));
    check(&request, r#"{"MemberNum":4,"MemberList":[]}"#, None, Some(4));
}

#[test]
fn count_is_not_the_end_under_a_role_filter() {
    let request =
        GetGroupMemberInfo::new("@TGS#1").member_role_filter([chat_types::group::Role::Admin]);
    let response =
        r#"{"MemberNum":1,"MemberList":[{"Member_Account":"a"},{"Member_Account":"b"}]}"#;
    check(&request, response, Some(GetGroupMemberInfoCursor::Offset(2)), Some(1));
}

#[test]
fn community_members_are_paged_by_a_cursor_from_empty() {
    let mut request = GetGroupMemberInfo::new("@TGS#_@TGS#cAVQXHM5CD");
    request.start();
    assert_eq!(request.next.as_deref(), Some(""));
    let response = r#"{"MemberNum":9,"MemberList":[],"Next":"144115265295492787"}"#;
    let next = GetGroupMemberInfoCursor::Next("144115265295492787".to_owned());
    check(&request, response, Some(next), Some(9));
    check(&request, r#"{"MemberNum":9,"MemberList":[],"Next":""}"#, None, Some(9));
}

/// Asserts the next cursor and the total that are read from a response.
fn check<E: Paged>(request: &E, response: &str, next: Option<E::Cursor>, total: Option<u64>) {
    let page = request.page(serde_json::from_str(response).unwrap());
    assert_eq!((page.next, page.total), (next, total));
}
