// Creates a group, mutes a member and lists who is muted, with the generated types.

import assert from "node:assert/strict";
import { env } from "node:process";

import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./api.js";

const credentials = {
  sdkappid: setting("CHAT_SDKAPPID"),
  identifier: setting("CHAT_IDENTIFIER"),
  usersig: setting("CHAT_USERSIG"),
};

/** Says who calls, as the document's security schemes have it. */
const sign: Middleware = {
  onRequest({ request }) {
    const url = new URL(request.url);
    for (const [name, value] of Object.entries(credentials)) {
      url.searchParams.set(name, value);
    }
    return new Request(url, request);
  },
};

const client = createClient<paths>({
  baseUrl: setting("CHAT_ENDPOINT"),
  fetch: (request) => fetch(request, { signal: AbortSignal.timeout(10_000) }),
});
client.use(sign);

const accounts = ["typescript-owner", "typescript-member"] as const;
const imported = await client.POST("/v4/im_open_login_svc/multiaccount_import", {
  params: parameters(),
  body: { AccountList: accounts.map((account) => ({ UserID: account })) },
});
assert.equal(imported.data?.ErrorCode, 0);

const created = await client.POST("/v4/group_open_http_svc/create_group", {
  params: parameters(),
  body: {
    Owner_Account: accounts[0],
    Type: "Public",
    Name: "TypeScript",
    MemberList: [{ Member_Account: accounts[1] }],
  },
});
assert.equal(created.data?.ErrorCode, 0);
const group: components["schemas"]["GroupId"] | undefined = created.data.GroupId;
assert(group !== undefined);

const muted = await client.POST("/v4/group_open_http_svc/forbid_send_msg", {
  params: parameters(),
  body: { GroupId: group, Members_Account: [accounts[1]], MuteTime: 60 },
});
assert.equal(muted.data?.ErrorCode, 0);

const listed = await client.POST("/v4/group_open_http_svc/get_group_muted_account", {
  params: parameters(),
  body: { GroupId: group },
});
const names = listed.data?.MutedAccountList?.map(
  (each) => "Member_Account" in each && each.Member_Account,
);
assert.deepEqual(names, [accounts[1]]);

const refused = await client.POST("/v4/group_open_http_svc/get_group_muted_account", {
  params: parameters(),
  body: { GroupId: "no-such-group" },
});
assert.equal(refused.data?.ErrorCode, 10010);

// What does not fit the document does not compile.
const message: components["schemas"]["MsgElement"] = {
  MsgType: "TIMTextElem",
  MsgContent: { Text: "Hello" },
};
assert.equal(message.MsgType, "TIMTextElem");
const wrong = await client.POST("/v4/group_open_http_svc/create_group", {
  params: parameters(),
  // @ts-expect-error There is no such type of group.
  body: { Type: "Secret", Name: "TypeScript" },
});
assert.notEqual(wrong.data?.ErrorCode, 0);

console.log("the TypeScript client received the expected responses");

function parameters() {
  const random = Math.floor(Math.random() * 2 ** 32);
  return { query: { random, contenttype: "json" } } as const;
}

function setting(name: string): string {
  const value = env[name];
  assert(value, `${name} is not set`);
  return value;
}
