//! Whether every code that is named anywhere is explained in `spec/errors.toml`.

use std::{collections::BTreeSet, sync::Arc};

use toml::Spanned;

use crate::spec::{
    Diagnostics, Loaded, Source,
    format::{EndpointFile, ErrorsFile, ServiceFile},
};

/// The codes and ranges of `spec/errors.toml`.
pub(in crate::model) struct KnownCodes {
    codes: BTreeSet<i32>,
    ranges: Vec<(i32, i32)>,
}

impl KnownCodes {
    pub(in crate::model) fn new(errors: &ErrorsFile) -> Self {
        Self {
            codes: errors.codes.keys().filter_map(|code| code.as_ref().parse().ok()).collect(),
            ranges: errors.ranges.iter().map(|range| (range.from, range.to)).collect(),
        }
    }

    /// The codes that an endpoint's page lists and those on which its other facts rest.
    pub(in crate::model) fn check_endpoint(
        &self,
        source: &Arc<Source>,
        file: &EndpointFile,
        found: &mut Diagnostics,
    ) {
        for code in file.errors.keys() {
            if let Ok(number) = code.as_ref().parse() {
                self.check(source, &Spanned::new(code.span(), number), found);
            }
        }
        let too_many = file.batch.as_ref().and_then(|batch| batch.as_ref().too_many_code.as_ref());
        let others = file.repeat.already_done.iter();
        for code in others.chain(&file.unsupported_group_type_code).chain(too_many) {
            self.check(source, code, found);
        }
    }

    /// The codes that the endpoints of a service share.
    pub(in crate::model) fn check_services(
        &self,
        file: &Loaded<ServiceFile>,
        found: &mut Diagnostics,
    ) {
        for service in file.content.services.values() {
            let always = [
                &service.unknown_command_code,
                &service.invalid_json_code,
                &service.invalid_parameter_code,
                &service.not_admin_code,
            ];
            for code in always.into_iter().chain(&service.unsupported_group_type_code) {
                self.check(&file.source, code, found);
            }
        }
    }

    fn check(&self, source: &Arc<Source>, code: &Spanned<i32>, found: &mut Diagnostics) {
        let number = *code.as_ref();
        let in_range = |&(from, to): &(i32, i32)| (from..=to).contains(&number);
        if self.codes.contains(&number) || self.ranges.iter().any(in_range) {
            return;
        }
        let title = format!("the code {number} is not explained");
        let help = format!("add [codes.{number}] to spec/errors.toml, or correct the number");
        found.error(source, code.span(), title, "not in spec/errors.toml", Some(help));
    }
}
