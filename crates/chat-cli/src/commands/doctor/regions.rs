//! The search for the region of an app.

use std::time::Duration;

use chat_types::Region;
use futures_util::{StreamExt as _, stream};

use super::checks::{Check, State, knows_the_app};
use crate::settings::{Settings, look_up_admin};

/// Makes one call in every region, and names those that accept it.
pub(super) async fn find_region(settings: &Settings) -> Check {
    let regions = Region::ALL.iter().copied();
    let found: Vec<Region> = stream::iter(regions)
        .map(|region| async move {
            let client = settings.client_in(region).ok()?.with_timeout(TIME_LIMIT);
            let outcome = look_up_admin(&client, client.identifier()).await;
            knows_the_app(&outcome).then_some(region)
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(|region| async move { region })
        .collect()
        .await;
    match found.as_slice() {
        [] => Check::new("region", State::Failed, "no region accepts the app with this key")
            .with_remedy(
                "compare SDKAppID and key with the app's page in the console; both are from the \
                 same app there",
            ),
        regions => {
            let ids: Vec<&str> = regions.iter().map(|region| region.id()).collect();
            let ids = ids.join(" or ");
            Check::new("region", State::Failed, format!("the app is in {ids}"))
                .with_remedy(format!("set --region {ids}"))
        }
    }
}

const TIME_LIMIT: Duration = Duration::from_secs(5);

const AT_ONCE: usize = 9;
