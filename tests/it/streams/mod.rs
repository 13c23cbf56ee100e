//! Paging returns every item once, for any page size, and always ends.

mod facades;
mod parallel;
mod prefetching;
mod resuming;

use std::collections::BTreeSet;

use chat_admin::PageErrorKind;
use chat_tests::Wire;
use chat_types::{
    group::{BannedAccount, GetGroupBanMember, GetGroupMemberInfo, GetGroupMemberInfoCursor},
    message::C2cGetKeyValues,
};
use futures_util::{StreamExt, TryStreamExt};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::jobs::block_on;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_item_arrives_once_and_in_order(
        length in 0..600_usize,
        size in 1..150_u32,
        extra_page in any::<bool>(),
    ) {
        let wire = Wire::new(move |_, request| Ok(ban_page(request, length, extra_page)));
        let banned = wire.admin().unwrap().group("g").banned_members().page_size(size);
        let banned: Vec<_> = block_on(banned.items().try_collect()).unwrap();
        let accounts: Vec<String> =
            banned.iter().map(|entry| entry.member_account.to_string()).collect();
        let expected: Vec<String> = (0..length).map(|number| format!("user{number}")).collect();
        prop_assert_eq!(accounts, expected);
    }

    #[test]
    fn run_resumes_from_any_stored_cursor(length in 1..300_usize, size in 1..50_u32, stop in 0..6_usize) {
        let wire = Wire::new(move |_, request| Ok(ban_page(request, length, false)));
        let admin = wire.admin().unwrap();
        let pages = admin.pages(GetGroupBanMember::new("g")).page_size(size).pages();
        let first: Vec<_> = block_on(pages.take(stop + 1).try_collect()).unwrap();
        let mut seen: usize = first.iter().map(|page| page.items.len()).sum();
        if let Some(cursor) = first.last().and_then(|page| page.next) {
            // Through JSON, as it would be stored.
            let stored = serde_json::to_string(&cursor).unwrap();
            let cursor: u64 = serde_json::from_str(&stored).unwrap();
            let rest = admin.pages(GetGroupBanMember::new("g")).page_size(size).start_at(cursor);
            seen += block_on(rest.all()).unwrap().len();
        }
        prop_assert_eq!(seen, length);
    }
}

#[test]
fn message_extensions_end_although_writes_share_a_seq() {
    // 15 writes of 20 pairs each, 200 pairs per page: a page starts at the Seq where the last one ended.
    let seq_of = |number: u64| number / 20 + 1;
    let wire = Wire::new(move |_, request| {
        let start = request["StartSeq"].as_u64().unwrap_or(0);
        let rest: Vec<u64> = (0..300).filter(|&number| seq_of(number) >= start).collect();
        let page: Vec<Value> = rest
            .iter()
            .take(200)
            .map(|&number| json!({ "Key": number.to_string(), "Seq": seq_of(number) }))
            .collect();
        let complete = u8::from(rest.len() <= 200);
        Ok(json!({ "ErrorCode": 0, "CompleteFlag": complete, "ExtensionList": page }))
    });
    let pairs = wire.admin().unwrap().pages(C2cGetKeyValues::new("peter", "1_2_3"));
    let pairs = block_on(pairs.all()).unwrap();
    let keys: BTreeSet<&str> = pairs.iter().map(|pair| pair.key.as_str()).collect();
    // The 20 pairs at the boundary are returned twice.
    assert_eq!((wire.sent().len(), keys.len(), pairs.len()), (2, 300, 320));
}

