//! The summary of an export in words.

use chat_admin::migration::{ExportSummary, Omitted};
use serde_json::Value;

use crate::output::counted;

/// Returns what an export wrote and what it omitted.
pub(super) fn in_words(summary: &ExportSummary) -> String {
    let ExportSummary { accounts, messages, members, omitted, .. } = summary;
    let omitted = omitted_in_words(omitted);
    let counts = [(accounts, "account"), (&1, "group"), (messages, "message")];
    let counts = counts.map(|(count, noun)| counted(*count, noun)).join(", ");
    let written = format!("{counts}, {} besides the owner", counted(*members, "member"));
    if omitted.is_empty() {
        return format!("{written}; nothing was omitted");
    }
    format!(
        "{written}\nomitted, since the import endpoints do not take it:\n  {}",
        omitted.join("\n  ")
    )
}

/// Describes the members of the JSON object, so that one that is new is described by its name.
fn omitted_in_words(omitted: &Omitted) -> Vec<String> {
    let omitted = serde_json::to_value(omitted).unwrap_or_default();
    let members = omitted.as_object().into_iter().flatten();
    members.map(|(name, value)| member_in_words(name, value)).collect()
}

fn member_in_words(name: &str, value: &Value) -> String {
    let what = match name {
        "deleted_messages" => "messages that were deleted or have expired",
        "recalled_messages" => "recalled messages",
        "system_messages" => "system notifications",
        "unreadable_messages" => "messages without sender or time, or of an unknown kind",
        "adjusted_times" => "original times of messages that were written with a later one",
        "randoms" => "Random values of messages that exceed 32 bits",
        "priorities" => "priorities of messages",
        "profiles" => "nicknames and avatars, which the service does not show",
        "name_cards" => "names that members have in the group",
        "member_custom_fields" => "custom fields of members",
        "mutes" => "mutes of members",
        "receive_options" => "notification settings of members",
        "unread_counts" => "unread counts of members",
        "roles" => "unknown roles of members",
        "attributes" => "attributes of the group",
        "attributes_unavailable" => {
            return "the attributes of the group, which the service does not show".into();
        }
        "custom_fields_unavailable" => {
            return "custom fields of the group; request them with --custom-field NAME".into();
        }
        "group_settings" => {
            let names = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            let names: Vec<&str> = names.collect();
            return format!("settings of the group: {}", names.join(", "));
        }
        other => other,
    };
    format!("{value} {what}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn omitted_parts_are_described_in_words() {
        let summary = |omitted: Value| {
            let counts = json!({"accounts": 3, "messages": 2, "members": 1, "omitted": omitted});
            in_words(&serde_json::from_value(counts).unwrap())
        };
        assert!(
            summary(json!({}))
                .ends_with("2 messages, 1 member besides the owner; nothing was omitted")
        );
        let words = summary(json!({
            "deleted_messages": 7, "custom_fields_unavailable": true, "group_settings": ["A", "B"],
        }));
        for piece in ["\n  7 messages that were deleted", "--custom-field", "group: A, B"] {
            assert!(words.contains(piece), "no {piece:?} in {words}");
        }
    }
}
