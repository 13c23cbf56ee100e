//! Regular expressions for integers that are sent as strings.

/// The expression for a string of decimal digits that `-min_magnitude..=max` contains, with what a
/// reader skips: ASCII white space around it, a plus sign, and zeros in front.
///
/// It only uses what all dialects of regular expressions have in common.
pub(super) fn pattern(min_magnitude: u64, max: u64) -> String {
    let (positive, negative) = (up_to(max), up_to(min_magnitude));
    format!(r"^[\t\n\f\r ]*(\+?0*({positive})|-0*({negative}))[\t\n\f\r ]*$")
}

/// The expression for the integers from 0 to `max`, without zeros in front.
fn up_to(max: u64) -> String {
    let digits = max.to_string();
    let mut branches = Vec::new();
    if digits.len() > 1 {
        branches.push(format!("[0-9]{{1,{}}}", digits.len() - 1));
    }
    for (index, digit) in digits.char_indices() {
        // A number as long as the maximum does not start with a zero.
        let smallest = if index == 0 && digits.len() > 1 { '1' } else { '0' };
        if smallest < digit {
            let largest = char::from_digit(digit.to_digit(10).unwrap_or(1) - 1, 10).unwrap_or('0');
            let first = &digits[..index];
            let class = if smallest == largest {
                smallest.to_string()
            } else {
                format!("[{smallest}-{largest}]")
            };
            branches.push(match digits.len() - index - 1 {
                0 => format!("{first}{class}"),
                1 => format!("{first}{class}[0-9]"),
                rest => format!("{first}{class}[0-9]{{{rest}}}"),
            });
        }
    }
    branches.push(digits);
    branches.join("|")
}

#[cfg(test)]
mod tests {
    use super::{pattern, up_to};

    #[test]
    fn expression_lists_the_numbers_up_to_the_maximum() {
        assert_eq!(up_to(0), "0");
        assert_eq!(up_to(9), "[0-8]|9");
        assert_eq!(
            up_to(4_295),
            "[0-9]{1,3}|[1-3][0-9]{3}|4[0-1][0-9]{2}|42[0-8][0-9]|429[0-4]|4295"
        );
    }

    #[test]
    fn unsigned_numbers_have_a_negative_zero() {
        assert_eq!(pattern(0, 1), r"^[\t\n\f\r ]*(\+?0*(0|1)|-0*(0))[\t\n\f\r ]*$");
    }
}
