//! Names in Rust's case.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// `MemberToDel_Account` → `member_to_del_account`.
pub(crate) fn field(wire: &str) -> String {
    let name = snake(wire);
    if is_keyword(&name) { format!("{name}_") } else { name }
}

/// `forbid_send_msg` → `ForbidSendMsg`.
pub(crate) fn type_name(text: &str) -> String {
    text.to_upper_camel_case()
}

/// `BannedAccount` → `BANNED_ACCOUNT`.
pub(crate) fn screaming(text: &str) -> String {
    text.to_shouty_snake_case()
}

/// What serde's `rename_all = "PascalCase"` makes of a field name.
pub(crate) fn serde_pascal(field: &str) -> String {
    field
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string() + letters.as_str()
            })
        })
        .collect()
}

/// Whether a text is a valid name of a type.
pub(crate) fn is_type_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric())
}

fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "as" | "async"
            | "await"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "unsafe"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
    )
}

/// `AcceptAndNotify` stays as it is, `silicon-valley` becomes `SiliconValley`.
pub(crate) fn variant(value: &str) -> String {
    if is_type_name(value) { value.to_owned() } else { type_name(value) }
}

/// `GetIPList` → `get_ip_list`: the module and the file of a command.
pub(crate) fn module(command: &str) -> String {
    snake(command)
}

/// `C2CMsgInfo` → `c2c_msg_info`: a digit does not split a word.
fn snake(text: &str) -> String {
    text.to_snake_case().replace("c2_c", "c2c")
}
