use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    pin::pin,
};

use chat_admin::{
    Admin,
    migration::{self, ExportSummary, Omitted, Record},
};
use clap::Args;
use futures_util::TryStreamExt as _;
use serde_json::Value;
use tempfile::NamedTempFile;

use super::Target;
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    job::Bar,
    output::{Output, counted},
};

/// Export a group as JSON Lines: accounts, profile, messages, members
///
/// `bulk import` reads what this writes. What of the group the import endpoints cannot take is
/// counted and left out; the summary on standard error says what it was. Audio-video groups have no
/// history and cannot be exported.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group export @TGS#aJRGC4MH6 --to stargazers.jsonl")]
pub(super) struct Export {
    #[command(flatten)]
    target: Target,

    /// File to write, made or replaced once the export is complete, which its owner alone can read;
    /// standard output without
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,

    /// Name of a custom field of the group, for groups too large to send them unasked; once per name
    #[arg(long = "custom-field", value_name = "NAME")]
    custom_fields: Vec<String>,
}

impl Export {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, to, custom_fields } = self;
        let export = target.of(admin).export().custom_fields(custom_fields);
        // Lines and a bar on one terminal would be in each other's way.
        let shares_terminal = to.is_none() && out.is_terminal();
        let bar = if shares_terminal { Bar::hidden() } else { Bar::new(out, "exporting", None) };
        let written = match &to {
            None => write(export, out.writer(), &bar, Error::from).await,
            Some(path) => write_file(export, path, &bar).await,
        };
        bar.clear();
        let summary = written?;
        if out.is_json_by_choice() {
            let record = Record::Summary(Box::new(summary));
            out.note(serde_json::to_string(&record).unwrap_or_default());
        } else {
            out.note(in_words(&summary));
        }
        Ok(Exit::Done)
    }
}

/// Writes the file beside its place and puts it there when it is whole.
async fn write_file(
    export: migration::Export,
    path: &Path,
    bar: &Bar,
) -> Result<ExportSummary, Error> {
    // A link stays one.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        let message = format!("{} is there, and no file", path.display());
        return Err(Error::usage(message).with_hint("without --to it goes to standard output"));
    }
    let directory = path.parent().filter(|path| *path != Path::new(""));
    let mut file = NamedTempFile::with_prefix_in(".chatctl-", directory.unwrap_or(Path::new(".")))
        .map_err(|error| {
            Error::configuration(format!("{} cannot be made: {error}", path.display()))
        })?;
    let unwritable =
        |error| Error::partial(format!("{} cannot be written: {error}", path.display()));
    let summary = write(export, BufWriter::new(&mut file), bar, unwritable).await?;
    file.as_file().sync_all().map_err(unwritable)?;
    file.persist(&path).map_err(|error| unwritable(error.error))?;
    Ok(summary)
}

/// Writes the lines as they are read.
async fn write(
    export: migration::Export,
    mut to: impl Write,
    bar: &Bar,
    unwritable: impl Fn(io::Error) -> Error,
) -> Result<ExportSummary, Error> {
    let mut interrupts = Interrupts::listen();
    let mut lines = pin!(export.lines());
    let mut summary = ExportSummary::default();
    loop {
        let line = tokio::select! {
            line = lines.try_next() => line.map_err(|error| Error::from(&error))?,
            () = interrupts.next() => {
                return Err(Error::interrupted("interrupted before the end of the export"));
            }
        };
        let Some(line) = line else { break };
        let written = serde_json::to_writer(&mut to, &line.record).map_err(io::Error::from);
        written.and_then(|()| to.write_all(b"\n")).map_err(&unwritable)?;
        bar.add(1);
        if let Record::Summary(last) = line.record {
            summary = *last;
        }
    }
    to.flush().map_err(&unwritable)?;
    Ok(summary)
}

fn in_words(summary: &ExportSummary) -> String {
    let ExportSummary { accounts, messages, members, omitted, .. } = summary;
    let omitted = left_out_in_words(omitted);
    let counts = [(accounts, "account"), (&1, "group"), (messages, "message")];
    let counts = counts.map(|(count, what)| counted(*count, what)).join(", ");
    let written = format!("{counts}, {} beside the owner", counted(*members, "member"));
    if omitted.is_empty() {
        return format!("{written}; nothing was left out");
    }
    format!("{written}\nleft out, as no import takes it:\n  {}", omitted.join("\n  "))
}

/// What was left out, by its names in a file, and so that a new name is not left out either.
fn left_out_in_words(omitted: &Omitted) -> Vec<String> {
    let omitted = serde_json::to_value(omitted).unwrap_or_default();
    let named = omitted.as_object().into_iter().flatten();
    named.map(|(name, value)| thing_in_words(name, value)).collect()
}

fn thing_in_words(name: &str, value: &Value) -> String {
    let what = match name {
        "holes" => "messages that are deleted or have expired",
        "recalled" => "recalled messages",
        "system_messages" => "notices by the system",
        "unreadable_messages" => "messages without sender or time, or of an unknown kind",
        "times_raised" => "messages written with a later time than they had",
        "randoms" => "messages written without a Random of more than 32 bits",
        "priorities" => "priorities of messages",
        "profiles" => "nicknames and pictures, which the service does not show",
        "name_cards" => "names that members have in the group",
        "member_custom_fields" => "members' custom fields",
        "mutes" => "mutes of members",
        "receive_options" => "members' choices not to be notified",
        "unread_counts" => "unread counts of members",
        "roles" => "unknown roles of members",
        "attributes" => "attributes of the group",
        "attributes_unread" => {
            return "the attributes of the group, which the service does not show".into();
        }
        "custom_fields_unread" => {
            return "custom fields of the group; --custom-field NAME asks for them".into();
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
    fn what_is_left_out_is_told_in_words() {
        let summary = |omitted: Value| {
            let counts = json!({"accounts": 3, "messages": 2, "members": 1, "omitted": omitted});
            in_words(&serde_json::from_value(counts).unwrap())
        };
        assert!(
            summary(json!({}))
                .ends_with("2 messages, 1 member beside the owner; nothing was left out")
        );
        let words = summary(json!({
            "holes": 7, "custom_fields_unread": true, "group_settings": ["A", "B"],
        }));
        for piece in ["\n  7 messages that are deleted", "--custom-field", "group: A, B"] {
            assert!(words.contains(piece), "no {piece:?} in {words}");
        }
    }
}
