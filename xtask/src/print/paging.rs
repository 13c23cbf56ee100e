//! How the list of a response is paged.

use super::{
    endpoint::{item_field, text_of},
    imports::Imports,
    objects::type_name,
    rust::Code,
};
use crate::{
    model::{Endpoint, Field, Model, Paging, PagingMode, Type},
    spec::format::{Advance, End},
};

/// Prints how an endpoint is paged.
pub(super) struct Pager<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) paging: &'a Paging,
    pub(super) model: &'a Model,
}

impl Pager<'_> {
    pub(super) fn print(&self, code: &mut Code, imports: &mut Imports) {
        imports.krate("Page");
        imports.krate("Paged");
        let Some(items) = self.endpoint.response.field(&self.paging.items) else { return };
        let item = type_name(imports, items.ty.item());
        let cursor = self.cursor_type(imports);
        let response = &self.endpoint.response_name;
        code.line(format!("impl Paged for {} {{", self.endpoint.name));
        code.line(format!("type Item = {item};"));
        code.line(format!("type Cursor = {cursor};"));
        code.gap();
        let max = self.paging.page_size.as_ref().map(|(_, max)| format!("Some({max})"));
        let max = max.unwrap_or_else(|| "None".to_owned());
        code.line(format!("const MAX_PAGE_SIZE: Option<u32> = {max};"));
        self.start(code);
        code.gap();
        self.set_cursor(code, &cursor);
        code.gap();
        self.set_page_size(code);
        code.gap();
        code.line(format!("fn page(&self, response: {response}) -> Page<{item}, {cursor}> {{"));
        match self.paging.modes.as_slice() {
            [only] => code.line(self.page_body(only, items, &cursor)),
            several => self.choose_mode(code, several),
        }
        code.line("}");
        code.line("}");
        if self.paging.modes.len() > 1 {
            code.gap();
            self.mode_methods(code, items, &item, &cursor);
        }
        self.by_offset(code, imports, &cursor);
        self.cursor_definition(code, imports, &cursor);
    }

    fn request_field(&self, wire: &str) -> Option<&Field> {
        self.endpoint.request.field(wire)
    }

    /// One value, or a type of its own where there are several.
    fn cursor_type(&self, imports: &mut Imports) -> String {
        match (&self.paging.cursor_name, self.paging.modes.as_slice()) {
            (Some(name), _) => name.clone(),
            (None, [PagingMode { advance, .. }, ..]) => self
                .request_field(advance[0].set.as_ref())
                .map_or_else(String::new, |field| type_name(imports, &field.ty)),
            (None, []) => String::new(),
        }
    }

    fn start(&self, code: &mut Code) {
        let mut lines = Vec::new();
        for mode in &self.paging.modes {
            for step in &mode.advance {
                let (Some(first), Some(field)) =
                    (&step.first, self.request_field(step.set.as_ref()))
                else {
                    continue;
                };
                let value = first_value(field, &crate::model::json(first));
                let set = format!("self.{} = {value};", field.rust);
                lines.push(match &mode.when {
                    Some(when) => format!("if {} {{ {set} }}", self.condition(when)),
                    None => set,
                });
            }
        }
        if lines.is_empty() {
            return;
        }
        code.gap();
        code.line("fn start(&mut self) {");
        for line in lines {
            code.line(line);
        }
        code.line("}");
    }

    fn condition(&self, when: &crate::spec::format::When) -> String {
        let Some(field) = self.request_field(when.field.as_ref()) else { return String::new() };
        let access = format!("self.{}", field.rust);
        match (&when.starts_with, when.equals) {
            (Some(prefix), _) => format!("{}.starts_with({prefix:?})", text_of(&access, field)),
            (None, Some(number)) => {
                let is_enum = matches!(field.ty, Type::IntegerEnum(_));
                match (is_enum, field.required) {
                    (true, true) => format!("{access}.number() == {number}"),
                    (true, false) => {
                        format!("{access}.is_some_and(|value| value.number() == {number})")
                    }
                    (false, true) => format!("{access} == {number}"),
                    (false, false) => format!("{access} == Some({number})"),
                }
            }
            (None, None) => String::new(),
        }
    }

    fn set_cursor(&self, code: &mut Code, cursor: &str) {
        code.line(format!("fn set_cursor(&mut self, cursor: {cursor}) {{"));
        match self.paging.modes.as_slice() {
            [only] if only.advance.len() == 1 => {
                code.line(self.assign(&only.advance[0], "cursor"));
            }
            [only] => {
                for step in &only.advance {
                    if let Some(field) = self.request_field(step.set.as_ref()) {
                        code.line(self.assign(step, &format!("cursor.{}", field.rust)));
                    }
                }
            }
            several => {
                code.line("match cursor {");
                for mode in several {
                    let variant = mode.name.as_deref().unwrap_or_default();
                    let set = self.assign(&mode.advance[0], "mark");
                    code.line(format!("{cursor}::{variant}(mark) => {{ {set} }}"));
                }
                code.line("}");
            }
        }
        code.line("}");
    }

    fn assign(&self, step: &Advance, value: &str) -> String {
        match self.request_field(step.set.as_ref()) {
            Some(field) if field.required => format!("self.{} = {value};", field.rust),
            Some(field) => format!("self.{} = Some({value});", field.rust),
            None => String::new(),
        }
    }

    fn set_page_size(&self, code: &mut Code) {
        let field = self.paging.page_size.as_ref().and_then(|(name, _)| self.request_field(name));
        let Some(field) = field else {
            code.line("fn set_page_size(&mut self, _: u32) {}");
            return;
        };
        let size = if field.ty == Type::U32 { "size" } else { "size.into()" };
        let size = if field.required { size.to_owned() } else { format!("Some({size})") };
        code.line("fn set_page_size(&mut self, size: u32) {");
        code.line(format!("self.{} = {size};", field.rust));
        code.line("}");
    }

    fn choose_mode(&self, code: &mut Code, modes: &[PagingMode]) {
        for mode in modes {
            let path = if uses_request(mode) { "self." } else { "Self::" };
            let call = format!("{path}{}(response)", mode_method(mode));
            match &mode.when {
                Some(when) => {
                    code.line(format!("if {} {{ {call} }} else {{", self.condition(when)));
                }
                None => code.line(call),
            }
        }
        code.line("}".repeat(modes.len() - 1));
    }

    fn mode_methods(&self, code: &mut Code, items: &Field, item: &str, cursor: &str) {
        let response = &self.endpoint.response_name;
        code.line(format!("impl {} {{", self.endpoint.name));
        for (index, mode) in self.paging.modes.iter().enumerate() {
            if index > 0 {
                code.gap();
            }
            let method = mode_method(mode);
            let receiver = if uses_request(mode) { "&self, " } else { "" };
            code.line(format!(
                "fn {method}({receiver}response: {response}) -> Page<{item}, {cursor}> {{"
            ));
            let own = mode.items.as_ref().and_then(|name| self.endpoint.response.field(name));
            code.line(self.page_body(mode, own.unwrap_or(items), cursor));
            code.line("}");
        }
        code.line("}");
    }

    /// That pages can be asked for by counting, where a mode counts and ends at the total.
    fn by_offset(&self, code: &mut Code, imports: &mut Imports, cursor: &str) {
        let Some((index, mode, end)) = self.counted_mode() else { return };
        let [step] = mode.advance.as_slice() else { return };
        let Some(field) = self.request_field(step.set.as_ref()) else { return };
        imports.krate("PagedByOffset");
        let earlier = self.paging.modes.iter().take(index);
        let others = earlier.filter_map(|other| other.when.as_ref().map(|w| self.condition(w)));
        let filter = end.unless_sent.as_ref().and_then(|name| self.request_field(name.as_ref()));
        let filtered = filter.map(|field| match field.ty.is_array() {
            true => format!("!self.{}.is_empty()", field.rust),
            false => format!("self.{}.is_some()", field.rust),
        });
        let exceptions: Vec<String> = others.chain(filtered).collect();

        code.gap();
        code.line(format!("impl PagedByOffset for {} {{", self.endpoint.name));
        code.line("fn start_offset(&self) -> Option<u64> {");
        if !exceptions.is_empty() {
            code.line(format!("if {} {{ return None; }}", exceptions.join(" || ")));
        }
        let sent = if field.required { "" } else { ".unwrap_or_default()" };
        code.line(format!("Some(self.{}{sent})", field.rust));
        code.line("}");
        code.gap();
        code.line(format!("fn cursor_at(offset: u64) -> {cursor} {{"));
        match &mode.name {
            Some(name) => code.line(format!("{cursor}::{name}(offset)")),
            None => code.line("offset"),
        }
        code.line("}");
        code.line("}");
    }

    fn counted_mode(&self) -> Option<(usize, &PagingMode, &End)> {
        let total = self.paging.total.as_ref()?;
        self.paging.modes.iter().enumerate().find_map(|(index, mode)| {
            let counts = mode.advance.iter().all(|step| step.add_items);
            let ends_there =
                |end: &&End| end.total.as_ref().is_some_and(|field| field.as_ref() == total);
            let end = mode.end.iter().find(ends_there)?;
            counts.then_some((index, mode, end))
        })
    }

    fn page_body(&self, mode: &PagingMode, items: &Field, cursor: &str) -> String {
        let mut lines = Vec::new();
        for step in &mode.advance {
            if let Some(line) = self.next_mark(step, items, mode.advance.len() > 1) {
                lines.push(line);
            }
        }
        let ends: Vec<String> = mode.end.iter().map(|end| self.is_last(end, mode, items)).collect();
        lines.push(format!("let last = {};", ends.join(" || ")));
        let next = self.next_cursor(mode, cursor);
        let total = self.paging.total.as_ref().and_then(|name| self.endpoint.response.field(name));
        let total = total.map_or("None".to_owned(), |field| {
            let access = format!("response.{}", field.rust);
            match (field.required, &field.ty) {
                (true, Type::U64) => format!("Some({access})"),
                (true, _) => format!("Some({access}.into())"),
                (false, Type::U64) => access,
                (false, _) => format!("{access}.map(Into::into)"),
            }
        });
        lines.push(format!(
            "Page {{ next: {next}, total: {total}, items: response.{} }}",
            items.rust
        ));
        lines.join("\n")
    }

    /// A line that works the next mark out, where it is more than a field of the response.
    fn next_mark(&self, step: &Advance, items: &Field, several: bool) -> Option<String> {
        let field = self.request_field(step.set.as_ref())?;
        let name = if several { field.rust.as_str() } else { "next" };
        if step.add_items {
            let sent = if field.required { "" } else { ".unwrap_or_default()" };
            return Some(format!(
                "let {name} = self.{}{sent}.saturating_add(response.{}.len() as u64);",
                field.rust, items.rust
            ));
        }
        let (column, pick) = match (&step.smallest, &step.largest) {
            (Some(column), _) => (column, "min"),
            (None, Some(column)) => (column, "max"),
            (None, None) => return None,
        };
        let column = item_field(self.endpoint, self.model, items, column.as_ref())?;
        let map = if column.required { "map" } else { "filter_map" };
        Some(format!(
            "let {name} = response.{}.iter().{map}(|item| item.{}).{pick}()\
             .map(|mark| mark.saturating_add_signed({}));",
            items.rust, column.rust, step.plus
        ))
    }

    fn is_last(&self, end: &End, mode: &PagingMode, items: &Field) -> String {
        if let Some(field) =
            end.field.as_ref().and_then(|f| self.endpoint.response.field(f.as_ref()))
        {
            let is_mark = mode
                .advance
                .iter()
                .any(|step| step.to.as_ref().is_some_and(|to| to.as_ref() == &field.wire));
            return equals(field, &end.equals, is_mark);
        }
        let smallest = end.smallest.as_ref();
        if let Some(column) =
            smallest.and_then(|name| item_field(self.endpoint, self.model, items, name.as_ref()))
        {
            let values: Vec<String> = end.equals.iter().map(crate::model::json).collect();
            let map = if column.required { "map" } else { "filter_map" };
            return format!(
                "response.{}.iter().{map}(|item| item.{}).min().is_some_and(|mark| matches!(mark, {}))",
                items.rust,
                column.rust,
                values.join(" | ")
            );
        }
        if let Some(total) =
            end.total.as_ref().and_then(|field| self.endpoint.response.field(field.as_ref()))
        {
            let access = format!("response.{}", total.rust);
            let reached = match (total.required, &total.ty) {
                (true, Type::U64) => format!("next >= {access}"),
                (true, _) => format!("next >= u64::from({access})"),
                (false, Type::U64) => format!("{access}.is_some_and(|total| next >= total)"),
                (false, _) => format!("{access}.is_some_and(|total| next >= u64::from(total))"),
            };
            let unsent =
                end.unless_sent.as_ref().and_then(|name| self.request_field(name.as_ref()));
            return match unsent {
                Some(field) if field.ty.is_array() => {
                    format!("(self.{}.is_empty() && {reached})", field.rust)
                }
                Some(field) => format!("(self.{}.is_none() && {reached})", field.rust),
                None => reached,
            };
        }
        format!("response.{}.is_empty()", items.rust)
    }

    fn next_cursor(&self, mode: &PagingMode, cursor: &str) -> String {
        if let [step] = mode.advance.as_slice() {
            let value = self.mark_value(step, "next");
            let wrapped = mode.name.as_ref().map(|name| format!("{cursor}::{name}"));
            return match (value, wrapped) {
                (Mark::Value(value), Some(wrap)) => format!("(!last).then_some({wrap}({value}))"),
                (Mark::Value(value), None) => format!("(!last).then_some({value})"),
                (Mark::Option(value), Some(wrap)) => {
                    format!("{value}.filter(|_| !last).map({wrap})")
                }
                (Mark::Option(value), None) => format!("{value}.filter(|_| !last)"),
            };
        }
        let fields: Vec<String> = mode
            .advance
            .iter()
            .filter_map(|step| {
                let field = self.request_field(step.set.as_ref())?;
                let value = match self.mark_value(step, &field.rust) {
                    Mark::Value(value) => value,
                    Mark::Option(value) => format!("{value}.unwrap_or_default()"),
                };
                Some(format!("{}: {value}", field.rust))
            })
            .collect();
        // Only what is worked out is worth a closure.
        let is_plain = fields.iter().all(|field| !field.contains('('));
        let then = if is_plain { "then_some(" } else { "then(|| " };
        format!("(!last).{then}{cursor} {{ {} }})", fields.join(", "))
    }

    fn mark_value(&self, step: &Advance, name: &str) -> Mark {
        if let Some(to) = &step.to
            && let Some(field) = self.endpoint.response.field(to.as_ref())
        {
            let access = format!("response.{}", field.rust);
            return if field.required { Mark::Value(access) } else { Mark::Option(access) };
        }
        if step.add_items { Mark::Value(name.to_owned()) } else { Mark::Option(name.to_owned()) }
    }

    fn cursor_definition(&self, code: &mut Code, imports: &mut Imports, cursor: &str) {
        if self.paging.cursor_name.is_none() {
            return;
        }
        let modes = self.paging.modes.as_slice();
        imports.serde("Deserialize");
        imports.serde("Serialize");
        code.gap();
        code.doc(0, &format!("Start of a page of [`{}`].", self.endpoint.name));
        code.line("#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]");
        let request = &self.endpoint.name;
        if let [only] = modes {
            code.line(format!("pub struct {cursor} {{"));
            for step in &only.advance {
                if let Some(field) = self.request_field(step.set.as_ref()) {
                    code.doc(4, &value_of(request, field));
                    let ty = type_name(imports, &field.ty);
                    code.line(format!("pub {}: {ty},", field.rust));
                }
            }
        } else {
            code.line("#[non_exhaustive]");
            code.line(format!("pub enum {cursor} {{"));
            for mode in modes {
                let name = mode.name.as_deref().unwrap_or_default();
                if let Some(field) = self.request_field(mode.advance[0].set.as_ref()) {
                    code.doc(4, &value_of(request, field));
                    code.line(format!("{name}({}),", type_name(imports, &field.ty)));
                }
            }
        }
        code.line("}");
    }
}

