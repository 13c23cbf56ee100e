//! Checks that `spec/errors.toml` explains every code that a file names, and only there.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    model::facts::DocumentedError,
    spec::{
        Diagnostics, Loaded, Source,
        format::{self, DocumentedErrors, EndpointFile, ErrorsFile, Located, ServiceFile},
    },
};

/// The codes and ranges of `spec/errors.toml`.
pub(in crate::model) struct KnownCodes {
    codes: BTreeMap<i32, format::ErrorCode>,
    ranges: Vec<format::ErrorRange>,
}

impl KnownCodes {
    pub(in crate::model) fn new(errors: &ErrorsFile) -> Self {
        let codes = errors.codes.iter();
        Self {
            codes: codes
                .filter_map(|(code, facts)| Some((code.as_ref().parse().ok()?, facts.clone())))
                .collect(),
            ranges: errors.ranges.clone(),
        }
    }

    /// The codes that an endpoint's page lists, each with its meaning on that endpoint.
    pub(in crate::model) fn documented_errors(
        &self,
        source: &Arc<Source>,
        service: &str,
        mut errors: DocumentedErrors,
        found: &mut Diagnostics,
    ) -> Vec<DocumentedError> {
        let mut documented = Vec::new();
        for code in errors.codes {
            let code = *code.as_ref();
            let general = self.meaning(service, code).unwrap_or_default();
            let own = errors.meanings.shift_remove_entry(code.to_string().as_str());
            if let Some((key, _)) = own.as_ref().filter(|(_, own)| own == general) {
                let title = format!("the meaning of {code} repeats spec/errors.toml");
                let help = Some("leave it out".to_owned());
                found.error(source, key.span(), title, "stated there", help);
            }
            let own = own.map(|(_, own)| own);
            let meaning = own.as_deref().unwrap_or(general).to_owned();
            documented.push(DocumentedError { code, own, meaning });
        }
        for code in errors.meanings.keys() {
            let title = format!("a meaning for the code {}, which `codes` lacks", code.as_ref());
            let help = Some("add it to `codes`, or correct the number".to_owned());
            found.error(source, code.span(), title, "not among `codes`", help);
        }
        documented
    }

    fn meaning(&self, service: &str, code: i32) -> Option<&str> {
        let in_range = |range: &&format::ErrorRange| (range.from..=range.to).contains(&code);
        match self.codes.get(&code) {
            Some(facts) => Some(facts.other_meanings.get(service).unwrap_or(&facts.meaning)),
            None => self.ranges.iter().find(in_range).map(|range| range.meaning.as_str()),
        }
    }

    /// The codes that an endpoint's page lists and those on which its other facts rest.
    pub(in crate::model) fn check_endpoint(
        &self,
        source: &Arc<Source>,
        file: &EndpointFile,
        found: &mut Diagnostics,
    ) {
        for code in &file.errors.codes {
            self.check(source, code, found);
        }
        let too_many = file.batch.as_ref().and_then(|batch| batch.as_ref().too_many_code.as_ref());
        let others = file.repeat.already_done.iter();
        let others = others
            .chain(&file.rate_limit_code)
            .chain(&file.invalid_parameter_code)
            .chain(&file.unsupported_group_type_code);
        for code in others.chain(too_many) {
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

    fn check(&self, source: &Arc<Source>, code: &Located<i32>, found: &mut Diagnostics) {
        let number = *code.as_ref();
        if self.meaning("", number).is_some() {
            return;
        }
        let title = format!("the code {number} is not explained");
        let help = format!("add [codes.{number}] to spec/errors.toml, or correct the number");
        found.error(source, code.span(), title, "not in spec/errors.toml", Some(help));
    }
}
