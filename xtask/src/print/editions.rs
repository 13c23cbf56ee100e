//! The enumeration of editions.

use super::rust::Code;
use crate::model::{Edition, Model};

/// The file of the editions.
pub(super) fn editions(model: &Model) -> String {
    let mut code = Code::file("spec/service.toml");
    code.doc(0, "Edition of an app, which determines some of its limits; the lowest one first.");
    code.line("#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]");
    code.line("#[non_exhaustive]");
    code.line("pub enum Edition {");
    for edition in &model.editions {
        code.doc(4, &format!("{}.", edition.name));
        code.line(format!("{},", edition.variant));
    }
    code.line("}");
    code.gap();
    code.line("impl Edition {");
    constants(&mut code, model);
    let ids = model.editions.iter().map(|edition| (edition, edition.id.as_str()));
    text_of(&mut code, "id", "Returns its id, such as `pro-plus`.", ids);
    code.gap();
    let names = model.editions.iter().map(|edition| (edition, edition.name.as_str()));
    text_of(&mut code, "name", "Returns its name, such as `Pro Plus`.", names);
    code.line("}");
    code.finish()
}

fn constants(code: &mut Code, model: &Model) {
    let variants = |editions: &[Edition]| {
        let variants: Vec<String> =
            editions.iter().map(|edition| format!("Self::{}", edition.variant)).collect();
        variants.join(", ")
    };
    code.doc(4, "Every edition.");
    code.line(format!("pub const ALL: &'static [Self] = &[{}];", variants(&model.editions)));
    code.gap();
    code.doc(
        4,
        "The editions that can buy more calls per second for endpoints with \
         [`raisable_quota`](crate::spec::EndpointSpec::raisable_quota).",
    );
    let raisable = variants(&model.raisable.editions);
    code.line(format!("pub const WITH_RAISABLE_QUOTAS: &'static [Self] = &[{raisable}];"));
    code.gap();
    code.doc(4, "The number of calls per second by which such quotas can be raised.");
    code.line(format!("pub const QUOTA_STEP: u32 = {};", model.raisable.step));
    code.gap();
}

/// A function from an edition to a text.
fn text_of<'a>(
    code: &mut Code,
    name: &str,
    doc: &str,
    texts: impl Iterator<Item = (&'a Edition, &'a str)>,
) {
    code.doc(4, doc);
    code.line(format!("pub const fn {name}(self) -> &'static str {{"));
    code.line("match self {");
    for (edition, text) in texts {
        code.line(format!("Self::{} => {text:?},", edition.variant));
    }
    code.line("}");
    code.line("}");
}
