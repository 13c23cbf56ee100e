//! Specifications without facts: the generated tables state what applies, and take the rest from these.

use super::{BatchSpec, Confidence, EndpointSpec, PagingSpec, RepeatSafety, RepeatSpec};
use crate::DOCUMENTATION_URL;

impl EndpointSpec {
    /// No facts.
    pub(crate) const EMPTY: Self = Self {
        service: "",
        command: "",
        older_commands: &[],
        area: "",
        name: "",
        title: "",
        summary: "",
        doc_page: None,
        documentation_site: DOCUMENTATION_URL,
        withdrawn: None,
        calls_per_second: None,
        edition_quotas: &[],
        raisable_quota: false,
        long_term_limits: &[],
        rate_limit_code: None,
        invalid_parameter_code: None,
        without_action_status: false,
        group_types: None,
        newer_group_types: None,
        unsupported_group_type_code: None,
        requirement: None,
        irreversible: None,
        query: &[],
        request: &[],
        response: &[],
        exactly_one_of: &[],
        at_least_one_of: &[],
        custom_group_id: None,
        batch: None,
        paging: None,
        repeat: RepeatSpec::EMPTY,
        errors: &[],
        behavior: &[],
        quirks: &[],
        confidence: Confidence::Low,
        unverified: &[],
    };
}

impl BatchSpec {
    /// No facts.
    pub(crate) const EMPTY: Self = Self {
        field: "",
        max: None,
        max_by_site: None,
        too_many_code: None,
        sequential: false,
        outcome_list: None,
        has_error_codes: false,
        results: &[],
        failed: None,
    };
}

impl PagingSpec {
    /// No facts.
    pub(crate) const EMPTY: Self =
        Self { items: "", page_size_field: None, max_page_size: None, cursor_fields: &[], end: "" };
}

impl RepeatSpec {
    /// No facts.
    pub(crate) const EMPTY: Self = Self {
        safety: RepeatSafety::Unclear,
        billed: false,
        already_done: &[],
        note: None,
        resolved_by: None,
    };
}
