//! The JSON of common requests, as it is sent.

use chat_types::{
    Endpoint, GroupType, MuteTime, Seconds, UnixSeconds,
    account::{AccountImport, AccountToImport, MultiaccountImport},
    group::{
        AddGroupMember, ApplyJoinOption, BanGroupMember, CreateGroup, DeleteGroupMember,
        DestroyGroup, ForbidSendMsg, GetAppidGroupList, GetGroupBanMember, GetGroupInfo,
        GetGroupMemberInfo, GetGroupMutedAccount, GroupCustomField, ImportGroupMember, MemberToAdd,
        MemberToImport, NewGroupMember, Role, UnbanGroupMember,
    },
};

#[test]
fn requests_are_serialized_with_the_documented_names() {
    const GROUP: &str = "@TGS#2J4SZEAEL";
    let accounts = ["tommy", "jared"];
    let mut all = Vec::new();
    write(&mut all, &AccountImport::new("tommy").nick("Tommy").face_url("https://example.com/t"));
    write(
        &mut all,
        &MultiaccountImport::new().account_list([AccountToImport::new("tommy").nick("Tommy")]),
    );
    write(&mut all, &MultiaccountImport::new().accounts(accounts));
    write(
        &mut all,
        &CreateGroup::new(GroupType::Public, "TestGroup")
            .owner_account("leckie")
            .group_id("MyFirstGroup")
            .apply_join_option(ApplyJoinOption::FreeAccess)
            .max_member_count(500)
            .app_defined_data([GroupCustomField::new("Data", "\u{0}binary\u{1}")])
            .member_list([NewGroupMember::new("bob").role(Role::Admin)]),
    );
    write(&mut all, &DestroyGroup::new(GROUP));
    write(&mut all, &GetGroupInfo::new([GROUP]));
    write(
        &mut all,
        &GetAppidGroupList::new().limit(2).next(4_454_685_361).group_type(GroupType::Public),
    );
    write(&mut all, &AddGroupMember::new(GROUP, accounts.map(MemberToAdd::new)).silence(true));
    write(
        &mut all,
        &ImportGroupMember::new(
            GROUP,
            [MemberToImport::new("tommy")
                .role(Role::Admin)
                .join_time(UnixSeconds::new(1_448_357_837))],
        ),
    );
    write(&mut all, &GetGroupMemberInfo::new(GROUP).limit(100).offset(0));
    write(&mut all, &DeleteGroupMember::new(GROUP, accounts).silence(true).reason("kick reason"));
    write(&mut all, &ForbidSendMsg::new(GROUP, accounts, MuteTime::For(Seconds::new(60))));
    write(&mut all, &GetGroupMutedAccount::new(GROUP).topic_id("t"));
    write(&mut all, &BanGroupMember::new(GROUP, accounts, Seconds::new(60)).description("spam"));
    write(&mut all, &UnbanGroupMember::new(GROUP, accounts));
    write(&mut all, &GetGroupBanMember::new(GROUP).limit(20));
    insta::assert_snapshot!(all.join("\n"));
}

fn write<E: Endpoint>(all: &mut Vec<String>, request: &E) {
    request.check().unwrap();
    all.push(format!("{}\n    {}", E::SPEC.id(), serde_json::to_string(request).unwrap()));
}
