"""Creates a group, mutes a member and lists who is muted, with the generated models."""

import json
import os
import random
import urllib.parse
import urllib.request
from typing import TypeVar

from chat_models import (
    AccountToImport,
    CreateGroupRequest,
    CreateGroupResponse,
    Envelope,
    ForbidSendMsgRequest,
    GetGroupMutedAccountRequest,
    GetGroupMutedAccountResponse,
    MsgElementText,
    MsgElementUnknownValue,
    MultiaccountImportRequest,
    MutedAccount,
    NewGroupMember,
    SendGroupMsgRequest,
    TextElement,
)
from pydantic import BaseModel

Response = TypeVar("Response", bound=Envelope)

TIMEOUT_SECONDS = 10


def main() -> None:
    accounts = ["python-owner", "python-member"]
    imported = call(
        "im_open_login_svc/multiaccount_import",
        MultiaccountImportRequest(
            account_list=[AccountToImport(user_id=account) for account in accounts]
        ),
        Envelope,
    )
    assert imported.error_code == 0, imported

    created = call(
        "group_open_http_svc/create_group",
        CreateGroupRequest(
            owner_account=accounts[0],
            type="Public",
            name="Python",
            member_list=[NewGroupMember(member_account=accounts[1])],
        ),
        CreateGroupResponse,
    )
    assert created.error_code == 0, created
    assert created.group_id is not None, created
    group = created.group_id

    muted = call(
        "group_open_http_svc/forbid_send_msg",
        ForbidSendMsgRequest(group_id=group, members_account=[accounts[1]], mute_time=60),
        Envelope,
    )
    assert muted.error_code == 0, muted

    listed = call(
        "group_open_http_svc/get_group_muted_account",
        GetGroupMutedAccountRequest(group_id=group),
        GetGroupMutedAccountResponse,
    )
    assert listed.muted_account_list is not None, listed
    # An entry of another form is kept, as a class of its own.
    muted_accounts = [each for each in listed.muted_account_list if isinstance(each, MutedAccount)]
    assert [each.member_account for each in muted_accounts] == [accounts[1]], listed

    refused = call(
        "group_open_http_svc/get_group_muted_account",
        GetGroupMutedAccountRequest(group_id="no-such-group"),
        GetGroupMutedAccountResponse,
    )
    assert refused.error_code == 10010, refused
    assert refused.muted_account_list is None, refused

    check_message()
    print("the Python client received the expected responses")


def check_message() -> None:
    """A message keeps kinds that nobody has listed, and reads the others as what they are."""
    sent = SendGroupMsgRequest(
        group_id="group",
        random=1,
        msg_body=[MsgElementText(msg_type="TIMTextElem", msg_content=TextElement(text="Hello"))],
    )
    written = sent.model_dump(mode="json", by_alias=True, exclude_unset=True)
    written["MsgBody"].append({"MsgType": "TIMNewElem", "MsgContent": {"Text": 1}})
    text, other = SendGroupMsgRequest.model_validate(written).msg_body
    assert isinstance(text, MsgElementText) and text.msg_content.text == "Hello", text
    assert isinstance(other, MsgElementUnknownValue) and other.msg_type == "TIMNewElem", other


def call(command: str, request: BaseModel, response: type[Response]) -> Response:
    query = urllib.parse.urlencode(
        {
            "sdkappid": os.environ["CHAT_SDKAPPID"],
            "identifier": os.environ["CHAT_IDENTIFIER"],
            "usersig": os.environ["CHAT_USERSIG"],
            "random": random.randrange(2**32),
            "contenttype": "json",
        }
    )
    body = request.model_dump(mode="json", by_alias=True, exclude_unset=True)
    sent = urllib.request.Request(
        f"{os.environ['CHAT_ENDPOINT']}/v4/{command}?{query}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(sent, timeout=TIMEOUT_SECONDS) as received:
        return response.model_validate_json(received.read())


if __name__ == "__main__":
    main()
