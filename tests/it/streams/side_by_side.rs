//! Pages that are fetched side by side make the same list.

use chat_admin::PageErrorKind;
use chat_emulator::{Emulator, QuotaMode};
use chat_tests::Wire;
use chat_transport::{Client, Quota};
use chat_types::{
    GroupType, PagedByOffset,
    account::AccountToImport,
    group::{CreateGroup, GetGroupMemberInfo, GetJoinedGroupList, Role},
};
use chat_usersig::SecretKey;
use futures_util::{StreamExt, TryStreamExt};
use proptest::prelude::*;
use serde_json::json;

use super::ahead::joined;
use crate::jobs::block_on;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_same_items_come_in_the_same_order(
        total in 0..200_u64,
        size in 1..60_u32,
        most in 1..60_u64,
        at_once in 0..9_usize,
        start in 0..250_u64,
    ) {
        // `most` is a cap of the service that nobody documented.
        let wire = Wire::new(move |_, request| Ok(joined(request, total, most)));
        let groups = || wire.admin().unwrap().account("a").joined_groups().page_size(size).start_at(start);
        let one_by_one = block_on(groups().all()).unwrap();
        let parallel = block_on(groups().in_parallel(at_once).all()).unwrap();
        prop_assert_eq!(&parallel, &one_by_one);
        prop_assert_eq!(parallel.len() as u64, total.saturating_sub(start));
    }

    #[test]
    fn pages_shorter_and_longer_than_asked_for_leave_no_gap_and_repeat_nothing(
        total in 0..200_u64,
        lengths in prop::collection::vec(1..20_u64, 1..8),
        at_once in 1..5_usize,
    ) {
        let wire = Wire::new(move |number, request| {
            // Whatever was asked for.
            let request = json!({ "Offset": request["Offset"] });
            Ok(joined(&request, total, lengths[number % lengths.len()]))
        });
        let groups = wire.admin().unwrap().account("a").joined_groups().in_parallel(at_once);
        let ids: Vec<String> = block_on(groups.all()).unwrap().iter().map(|g| g.group_id.to_string()).collect();
        prop_assert_eq!(ids, (0..total).map(|number| format!("g{number}")).collect::<Vec<_>>());
    }

    #[test]
    fn the_list_ends_where_the_caller_says(total in 1..200_u64, end in 0..250_u64, at_once in 1..9_usize) {
        let wire = Wire::new(move |_, request| Ok(joined(request, total, 7)));
        let last = format!("g{end}");
        let groups = wire.admin().unwrap().account("a").joined_groups().in_parallel(at_once);
        let groups = groups.take_until(move |group| group.group_id.as_str() == last);
        prop_assert_eq!(block_on(groups.count()).unwrap(), total.min(end));
    }
}

#[test]
fn a_list_that_shrinks_or_grows_is_reported_before_the_page_that_shows_it() {
    for now in [49_u64, 51] {
        let wire = Wire::new(move |_, request| {
            let total = if request["Offset"].as_u64().unwrap_or(0) < 20 { 50 } else { now };
            Ok(joined(request, total, 5))
        });
        let groups = || wire.admin().unwrap().account("a").joined_groups();
        let mut came = Vec::new();
        let error = block_on(groups().in_parallel(3).collect_into(&mut came)).unwrap_err();
        let changed = matches!(
            error.kind(),
            PageErrorKind::ListChanged { before: 50, now: seen, .. } if *seen == now
        );
        assert!(changed && came.len() == 20, "{error} after {}", came.len());
        block_on(groups().start_at(error.cursor().unwrap()).collect_into(&mut came)).unwrap();
        assert_eq!(came.len() as u64, now);
    }
}

#[test]
fn what_cannot_be_counted_is_read_one_page_after_the_other() {
    let community = GetGroupMemberInfo::new("@TGS#_@TGS#c1");
    let admins = GetGroupMemberInfo::new("@TGS#1").member_role_filter([Role::Admin]);
    let public = GetGroupMemberInfo::new("@TGS#1");
    assert_eq!((community.start_offset(), admins.start_offset()), (None, None));
    assert_eq!(public.start_offset(), Some(0));
    assert_eq!(GetJoinedGroupList::new("a").offset(7).start_offset(), Some(7));

    let wire = Wire::new(|number, request| {
        let next = ["a", "b", ""][number];
        assert_eq!(request["Next"], ["", "a", "b"][number]);
        let member = json!([{ "Member_Account": "m" }]);
        Ok(json!({ "ErrorCode": 0, "MemberNum": 3, "MemberList": member, "Next": next }))
    });
    let members = wire.admin().unwrap().group("@TGS#_@TGS#c1").members().in_parallel(8);
    assert_eq!(block_on(members.count()).unwrap(), 3);
}

#[test]
fn the_members_of_a_group_come_whole_from_the_emulator() {
    block_on(async {
        let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let client = Client::builder(Emulator::DEFAULT_APP, key)
            .endpoint(emulator.url())
            .quota(Quota::unlimited())
            .build()
            .unwrap();
        let admin = chat_admin::Admin::new(client);
        let names = || (0..230).map(|number| format!("member{number}"));
        assert!(
            admin
                .accounts()
                .import(names().map(AccountToImport::new))
                .run()
                .await
                .summary
                .is_complete()
        );
        let create = CreateGroup::new(GroupType::Public, "club").owner_account("member0");
        let club = admin.group(admin.groups().create(&create).await.unwrap());
        assert!(club.add_members(names()).silently().run().await.summary.is_complete());

        let one_by_one = club.members().page_size(20).all().await.unwrap();
        let parallel = club.members().page_size(20).in_parallel(4).all().await.unwrap();
        assert_eq!(one_by_one.len(), 230);
        assert_eq!(parallel, one_by_one);
        let owners = club.members().with_role(Role::Owner).in_parallel(4);
        let owners: Vec<_> =
            owners.map_ok(|owner| owner.member_account.to_string()).collect().await;
        assert_eq!(owners.into_iter().map(Result::unwrap).collect::<Vec<_>>(), ["member0"]);
    });
}
