//! Lays out examples in documentation, because rustfmt does not format comments.

use std::collections::BTreeMap;

use super::rust::{number, wrap};
use crate::model::{Expression, RustExample};

/// The lines of JSON, with the fence around them.
pub(super) fn json(value: &serde_json::Value) -> Vec<String> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    format!("```json\n{text}\n```").lines().map(str::to_owned).collect()
}

/// The lines of an example, with the fence around them.
pub(super) fn lines(example: &RustExample) -> Vec<String> {
    let RustExample { request, uses } = example;
    let request = laid_out(request, 0, "let request = ".len() + ";".len());
    let text = format!(
        "```\n{}\n\nlet request = {request};\nrequest.check()?;\n\
         # Ok::<(), chat_types::check::Violation>(())\n```",
        imports(uses.iter().map(|(module, name)| (module.as_deref(), name.as_str())))
    );
    text.lines().map(str::to_owned).collect()
}

fn imports<'a>(uses: impl Iterator<Item = (Option<&'a str>, &'a str)>) -> String {
    let mut modules: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for (module, name) in uses {
        modules.entry(module).or_default().push(name);
    }
    // rustfmt never keeps nested braces on one line.
    let is_flat = modules.iter().all(|(module, names)| module.is_none() || names.len() == 1);
    let flat = modules.iter().flat_map(|(module, names)| {
        names
            .iter()
            .map(|name| module.map_or_else(|| (*name).to_owned(), |at| format!("{at}::{name}")))
    });
    let line = format!("use chat_types::{{{}}};", flat.collect::<Vec<_>>().join(", "));
    if is_flat && line.len() <= WIDTH {
        return line;
    }
    let lines: Vec<String> = modules
        .iter()
        .map(|(module, names)| {
            let Some(module) = module else { return filled(names, STEP) };
            let line = format!("    {module}::{{{}}},\n", names.join(", "));
            match names.as_slice() {
                [only] => format!("    {module}::{only},\n"),
                _ if line.trim_end().len() <= WIDTH => line,
                _ => format!("    {module}::{{\n{}    }},\n", filled(names, 2 * STEP)),
            }
        })
        .collect();
    format!("use chat_types::{{\n{}}};", lines.concat())
}

/// Names with a comma after each, as many as fit on a line.
fn filled(names: &[&str], indent: usize) -> String {
    let pad = " ".repeat(indent);
    let text = names.join(", ") + ",";
    wrap(&text, WIDTH - indent).iter().map(|line| format!("{pad}{line}\n")).collect()
}

/// The expression on one line if it fits, otherwise with one argument, item or method per line. `taken`
/// is the number of other characters on its first line.
fn laid_out(expression: &Expression, indent: usize, taken: usize) -> String {
    let line = on_one_line(expression);
    if indent + taken + line.len() <= WIDTH {
        return line;
    }
    match expression {
        Expression::Atom(_) | Expression::Number(_) | Expression::Text(_) => line,
        Expression::List(items) => below("[", items, indent, "]"),
        Expression::Tuple(items) => below("(", items, indent, ")"),
        Expression::Call(name, arguments) if name == "vec!" => {
            below("vec![", arguments, indent, "]")
        }
        Expression::Call(_, arguments) if arguments.is_empty() => line,
        Expression::Call(name, arguments) => below(&format!("{name}("), arguments, indent, ")"),
        Expression::Chain(value, calls) => {
            let pad = " ".repeat(indent + STEP);
            let mut text = laid_out(value, indent, taken);
            for (name, argument) in calls {
                let extra = name.len() + ".()".len();
                let argument = laid_out(argument, indent + STEP, extra);
                text += &format!("\n{pad}.{name}({argument})");
            }
            text
        }
    }
}

fn below(open: &str, items: &[Expression], indent: usize, close: &str) -> String {
    // A single item hugs its brackets.
    if let [only @ (Expression::List(_) | Expression::Tuple(_) | Expression::Call(..))] = items {
        return format!("{open}{}{close}", laid_out(only, indent, WIDTH));
    }
    let inner = indent + STEP;
    let pad = " ".repeat(inner);
    let items: Vec<String> =
        items.iter().map(|item| format!("{pad}{},\n", laid_out(item, inner, 1))).collect();
    format!("{open}\n{}{}{close}", items.concat(), " ".repeat(indent))
}

fn on_one_line(expression: &Expression) -> String {
    let joined =
        |items: &[Expression]| items.iter().map(on_one_line).collect::<Vec<_>>().join(", ");
    match expression {
        Expression::Atom(text) => text.clone(),
        Expression::Number(value) => number(*value),
        Expression::Text(text) if text.contains('"') && !text.contains("\"#") => {
            format!("r#\"{text}\"#")
        }
        Expression::Text(text) => format!("{text:?}"),
        Expression::List(items) => format!("[{}]", joined(items)),
        Expression::Tuple(items) => format!("({})", joined(items)),
        Expression::Call(name, arguments) if name == "vec!" => {
            format!("vec![{}]", joined(arguments))
        }
        Expression::Call(name, arguments) => format!("{name}({})", joined(arguments)),
        Expression::Chain(value, calls) => {
            let calls: Vec<String> = calls
                .iter()
                .map(|(name, argument)| format!(".{name}({})", on_one_line(argument)))
                .collect();
            on_one_line(value) + &calls.concat()
        }
    }
}

const STEP: usize = 4;
/// The width of a line after `/// `.
const WIDTH: usize = 96;
