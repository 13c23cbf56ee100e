//! Creates a group, mutes a member and lists who is muted, with the client of progenitor.

use std::{
    env,
    error::Error,
    time::{SystemTime, UNIX_EPOCH},
};

use progenitor_client::{ClientHooks, OperationInfo};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::client::{Client, types::AnyInt64, types::AnyUint64};

#[allow(warnings, reason = "generated")]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(call())
}

async fn call() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&env::var("CHAT_ENDPOINT")?);
    let accounts = ["rust-owner", "rust-member"];
    let people = accounts.map(|name| json!({ "UserID": name }));
    let body = request(json!({ "AccountList": people }))?;
    let imported = client.account_multiaccount_import(JSON.parse()?, random()?, &body).await?;
    expect(&0, &number(&imported.error_code)?);

    let body = request(json!({
        "Owner_Account": accounts[0],
        "Type": "Public",
        "Name": "Rust",
        "MemberList": [{ "Member_Account": accounts[1] }],
    }))?;
    let created = client.group_create_group(JSON.parse()?, random()?, &body).await?;
    expect(&0, &number(&created.error_code)?);
    let group = created.group_id.as_ref().ok_or("the response has no GroupId")?;

    let start = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let body = json!({ "GroupId": group, "Members_Account": [accounts[1]], "MuteTime": 60 });
    let body = request(body)?;
    let muted = client.group_forbid_send_msg(JSON.parse()?, random()?, &body).await?;
    expect(&0, &number(&muted.error_code)?);

    let body = request(json!({ "GroupId": group }))?;
    let listed = client.group_get_group_muted_account(JSON.parse()?, random()?, &body).await?;
    let listed = listed.into_inner().muted_account_list.ok_or("the list is missing")?;
    let [member] = listed.as_slice() else {
        return Err(format!("expected one muted member, found {listed:?}").into());
    };
    let member = member.subtype_0.as_ref().ok_or("the entry has another form")?;
    expect(&accounts[1], &member.member_account.as_str());
    let Some(AnyUint64::Int64(until)) = member.muted_until else {
        return Err(format!("expected the end of the mute, found {member:?}").into());
    };
    expect(&true, &(60..120).contains(&(u64::try_from(until)? - start)));

    let body = request(json!({ "GroupId": "no-such-group" }))?;
    let refused = client.group_get_group_muted_account(JSON.parse()?, random()?, &body).await?;
    expect(&10010, &number(&refused.error_code)?);
    println!("the Rust client received the expected responses");
    Ok(())
}

/// Signs every call: the parameters are the same for all.
impl ClientHooks<()> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        for name in ["sdkappid", "identifier", "usersig"] {
            let value = env::var(format!("CHAT_{}", name.to_uppercase()))
                .map_err(|error| progenitor_client::Error::Custom(error.to_string()))?;
            request.url_mut().query_pairs_mut().append_pair(name, &value);
        }
        Ok(())
    }
}

fn request<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value)
}

fn number(code: &AnyInt64) -> Result<i64, String> {
    match code {
        AnyInt64::Int64(code) => Ok(*code),
        AnyInt64::String(code) => Err(format!("expected a number, found {code:?}")),
    }
}

fn random() -> Result<i64, Box<dyn Error>> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos().into())
}

fn expect<T: PartialEq + std::fmt::Debug>(expected: &T, found: &T) {
    assert_eq!(found, expected);
}

const JSON: &str = "json";
