//! Builds the rate limits of an endpoint.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Builder;
use crate::model::{Edition, RateLimit, check};
use crate::spec::{
    Source,
    format::{self, Located},
};

impl Builder<'_> {
    /// The calls per second of the editions that differ from the others.
    pub(super) fn edition_quotas(
        &mut self,
        source: &Arc<Source>,
        quotas: &IndexMap<Located<String>, u32>,
    ) -> Vec<(Edition, u32)> {
        let found = quotas.iter().map(|(id, calls)| {
            let known = check::editions(source, [id], &self.editions, self.diagnostics);
            known.into_iter().next().map(|edition| (edition, *calls))
        });
        found.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// The limits over longer periods.
    pub(super) fn long_term_limits(
        &mut self,
        source: &Arc<Source>,
        limits: &[format::RateLimit],
        has_batch: bool,
    ) -> Vec<RateLimit> {
        let limits = limits.iter().filter_map(|limit| {
            let (max, counts_items) = check::limit(source, limit, has_batch, self.diagnostics)?;
            Some(RateLimit {
                max,
                counts_items,
                per_seconds: limit.per_seconds,
                editions: check::editions(
                    source,
                    &limit.editions,
                    &self.editions,
                    self.diagnostics,
                ),
                spec: limit.clone(),
            })
        });
        limits.collect()
    }
}