#[test]
fn cursor_that_does_not_advance_is_an_error() {
    let wire = Wire::new(|_, _| {
        Ok(
            json!({ "ErrorCode": 0, "BannedAccountList": [{ "Member_Account": "a" }], "NextOffset": 1 }),
        )
    });
    let stream = wire.admin().unwrap().group("g").banned_members().items();
    let results: Vec<_> = block_on(stream.collect());
    assert_eq!((wire.sent().len(), results.len()), (2, 3), "both pages, then the error");
    let error = results.last().unwrap().as_ref().unwrap_err();
    assert!(matches!(error.kind(), PageErrorKind::RepeatedCursor { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "group_open_http_svc/get_group_ban_member: the response points back to an earlier page \
         (1); the list cannot be read to its end"
    );
}

#[test]
fn cycle_of_cursors_is_an_error() {
    let wire = Wire::new(|number, request| {
        assert!(number < 50, "the cycle is not detected");
        let next = match request["Next"].as_str().unwrap() {
            "" => "a",
            "a" => "b",
            "b" => "c",
            _ => "a",
        };
        let member = json!([{ "Member_Account": "m" }]);
        Ok(json!({ "ErrorCode": 0, "MemberNum": 9, "MemberList": member, "Next": next }))
    });
    let town = wire.admin().unwrap().group("@TGS#_@TGS#c1");
    for members in [town.members(), town.members().prefetch()] {
        let error = block_on(members.all()).unwrap_err();
        assert!(matches!(error.kind(), PageErrorKind::RepeatedCursor { .. }), "{error}");
    }
    assert!(wire.sent().len() <= 24, "{} calls", wire.sent().len());
}

#[test]
fn error_ends_the_stream_after_the_items_before_it() {
    let wire = Wire::new(|number, request| {
        if number == 0 {
            return Ok(ban_page(request, 200, false));
        }
        Ok(json!({ "ErrorCode": 10010, "ErrorInfo": "group not exist" }))
    });
    let stream = wire.admin().unwrap().group("g").banned_members().items();
    let results: Vec<_> = block_on(stream.collect());
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 100);
    let error = results.last().unwrap().as_ref().unwrap_err();
    assert!(error.call().unwrap().is_api(), "{error}");
    assert_eq!(error.cursor(), Some(&100));
}

#[test]
fn only_requested_pages_are_fetched() {
    let wire = Wire::new(|_, request| Ok(ban_page(request, 1_000, false)));
    let stream = wire.admin().unwrap().group("g").banned_members().items();
    assert!(wire.sent().is_empty());
    let some: Vec<_> = block_on(stream.take(150).try_collect()).unwrap();
    assert_eq!((some.len(), wire.sent().len()), (150, 2));
}

#[test]
fn community_is_paged_by_cursor_and_other_groups_by_offset() {
    let wire = Wire::new(|_, request| {
        let community = request["GroupId"].as_str().unwrap().starts_with("@TGS#_");
        let member = json!([{ "Member_Account": "a" }]);
        Ok(match (community, request["Next"].as_str(), request["Offset"].as_u64()) {
            (true, Some(""), None) => {
                json!({ "ErrorCode": 0, "MemberNum": 2, "MemberList": member, "Next": "144115265295492787" })
            }
            (true, Some("144115265295492787"), None) => {
                json!({ "ErrorCode": 0, "MemberNum": 2, "MemberList": member, "Next": "" })
            }
            (false, None, None | Some(1)) => {
                json!({ "ErrorCode": 0, "MemberNum": 2, "MemberList": member, "Next": "7" })
            }
            unexpected => panic!("{unexpected:?}"),
        })
    });
    let admin = wire.admin().unwrap();
    for group in ["@TGS#_@TGS#c1", "@TGS#1"] {
        let members = block_on(admin.group(group).members().all()).unwrap();
        assert_eq!(members.len(), 2, "{group}");
    }
    let request = GetGroupMemberInfo::new("@TGS#1");
    let resumed = admin.pages(request).start_at(GetGroupMemberInfoCursor::Offset(1));
    assert_eq!(block_on(resumed.all()).unwrap().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn page_size_is_halved_while_the_response_is_too_large(
        length in 0..300_usize,
        size in 1..200_u32,
        max in 1..200_usize,
    ) {
        let wire = Wire::new(move |_, request| match request["Limit"].as_u64() {
            Some(limit) if limit > max as u64 => {
                Ok(json!({ "ErrorCode": 10018, "ErrorInfo": "the response is too large" }))
            }
            _ => Ok(ban_page(request, length, false)),
        });
        let banned = wire.admin().unwrap().group("g").banned_members().page_size(size);
        prop_assert_eq!(block_on(banned.count()).unwrap(), length as u64);
        // At most the halvings, and pages of at least half the size that the service allows.
        let pages = length.div_ceil((max.min(size as usize) / 2).max(1)).max(1);
        prop_assert!(wire.sent().len() <= size.ilog2() as usize + pages);
    }

    #[test]
    fn first_requests_no_more_items_than_it_needs(
        length in 0..300_usize,
        size in 1..150_u32,
        first in 0..400_usize,
    ) {
        let wire = Wire::new(move |_, request| Ok(ban_page(request, length, false)));
        let banned = || wire.admin().unwrap().group("g").banned_members().page_size(size);
        let all = block_on(banned().all()).unwrap();
        let calls = wire.sent().len();
        let some = block_on(banned().first(first)).unwrap();
        prop_assert_eq!(&some, &all[..first.min(length)]);
        let requested: u64 = wire.sent()[calls..].iter().map(|sent| sent["Limit"].as_u64().unwrap()).sum();
        prop_assert!(requested < (first + size as usize) as u64 || requested == 0, "{} requested", requested);
    }
}

#[test]
fn single_item_that_is_too_large_is_an_error() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 10018, "ErrorInfo": "too large" })));
    let error =
        block_on(wire.admin().unwrap().group("g").members().page_size(20).all()).unwrap_err();
    assert_eq!(error.call().unwrap().code(), Some(chat_types::ErrorCode::RESPONSE_TOO_LARGE));
    let limits: Vec<_> = wire.sent().iter().map(|sent| sent["Limit"].as_u64().unwrap()).collect();
    assert_eq!(limits, [20, 10, 5, 2, 1]);
}

#[test]
fn list_ends_where_the_caller_says() {
    let wire = Wire::new(|_, request| Ok(ban_page(request, 1_000, false)));
    let banned = || wire.admin().unwrap().group("g").banned_members().page_size(10);
    let at =
        |name: &'static str| move |entry: &BannedAccount| entry.member_account.as_str() == name;
    let some = block_on(banned().take_until(at("user25")).take_until(at("user40")).all()).unwrap();
    assert_eq!((some.len(), wire.sent().len()), (25, 3));
    let none = block_on(banned().take_until(at("user0")).all()).unwrap();
    assert!(none.is_empty());
}

/// A page of a ban list of this length. The documented sample ends with an offset other than 0, so
/// an empty page may follow.
fn ban_page(request: &Value, length: usize, extra_page: bool) -> Value {
    let number = |field: &str| request[field].as_u64().map(|n| usize::try_from(n).unwrap());
    let offset = number("Offset").unwrap();
    let end = (offset + number("Limit").unwrap_or(100)).min(length);
    let entries: Vec<Value> = (offset.min(end)..end)
        .map(|number| json!({ "Member_Account": format!("user{number}"), "BannedUntil": 1 }))
        .collect();
    let more = if extra_page { !entries.is_empty() } else { end < length };
    json!({ "ErrorCode": 0, "BannedAccountList": entries, "NextOffset": if more { end } else { 0 } })
}
