//! The canonical form of JSON text, which does not depend on how it was serialized.
//!
//! The features of serde_json change what it writes for the same value: with `preserve_order` an
//! object keeps the order of its keys, and without it they are sorted; with `arbitrary_precision` a
//! number keeps its digits; with `float_roundtrip` the last bit of a float may be another one. Any
//! dependency of a program can switch these on. Keys are sorted here, integers are kept as they are,
//! and floats are rounded to 15 significant digits, as many as survive either way of reading them.

use std::ops::Range;

/// Appends the canonical form of JSON values to `out`. They may follow one another without a separator.
pub(super) fn append(json: &[u8], out: &mut Vec<u8>) -> Result<(), InvalidJson> {
    let mut reader = Reader { rest: json.trim_ascii() };
    while !reader.rest.is_empty() {
        reader.value(out)?;
        out.push(b'\n');
    }
    Ok(())
}

/// The text is not JSON.
#[derive(Debug, thiserror::Error)]
#[error("invalid JSON")]
pub(super) struct InvalidJson;

/// JSON text that was not read yet, without white space at its start.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, out: &mut Vec<u8>) -> Result<(), InvalidJson> {
        match self.rest.first().ok_or(InvalidJson)? {
            b'{' => self.object(out),
            b'[' => self.array(out),
            b'"' => self.string(out),
            b'-' | b'0'..=b'9' => self.number(out),
            _ => self.keyword(out),
        }
    }

    fn object(&mut self, out: &mut Vec<u8>) -> Result<(), InvalidJson> {
        let start = out.len();
        let mut members: Vec<Member> = Vec::new();
        out.push(b'{');
        self.elements(b'{', b'}', |reader| {
            if !members.is_empty() {
                out.push(b',');
            }
            let member = out.len();
            reader.string(out)?;
            let key = member..out.len();
            reader.expect(b':')?;
            out.push(b':');
            reader.value(out)?;
            members.push(Member { key, whole: member..out.len() });
            Ok(())
        })?;
        if !members.is_sorted_by_key(|member| out.get(member.key.clone())) {
            members.sort_by_key(|member| out.get(member.key.clone()));
            let sorted: Vec<&[u8]> =
                members.iter().filter_map(|member| out.get(member.whole.clone())).collect();
            let sorted = sorted.join(&b',');
            out.truncate(start + 1);
            out.extend_from_slice(&sorted);
        }
        out.push(b'}');
        Ok(())
    }

    fn array(&mut self, out: &mut Vec<u8>) -> Result<(), InvalidJson> {
        out.push(b'[');
        let mut is_first = true;
        self.elements(b'[', b']', |reader| {
            if !std::mem::take(&mut is_first) {
                out.push(b',');
            }
            reader.value(out)
        })?;
        out.push(b']');
        Ok(())
    }

    /// Reads what is between two brackets, separated by commas.
    fn elements(
        &mut self,
        open: u8,
        close: u8,
        mut element: impl FnMut(&mut Self) -> Result<(), InvalidJson>,
    ) -> Result<(), InvalidJson> {
        self.expect(open)?;
        if self.rest.first() == Some(&close) {
            return self.expect(close);
        }
        loop {
            element(self)?;
            match self.rest.first() {
                Some(b',') => self.expect(b',')?,
                _ => return self.expect(close),
            }
        }
    }

    /// Copies a string. All builds of serde_json escape the same characters.
    fn string(&mut self, out: &mut Vec<u8>) -> Result<(), InvalidJson> {
        let mut is_escaped = false;
        let end = self.rest.iter().skip(1).position(|byte| {
            let is_end = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            is_end
        });
        let length = end.ok_or(InvalidJson)? + 2;
        out.extend_from_slice(self.take(length));
        Ok(())
    }

    fn number(&mut self, out: &mut Vec<u8>) -> Result<(), InvalidJson> {
        let text = self.token();
        let is_integer =
            text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok_and(|number| number != 0);
        if is_integer {
            out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        let number: f64 = text.parse().map_err(|_| InvalidJson)?;
        // Zero is one number, whatever its sign.
        let number = if number == 0.0 { "0".to_owned() } else { format!("{number:.14e}") };
        out.extend_from_slice(number.as_bytes());
        Ok(())
    }

    fn keyword(&mut self, out: &mut Vec<u8>) -> Result<(), InvalidJson> {
        match self.token() {
            word @ ("null" | "true" | "false") => out.extend_from_slice(word.as_bytes()),
            _ => return Err(InvalidJson),
        }
        Ok(())
    }

    /// Takes a number or a keyword.
    fn token(&mut self) -> &'a str {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let end = self.rest.iter().position(|byte| !is_part(byte));
        let token = self.take(end.unwrap_or(self.rest.len()));
        std::str::from_utf8(token).unwrap_or_default()
    }

    fn expect(&mut self, byte: u8) -> Result<(), InvalidJson> {
        if self.rest.first() == Some(&byte) {
            self.take(1);
            return Ok(());
        }
        Err(InvalidJson)
    }

    /// Takes bytes off the text, and white space after them.
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest.trim_ascii_start();
        taken
    }
}

/// Where a member of an object is in the output.
struct Member {
    key: Range<usize>,
    whole: Range<usize>,
}
