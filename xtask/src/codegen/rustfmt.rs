//! Formats the generated Rust files the way `cargo fmt` does.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, anyhow, ensure};

use crate::print::{Files, HEADER};

/// Formats every Rust file with the options of the workspace's `rustfmt.toml`.
///
/// Starting rustfmt takes longer than formatting a file, so one process formats many, as one text
/// on its standard input. There it also leaves alone the modules that a file declares.
pub(super) fn format(root: &Path, files: &mut Files) -> Result<()> {
    let mut texts: Vec<&mut String> =
        files.iter_mut().filter(|(path, _)| path.ends_with(".rs")).map(|(_, text)| text).collect();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let share = texts.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let running: Vec<_> = texts
            .chunks_mut(share)
            .map(|chunk| scope.spawn(|| format_chunk(root, chunk)))
            .collect();
        running.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(anyhow!("a formatting thread panicked")))
        })
    })
}

fn format_chunk(root: &Path, texts: &mut [&mut String]) -> Result<()> {
    let joined: String = texts.iter().map(|text| text.as_str()).collect();
    let formatted = rustfmt(root, &joined)?;
    let files = split(&formatted);
    ensure!(files.len() == texts.len(), "rustfmt changed the number of file headers");
    for (text, file) in texts.iter_mut().zip(files) {
        **text = file;
    }
    Ok(())
}

/// Splits a text into files, each of which starts with the header of generated files.
fn split(text: &str) -> Vec<String> {
    let (_, files) = text.split_once(HEADER).unwrap_or_default();
    files
        .split(&format!("\n{HEADER}"))
        .map(|file| format!("{HEADER}{}\n", file.trim_end()))
        .collect()
}

fn rustfmt(root: &Path, text: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--quiet", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run rustfmt: install it with `rustup component add rustfmt`")?;
    let mut input = child.stdin.take().context("rustfmt has no standard input")?;
    let output = thread::scope(|scope| {
        // rustfmt prints only after it has read everything, but it may fail before.
        let writer = scope.spawn(move || input.write_all(text.as_bytes()));
        let output = child.wait_with_output().context("cannot read the output of rustfmt");
        let written = writer.join().map_err(|_| anyhow!("the thread that feeds rustfmt panicked"));
        output.and_then(|output| written.map(|written| (output, written)))
    })?;
    let (output, written) = output;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "rustfmt rejected generated code:\n{errors}");
    written.context("cannot write to rustfmt")?;
    String::from_utf8(output.stdout).context("rustfmt printed invalid UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_keeps_each_file_with_its_header() {
        let text = format!("{HEADER} a. Do not edit.\n\nmod x;\n\n{HEADER} b. Do not edit.\n");
        let expected = [
            format!("{HEADER} a. Do not edit.\n\nmod x;\n"),
            format!("{HEADER} b. Do not edit.\n"),
        ];
        assert_eq!(split(&text), expected);
    }
}
