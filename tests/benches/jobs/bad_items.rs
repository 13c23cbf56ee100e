//! The number of further calls that bad accounts cost.

use std::{collections::HashSet, sync::Arc};

use chat_admin::Admin;
use chat_transport::testing::{Reply, Script};
use fastrand::Rng;
use serde_json::json;

use crate::{BenchResult, GROUP, account, accounts};

pub(crate) async fn measure() -> BenchResult<()> {
    println!("{ACCOUNTS} accounts, {BATCH_SIZE} per call, the mean of {ROUNDS} lists");
    for per_thousand in [1, 10, 50] {
        let mut extra = 0;
        let mut bad_items = 0;
        for seed in 0..ROUNDS {
            let (more, bad) = round(per_thousand, seed).await?;
            extra += more;
            bad_items += bad;
        }
        println!(
            "  {:.1} % bad: {:.2} extra calls per bad account (aim: at most {:.2})",
            per_thousand as f64 / 10.0,
            extra as f64 / bad_items as f64,
            2.0 * (BATCH_SIZE as f64).log2()
        );
    }
    Ok(())
}

/// Returns the number of extra calls and of bad accounts.
async fn round(per_thousand: u64, seed: u64) -> BenchResult<(u64, u64)> {
    let mut random = Rng::with_seed(seed);
    let mut bad = HashSet::new();
    while (bad.len() as u64) < ACCOUNTS * per_thousand / 1_000 {
        bad.insert(account(random.u64(..ACCOUNTS)));
    }
    let bad_items = bad.len() as u64;
    let bad = Arc::new(bad);
    let script = Script::from_fn({
        let bad = Arc::clone(&bad);
        move |_, sent| {
            let list = sent.body["Members_Account"].as_array().into_iter().flatten();
            let is_refused =
                list.filter_map(|account| account.as_str()).any(|account| bad.contains(account));
            if is_refused {
                Reply::refusal(10019, "no such user")
            } else {
                Reply::json(json!({ "ErrorCode": 0 }))
            }
        }
    });
    let admin = Admin::new(script.builder()?.build()?);
    let report = admin.group(GROUP).mute(accounts(ACCOUNTS)).run().await;
    let found: HashSet<String> = report.failures.iter().map(|item| item.key.clone()).collect();
    if found != *bad || report.summary.done != ACCOUNTS - bad_items {
        return Err(format!("the report is incorrect: {}", report.summary).into());
    }
    Ok((report.summary.calls - ACCOUNTS.div_ceil(BATCH_SIZE), bad_items))
}

const ACCOUNTS: u64 = 100_000;
const BATCH_SIZE: u64 = 500;
const ROUNDS: u64 = 5;
