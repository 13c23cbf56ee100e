//! `--jq`: a filter in the language of jq, run by jaq.

use std::fmt;

use jaq_core::{
    Compiler, Ctx, Vars,
    compile::Filter as Compiled,
    data::JustLut,
    load::{Arena, File, Loader},
    unwrap_valr,
};
use jaq_json::{Val, read};

use crate::error::Error;

/// A compiled filter.
pub(super) struct Filter(Compiled<jaq_core::Native<JustLut<Val>>>);

impl Filter {
    pub(super) fn compile(text: &str) -> Result<Self, Error> {
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        let invalid = |why: String| {
            Error::usage(format!("invalid --jq filter: {why}"))
                .with_hint("quote it for the shell, such as --jq '.[].GroupId'")
        };
        let modules = Loader::new(definitions)
            .load(&arena, File { code: text, path: () })
            .map_err(|_| invalid("it is not a valid jq expression".to_owned()))?;
        let compiled = Compiler::default().with_funs(functions).compile(modules);
        let compiled = compiled.map_err(|errors| {
            let names = errors.iter().flat_map(|(_, errors)| errors).map(|(name, _)| *name);
            let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
            invalid(format!("{} is not defined", names.join(", ")))
        })?;
        Ok(Self(compiled))
    }

    /// Runs the filter on a JSON document, and passes each result on: a string as it is, and anything
    /// else as JSON.
    pub(super) fn run(
        &self,
        json: &[u8],
        mut each: impl FnMut(&str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let failed =
            |why: &dyn fmt::Display| Error::usage(format!("the --jq filter failed: {why}"));
        let input = read::parse_single(json).map_err(|why| failed(&why))?;
        let context = Ctx::<JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        for result in self.0.id.run((context, input)).map(unwrap_valr) {
            let result = result.map_err(|why| failed(&why))?;
            match &result {
                Val::TStr(text) => each(&String::from_utf8_lossy(text))?,
                other => each(&other.to_string())?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter(..)")
    }
}
