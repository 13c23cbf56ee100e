//! Errors in spec files, rendered like those of the compiler.

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

/// The errors of one run. All of them are reported, not just the first.
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
    /// Adds an error at a location.
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

    /// Renders each error with its file, line and column, and the line itself.
    pub(crate) fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for diagnostic in &self.0 {
            let end = diagnostic.span.end.min(diagnostic.source.text.len());
            let span = diagnostic.span.start.min(end)..end;
            let snippet = Snippet::source(&diagnostic.source.text)
                .path(&diagnostic.source.path)
                .annotation(AnnotationKind::Primary.span(span).label(&diagnostic.label));
            let mut report = Level::ERROR.primary_title(&diagnostic.title).element(snippet);
            if let Some(help) = &diagnostic.help {
                report = report.element(Level::HELP.message(help));
            }
            let _ = writeln!(text, "{}\n", renderer.render(&[report]));
        }
        let count = self.0.len();
        let _ = writeln!(text, "{count} error{} in spec/", if count == 1 { "" } else { "s" });
        text
    }
}
