//! Names that resemble what somebody typed.

use std::fmt;

/// Returns the names whose keys resemble a text, the most similar first.
pub(crate) fn similar_names<'a>(
    names: impl Iterator<Item = (&'a str, impl fmt::Display)>,
    text: &str,
) -> Vec<String> {
    let text = text.to_lowercase();
    let mut similar: Vec<_> = names
        .map(|(known, name)| (strsim::jaro_winkler(&known.to_lowercase(), &text), name))
        .filter(|(similarity, _)| *similarity > MIN_SIMILARITY)
        .collect();
    similar.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    similar.iter().take(MAX_SIMILAR).map(|(_, name)| name.to_string()).collect()
}

/// Less similar names are no help.
const MIN_SIMILARITY: f64 = 0.8;

const MAX_SIMILAR: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_similar_name_is_first() {
        let names =
            || ["create_group", "create_contact_group", "destroy_group"].map(|name| (name, name));
        assert_eq!(similar_names(names().into_iter(), "create_grup")[0], "create_group");
        assert_eq!(similar_names(names().into_iter(), "DESTROYGROUP")[0], "destroy_group");
        assert!(similar_names(names().into_iter(), "x").is_empty());
    }
}
