//! Pages that are fetched in parallel make the same list.

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
use proptest::prelude::*;
use serde_json::json;

use super::prefetching::joined_groups_page;
use crate::jobs::block_on;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn same_items_arrive_in_the_same_order(
        total in 0..200_u64,
        size in 1..60_u32,
        max in 1..60_u64,
        limit in 0..9_usize,
        start in 0..250_u64,
    ) {
        // `max` is an undocumented limit of the service.
        let wire = Wire::new(move |_, request| Ok(joined_groups_page(request, total, max)));
        let groups = || wire.admin().unwrap().account("a").joined_groups().page_size(size).start_at(start);
        let sequential = block_on(groups().all()).unwrap();
        let parallel = block_on(groups().in_parallel(limit).all()).unwrap();
        prop_assert_eq!(&parallel, &sequential);
        prop_assert_eq!(parallel.len() as u64, total.saturating_sub(start));
    }

    #[test]
    fn pages_of_unexpected_length_leave_no_gap_and_no_repeat(
        total in 0..200_u64,
        lengths in prop::collection::vec(1..20_u64, 1..8),
        limit in 1..5_usize,
    ) {
        let wire = Wire::new(move |number, request| {
            // Without the limit: the service ignores it.
            let request = json!({ "Offset": request["Offset"] });
            Ok(joined_groups_page(&request, total, lengths[number % lengths.len()]))
        });
        let groups = wire.admin().unwrap().account("a").joined_groups().in_parallel(limit);
        let ids: Vec<String> = block_on(groups.all()).unwrap().iter().map(|g| g.group_id.to_string()).collect();
        prop_assert_eq!(ids, (0..total).map(|number| format!("g{number}")).collect::<Vec<_>>());
    }

    #[test]
    fn list_ends_where_the_caller_says(total in 1..200_u64, end in 0..250_u64, limit in 1..9_usize) {
        let wire = Wire::new(move |_, request| Ok(joined_groups_page(request, total, 7)));
        let last = format!("g{end}");
        let groups = wire.admin().unwrap().account("a").joined_groups().in_parallel(limit);
        let groups = groups.take_until(move |group| group.group_id.as_str() == last);
        prop_assert_eq!(block_on(groups.count()).unwrap(), total.min(end));
    }
}

#[test]
fn changed_length_is_an_error_before_the_page_that_shows_it() {
    for now in [49_u64, 51] {
        let wire = Wire::new(move |_, request| {
            let total = if request["Offset"].as_u64().unwrap_or(0) < 20 { 50 } else { now };
            Ok(joined_groups_page(request, total, 5))
        });
        let groups = || wire.admin().unwrap().account("a").joined_groups();
        let mut items = Vec::new();
        let error = block_on(groups().in_parallel(3).collect_into(&mut items)).unwrap_err();
        let changed = matches!(
            error.kind(),
            PageErrorKind::ListChanged { before: 50, now: seen, .. } if *seen == now
        );
        assert!(changed && items.len() == 20, "{error} after {}", items.len());
        block_on(groups().start_at(*error.cursor().unwrap()).collect_into(&mut items)).unwrap();
        assert_eq!(items.len() as u64, now);
    }
}

#[test]
fn list_without_offsets_is_read_one_page_after_another() {
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
fn members_from_the_emulator_are_complete() {
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

        let sequential = club.members().page_size(20).all().await.unwrap();
        let parallel = club.members().page_size(20).in_parallel(4).all().await.unwrap();
        assert_eq!(sequential.len(), 230);
        assert_eq!(parallel, sequential);
        let owners = club.members().with_role(Role::Owner).in_parallel(4);
        let owners = owners.all().await.unwrap();
        assert_eq!(owners.len(), 1);
        assert_eq!(owners[0].member_account.as_str(), "member0");
    });
}