/// What a part of a cursor is.
fn value_of(request: &str, field: &Field) -> String {
    format!("Value of [`{0}`](field@{request}::{0}).", field.rust)
}

/// Where the next page starts: a value, or perhaps one.
enum Mark {
    Value(String),
    Option(String),
}

/// Whether the next page depends on the request, not on the response alone.
fn uses_request(mode: &PagingMode) -> bool {
    mode.advance.iter().any(|step| step.add_items)
        || mode.end.iter().any(|end| end.unless_sent.is_some())
}

fn mode_method(mode: &PagingMode) -> String {
    let name = mode.name.as_deref().unwrap_or_default();
    format!("page_by_{}", crate::model::names::field(name))
}

/// Whether a field of the response has one of these values. A mark that is not there ends the list.
fn equals(field: &Field, values: &[toml::Value], is_mark: bool) -> String {
    let access = format!("response.{}", field.rust);
    let text = matches!(field.ty, Type::String | Type::Id(_));
    let values: Vec<String> = values.iter().map(crate::model::json).collect();
    if text && values == ["\"\""] {
        return match (field.required, is_mark) {
            (true, _) => format!("{access}.is_empty()"),
            (false, true) => format!("{access}.as_deref().is_none_or(str::is_empty)"),
            (false, false) => format!("{access}.as_deref() == Some(\"\")"),
        };
    }
    if field.ty == Type::Flag {
        let on = values == ["1"];
        return match (field.required, on) {
            (true, true) => access,
            (true, false) => format!("!{access}"),
            (false, on) => format!("{access} == Some({on})"),
        };
    }
    let is_enum = matches!(field.ty, Type::IntegerEnum(_));
    let test = |name: &str| {
        let name = if is_enum { format!("{name}.number()") } else { name.to_owned() };
        match values.as_slice() {
            [only] => format!("{name} == {only}"),
            several => format!("matches!({name}, {})", several.join(" | ")),
        }
    };
    match (field.required, is_mark) {
        (true, _) => test(&access),
        (false, true) => format!("{access}.is_none_or(|mark| {})", test("mark")),
        (false, false) => format!("{access}.is_some_and(|mark| {})", test("mark")),
    }
}

fn first_value(field: &Field, json: &str) -> String {
    let value = match (&field.ty, json) {
        (Type::String, "\"\"") => "String::new()".to_owned(),
        (Type::String, text) => format!("{text}.to_owned()"),
        (_, number) => number.to_owned(),
    };
    if field.required { value } else { format!("Some({value})") }
}
