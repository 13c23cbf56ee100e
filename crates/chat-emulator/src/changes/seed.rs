//! A seed is added to an app.

use serde::{Deserialize, Serialize};

use super::{Change, Target};
use crate::seed::{Plan, SeedError, SeedSummary};

/// The accounts and groups of a seed are added, all or none.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Seed {
    pub(crate) lines: String,
}

impl Change for Seed {
    const KIND: &'static str = "seed";
    type Outcome = Result<SeedSummary, SeedError>;

    fn apply(self, Target { state, now, .. }: Target<'_>) -> Self::Outcome {
        let plan = Plan::read(&self.lines)?;
        plan.check(state)?;
        Ok(plan.apply(state, now))
    }
}
