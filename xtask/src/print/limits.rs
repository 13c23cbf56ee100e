//! Limits as static data: rate limits by edition, and lengths of lists by site.

use super::imports::Imports;
use crate::{
    model::{Edition, RateLimit},
    spec::format::MaxItems,
};

/// The slice with the calls per second of some editions.
pub(super) fn edition_quotas(imports: &mut Imports, quotas: &[(Edition, u32)]) -> String {
    let quotas: Vec<String> = quotas
        .iter()
        .map(|(edition, calls)| {
            imports.spec("EditionQuota");
            let edition = variant(imports, edition);
            format!("EditionQuota {{ edition: {edition}, calls_per_second: {calls} }}")
        })
        .collect();
    format!("&[{}]", quotas.join(", "))
}

/// The slice with the limits over longer periods.
pub(super) fn long_term_limits(imports: &mut Imports, limits: &[RateLimit]) -> String {
    let limits: Vec<String> = limits
        .iter()
        .map(|limit| {
            imports.spec("Counted");
            imports.spec("RateLimit");
            let RateLimit { max, per_seconds, .. } = limit;
            let counted = if limit.counts_items { "Items" } else { "Calls" };
            let editions = editions(imports, &limit.editions);
            format!(
                "RateLimit {{ max: {max}, counted: Counted::{counted}, per_seconds: {per_seconds}, \
                 editions: {editions} }}"
            )
        })
        .collect();
    format!("&[{}]", limits.join(", "))
}

/// The maximum length of a list by site; `None` if it is the same everywhere.
pub(super) fn max_by_site(imports: &mut Imports, max: MaxItems) -> Option<String> {
    let (china, international) = max.by_site()?;
    imports.spec("MaxBySite");
    Some(format!("MaxBySite {{ china: {china}, international: {international} }}"))
}

fn editions(imports: &mut Imports, editions: &[Edition]) -> String {
    let editions: Vec<String> = editions.iter().map(|edition| variant(imports, edition)).collect();
    format!("&[{}]", editions.join(", "))
}

fn variant(imports: &mut Imports, edition: &Edition) -> String {
    imports.krate("Edition");
    format!("Edition::{}", edition.variant)
}
