//! Changes of the settings of an app in the console.

use std::collections::BTreeSet;

use chat_types::{Edition, spec::Site};
use serde::{Deserialize, Serialize};

use super::{Change, Target};
use crate::state::AppState;

/// The edition of the app is another one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SetEdition {
    #[serde(with = "crate::snapshot::edition")]
    pub(crate) edition: Edition,
}

/// The app is on this site of the vendor.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SetSite {
    #[serde(with = "crate::snapshot::site")]
    pub(crate) site: Site,
}

/// Endpoints support the group types that only their newer pages list, or no longer do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SetNewerGroupTypes {
    pub(crate) supported: bool,
}

/// The app is what it was at the start, except for these settings.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reset {
    pub(crate) admins: BTreeSet<String>,
}

impl Change for Reset {
    const KIND: &'static str = "reset";
    type Outcome = ();

    fn apply(self, Target { app, state, .. }: Target<'_>) {
        *state = AppState::new(app.signer.sdk_app_id(), state.quotas, &self.admins);
    }
}

impl Change for SetEdition {
    const KIND: &'static str = "set_edition";
    type Outcome = ();

    fn apply(self, target: Target<'_>) {
        target.app.rate_counter().set_edition(self.edition);
    }
}

impl Change for SetSite {
    const KIND: &'static str = "set_site";
    type Outcome = ();

    fn apply(self, target: Target<'_>) {
        target.app.change_console(|console| console.site = Some(self.site));
    }
}

impl Change for SetNewerGroupTypes {
    const KIND: &'static str = "set_newer_group_types";
    type Outcome = ();

    fn apply(self, target: Target<'_>) {
        target.app.change_console(|console| console.newer_group_types = self.supported);
    }
}
