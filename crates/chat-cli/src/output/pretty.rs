//! JSON with indentation, otherwise as it came: the order of members and the digits of numbers stay.

use serde::de::IgnoredAny;

/// Indents JSON; `None` if it is not JSON.
pub(super) fn indented(json: &[u8]) -> Option<String> {
    serde_json::from_slice::<IgnoredAny>(json).ok()?;
    let text = std::str::from_utf8(json).ok()?;
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut is_string, mut is_escaped) = (0_usize, false, false);
    let mut characters = text.chars().filter(|c| !c.is_ascii_control()).peekable();
    while let Some(c) = characters.next() {
        if is_string {
            out.push(c);
            is_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        match c {
            ' ' => {}
            '{' | '[' => {
                out.push(c);
                while characters.next_if_eq(&' ').is_some() {}
                match characters.next_if(|c| matches!(c, '}' | ']')) {
                    Some(end) => out.push(end),
                    None => {
                        depth += 1;
                        break_line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                break_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            '"' => {
                out.push(c);
                is_string = true;
            }
            other => out.push(other),
        }
    }
    Some(out)
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_indented_and_otherwise_unchanged() {
        let json = br#" {"z":[1.50, 12345678901234567890123,{}],"a":"\"{[,:\\", "e" : [ ] } "#;
        let text = indented(json).unwrap();
        let expected = "{\n  \"z\": [\n    1.50,\n    12345678901234567890123,\n    {}\n  ],\n  \
                        \"a\": \"\\\"{[,:\\\\\",\n  \"e\": []\n}";
        assert_eq!(text, expected);
    }

    #[test]
    fn value_is_the_same_as_serde_json_writes_it() {
        let value = serde_json::json!([{"a": [[], {}, [1, null]], "b": "x\ny"}, true, -1.5e300]);
        let compact = serde_json::to_vec(&value).unwrap();
        assert_eq!(indented(&compact).unwrap(), serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn anything_else_is_left_alone() {
        for text in ["", "<html>", "{", "{}{}"] {
            assert_eq!(indented(text.as_bytes()), None, "{text}");
        }
    }
}
