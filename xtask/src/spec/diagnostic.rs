//! Mistakes in spec files, shown as the compiler shows its own.

use std::{fmt::Write, ops::Range, path::PathBuf, sync::Arc};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A file of `spec/` with its text.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the root of the repository, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// Name of the file without folder and ending.
    pub(crate) fn stem(&self) -> String {
        PathBuf::from(&self.path)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default()
    }

    /// Name of the folder that holds the file.
    pub(crate) fn folder(&self) -> String {
        PathBuf::from(&self.path)
            .parent()
            .and_then(|folder| folder.file_name())
            .map(|folder| folder.to_string_lossy().into_owned())
            .unwrap_or_default()
    }
}

/// All mistakes of one run; every one is reported, not just the first.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics(Vec<Diagnostic>);

#[derive(Debug)]
struct Diagnostic {
    source: Arc<Source>,
    span: Range<usize>,
    title: String,
    label: String,
    help: Option<String>,
}

impl Diagnostics {
    /// Notes a mistake at this place.
    pub(crate) fn error(
        &mut self,
        source: &Arc<Source>,
        span: Range<usize>,
        title: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        self.0.push(Diagnostic {
            source: Arc::clone(source),
            span,
            title: title.into(),
            label: label.into(),
            help,
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mistakes as text: file, line, column and the offending line of each.
    pub(crate) fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for mistake in &self.0 {
            let end = mistake.span.end.min(mistake.source.text.len());
            let span = mistake.span.start.min(end)..end;
            let snippet = Snippet::source(&mistake.source.text)
                .path(&mistake.source.path)
                .annotation(AnnotationKind::Primary.span(span).label(&mistake.label));
            let mut report = Level::ERROR.primary_title(&mistake.title).element(snippet);
            if let Some(help) = &mistake.help {
                report = report.element(Level::HELP.message(help));
            }
            let _ = writeln!(text, "{}\n", renderer.render(&[report]));
        }
        let count = self.0.len();
        let _ = writeln!(text, "{count} mistake{} in spec/", if count == 1 { "" } else { "s" });
        text
    }
}
