"""Creates a group, mutes a member and lists who is muted, with the client of openapi-generator."""

import os
import random
import time

from openapi_client import (
    AccountApi,
    AccountToImport,
    ApiClient,
    Configuration,
    CreateGroupRequest,
    ForbidSendMsgRequest,
    GetGroupMutedAccountRequest,
    GroupApi,
    MultiaccountImportRequest,
    NewGroupMember,
)


def main() -> None:
    names = ["sdkappid", "identifier", "usersig"]
    configuration = Configuration(
        host=os.environ["CHAT_ENDPOINT"],
        api_key={name: os.environ[f"CHAT_{name.upper()}"] for name in names},
    )
    client = ApiClient(configuration)
    groups = GroupApi(client)
    accounts = ["python-library-owner", "python-library-member"]
    imported = AccountApi(client).account_multiaccount_import(
        number(),
        "json",
        MultiaccountImportRequest(AccountList=[AccountToImport(UserID=each) for each in accounts]),
    )
    assert imported.error_code.actual_instance == 0, imported

    created = groups.group_create_group(
        number(),
        "json",
        CreateGroupRequest(
            Owner_Account=accounts[0],
            Type="Public",
            Name="Python",
            MemberList=[NewGroupMember(Member_Account=accounts[1])],
        ),
    )
    assert created.error_code.actual_instance == 0, created

    start = int(time.time())
    muted = groups.group_forbid_send_msg(
        number(),
        "json",
        ForbidSendMsgRequest(
            GroupId=created.group_id, Members_Account=[accounts[1]], MuteTime=60
        ),
    )
    assert muted.error_code.actual_instance == 0, muted

    wanted = GetGroupMutedAccountRequest(GroupId=created.group_id)
    listed = groups.group_get_group_muted_account(number(), "json", wanted).muted_account_list
    [member] = [each.actual_instance for each in listed]
    assert member.member_account == accounts[1], listed
    assert 60 <= member.muted_until.actual_instance - start < 120, listed

    wanted = GetGroupMutedAccountRequest(GroupId="no-such-group")
    refused = groups.group_get_group_muted_account(number(), "json", wanted)
    assert refused.error_code.actual_instance == 10010, refused
    print("the Python library received the expected responses")


def number() -> int:
    return random.randrange(2**32)


if __name__ == "__main__":
    main()
