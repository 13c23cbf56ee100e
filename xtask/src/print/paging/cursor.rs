//! The type of a cursor that is more than one value.

use crate::{
    model::{Cursor, Field, Paging},
    print::{imports::Imports, objects::type_name, rust::Code},
};

/// The definition of the cursor, if it has a type of its own.
pub(super) fn cursor_definition(
    code: &mut Code,
    imports: &mut Imports,
    paging: &Paging,
    request: &str,
) {
    let Some(name) = paging.cursor_name() else { return };
    imports.serde("Deserialize");
    imports.serde("Serialize");
    code.gap();
    code.doc(0, &format!("Start of a page of [`{request}`]."));
    code.line("#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]");
    if let Cursor::Struct(_) = paging.cursor {
        code.line(format!("pub struct {name} {{"));
        for field in paging.cursor_fields() {
            code.doc(4, &value_of(request, field));
            code.line(format!("pub {}: {},", field.rust, type_name(imports, &field.ty)));
        }
    } else {
        code.line("#[non_exhaustive]");
        code.line(format!("pub enum {name} {{"));
        for mode in &paging.modes {
            let (Some(names), [step]) = (&mode.names, mode.steps.as_slice()) else { continue };
            code.doc(4, &value_of(request, &step.field));
            code.line(format!("{}({}),", names.variant, type_name(imports, &step.field.ty)));
        }
    }
    code.line("}");
}

fn value_of(request: &str, field: &Field) -> String {
    format!("Value of [`{0}`](field@{request}::{0}).", field.rust)
}
