// Creates a group, mutes a member and lists who is muted, with the client of swagger-typescript-api.

import assert from "node:assert/strict";
import { env } from "node:process";

import { Api } from "./api.js";

const credentials = {
  sdkappid: setting("CHAT_SDKAPPID"),
  identifier: setting("CHAT_IDENTIFIER"),
  usersig: setting("CHAT_USERSIG"),
};

const { v4 } = new Api({
  baseUrl: setting("CHAT_ENDPOINT"),
  customFetch: (input, init) => {
    const url = new URL(String(input));
    for (const [name, value] of Object.entries(credentials)) {
      url.searchParams.set(name, value);
    }
    return fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  },
});

const accounts = ["typescript-library-owner", "typescript-library-member"] as const;
const imported = await v4.accountMultiaccountImport(
  parameters(),
  { AccountList: accounts.map((account) => ({ UserID: account })) },
);
assert.equal(imported.ErrorCode, 0);

const created = await v4.groupCreateGroup(
  parameters(),
  {
    Owner_Account: accounts[0],
    Type: "Public",
    Name: "TypeScript",
    MemberList: [{ Member_Account: accounts[1] }],
  },
);
assert.equal(created.ErrorCode, 0);
const group = created.GroupId;
assert(typeof group === "string");

const muted = await v4.groupForbidSendMsg(
  parameters(),
  { GroupId: group, Members_Account: [accounts[1]], MuteTime: 60 },
);
assert.equal(muted.ErrorCode, 0);

const listed = await v4.groupGetGroupMutedAccount(
  parameters(),
  { GroupId: group },
);
const names = listed.MutedAccountList?.map(
  (each) => "Member_Account" in each && each.Member_Account,
);
assert.deepEqual(names, [accounts[1]]);

const refused = await v4.groupGetGroupMutedAccount(
  parameters(),
  { GroupId: "no-such-group" },
);
assert.equal(refused.ErrorCode, 10010);
console.log("the TypeScript library received the expected responses");

function parameters() {
  return { random: Math.floor(Math.random() * 2 ** 32), contenttype: "json" as const };
}

function setting(name: string): string {
  const value = env[name];
  assert(value, `${name} is not set`);
  return value;
}
