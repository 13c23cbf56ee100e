//! The implementations of `Paged` and `PagedByOffset`, and the type of the cursor.

mod cursor;
mod page;

use self::{cursor::cursor_definition, page::page_body};
use super::{
    access::{condition, is_sent},
    imports::Imports,
    objects::type_name,
    rust::Code,
};
use crate::model::{
    Cursor, Endpoint, Exception, Field, OffsetPaging, Paging, PagingMode, Step, Type,
};

/// Everything that the paging of an endpoint adds to its file.
pub(super) fn paged_impls(
    code: &mut Code,
    imports: &mut Imports,
    endpoint: &Endpoint,
    paging: &Paging,
) {
    let cursor = match &paging.cursor {
        Cursor::Value(ty) => type_name(imports, ty),
        Cursor::Struct(name) | Cursor::Enum(name) => name.clone(),
    };
    let item = type_name(imports, paging.items.ty.item());
    let names = Names {
        request: &endpoint.name,
        response: &endpoint.response_name,
        page: format!("Page<{item}, {cursor}>"),
        item,
        cursor,
    };
    paged_impl(code, imports, paging, &names);
    if paging.modes.len() > 1 {
        code.gap();
        mode_methods(code, paging, &names);
    }
    if let Some(offset) = &paging.by_offset {
        code.gap();
        by_offset_impl(code, imports, offset, &names);
    }
    cursor_definition(code, imports, paging, &endpoint.name);
}

/// Names of the types.
struct Names<'a> {
    request: &'a str,
    response: &'a str,
    item: String,
    cursor: String,
    page: String,
}

fn paged_impl(code: &mut Code, imports: &mut Imports, paging: &Paging, names: &Names<'_>) {
    imports.krate("Page");
    imports.krate("Paged");
    let Names { request, response, item, cursor, page } = names;
    code.line(format!("impl Paged for {request} {{"));
    code.line(format!("type Item = {item};"));
    code.line(format!("type Cursor = {cursor};"));
    code.gap();
    let max = paging.page_size.as_ref().map(|(_, max)| format!("Some({max})"));
    let max = max.unwrap_or_else(|| "None".to_owned());
    code.line(format!("const MAX_PAGE_SIZE: Option<u32> = {max};"));
    start(code, paging);
    code.gap();
    set_cursor(code, paging, cursor);
    code.gap();
    set_page_size(code, paging.page_size.as_ref().map(|(field, _)| field));
    code.gap();
    code.line(format!("fn page(&self, response: {response}) -> {page} {{"));
    match paging.modes.as_slice() {
        [only] => code.line(page_body(paging, only, cursor)),
        several => choose_mode(code, several),
    }
    code.line("}");
    code.line("}");
}

fn start(code: &mut Code, paging: &Paging) {
    let mut lines = Vec::new();
    for mode in &paging.modes {
        for Step { field, first, .. } in &mode.steps {
            let Some(first) = first else { continue };
            let set = format!("self.{} = {};", field.rust, first_value(field, first));
            lines.push(match &mode.condition {
                Some(when) => format!("if {} {{ {set} }}", condition(when)),
                None => set,
            });
        }
    }
    if lines.is_empty() {
        return;
    }
    code.gap();
    code.line("fn start(&mut self) {");
    lines.iter().for_each(|line| code.line(line));
    code.line("}");
}

fn first_value(field: &Field, json: &str) -> String {
    let value = match (&field.ty, json) {
        (Type::String, "\"\"") => "String::new()".to_owned(),
        (Type::String, text) => format!("{text}.to_owned()"),
        (_, number) => number.to_owned(),
    };
    if field.required { value } else { format!("Some({value})") }
}

fn set_cursor(code: &mut Code, paging: &Paging, cursor: &str) {
    code.line(format!("fn set_cursor(&mut self, cursor: {cursor}) {{"));
    match &paging.cursor {
        Cursor::Value(_) => {
            paging.cursor_fields().for_each(|field| code.line(assign(field, "cursor")));
        }
        Cursor::Struct(_) => {
            for field in paging.cursor_fields() {
                code.line(assign(field, &format!("cursor.{}", field.rust)));
            }
        }
        Cursor::Enum(_) => {
            code.line("match cursor {");
            for mode in &paging.modes {
                let (Some(names), [step]) = (&mode.names, mode.steps.as_slice()) else { continue };
                let set = assign(&step.field, "mark");
                code.line(format!("{cursor}::{}(mark) => {{ {set} }}", names.variant));
            }
            code.line("}");
        }
    }
    code.line("}");
}

fn assign(field: &Field, value: &str) -> String {
    if field.required {
        format!("self.{} = {value};", field.rust)
    } else {
        format!("self.{} = Some({value});", field.rust)
    }
}

fn set_page_size(code: &mut Code, field: Option<&Field>) {
    let Some(field) = field else {
        code.line("fn set_page_size(&mut self, _: u32) {}");
        return;
    };
    let size = if field.ty == Type::U32 { "size" } else { "size.into()" };
    code.line("fn set_page_size(&mut self, size: u32) {");
    code.line(assign(field, size));
    code.line("}");
}

fn choose_mode(code: &mut Code, modes: &[PagingMode]) {
    for mode in modes {
        let path = if mode.uses_request { "self." } else { "Self::" };
        let method = mode.names.as_ref().map_or("", |names| names.method.as_str());
        let call = format!("{path}{method}(response)");
        match &mode.condition {
            Some(when) => code.line(format!("if {} {{ {call} }} else {{", condition(when))),
            None => code.line(call),
        }
    }
    code.line("}".repeat(modes.len() - 1));
}

fn mode_methods(code: &mut Code, paging: &Paging, names: &Names<'_>) {
    let Names { request, response, cursor, page, .. } = names;
    code.line(format!("impl {request} {{"));
    for (index, mode) in paging.modes.iter().enumerate() {
        if index > 0 {
            code.gap();
        }
        let method = mode.names.as_ref().map_or("", |names| names.method.as_str());
        let receiver = if mode.uses_request { "&self, " } else { "" };
        code.line(format!("fn {method}({receiver}response: {response}) -> {page} {{"));
        code.line(page_body(paging, mode, cursor));
        code.line("}");
    }
    code.line("}");
}

fn by_offset_impl(
    code: &mut Code,
    imports: &mut Imports,
    offset: &OffsetPaging,
    names: &Names<'_>,
) {
    imports.krate("PagedByOffset");
    let Names { request, cursor, .. } = names;
    let exceptions: Vec<String> = offset
        .exceptions
        .iter()
        .map(|exception| match exception {
            Exception::Mode(when) => condition(when),
            Exception::Sent(field) => is_sent(field),
        })
        .collect();
    code.line(format!("impl PagedByOffset for {request} {{"));
    code.line("fn start_offset(&self) -> Option<u64> {");
    if !exceptions.is_empty() {
        code.line(format!("if {} {{ return None; }}", exceptions.join(" || ")));
    }
    let sent = if offset.field.required { "" } else { ".unwrap_or_default()" };
    code.line(format!("Some(self.{}{sent})", offset.field.rust));
    code.line("}");
    code.gap();
    code.line(format!("fn cursor_at(offset: u64) -> {cursor} {{"));
    match &offset.variant {
        Some(variant) => code.line(format!("{cursor}::{variant}(offset)")),
        None => code.line("offset"),
    }
    code.line("}");
    code.line("}");
}
