//! The documentation of a type, in parts.

/// Documentation of a request type or of the type of a webhook's body.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    /// What is called: `POST /v4/service/command`, or the command of a webhook.
    pub(super) target: String,
    pub(super) summary: String,
    /// What a caller checks first, one fact each.
    pub(super) facts: Vec<String>,
    /// The link to its documentation page.
    pub(super) page: String,
    /// What else is known of it.
    pub(super) sections: Vec<Section>,
    /// The rows of the table of error codes.
    pub(super) errors: Vec<String>,
    /// The implementation that is documented by the sections.
    pub(super) details: Details,
}

impl Docs {
    /// The documentation of the type itself, with the lines of an example: what a caller has to know
    /// before the first call.
    pub(crate) fn of_type(&self, example: Vec<String>) -> Vec<DocBlock> {
        let mut blocks = vec![DocBlock::Paragraph(format!("`{}`:\n{}", self.target, self.summary))];
        blocks.extend(self.facts.iter().cloned().map(DocBlock::Item));
        blocks.push(DocBlock::Item(self.page.clone()));
        if let Some(contents) = self.contents() {
            blocks.push(DocBlock::Item(format!("[{contents}](#{})", self.details.anchor)));
        }
        blocks.extend(example.into_iter().map(DocBlock::Line));
        blocks
    }

    /// The documentation of the trait implementation, with the lines of an example: everything else
    /// that is known.
    pub(crate) fn of_implementation(&self, example: Vec<String>) -> Vec<DocBlock> {
        let mut blocks = Vec::new();
        for section in &self.sections {
            blocks.push(DocBlock::Heading(section.title.to_owned()));
            blocks.extend(section.statements.iter().cloned().map(DocBlock::Item));
        }
        if !self.errors.is_empty() {
            blocks.push(DocBlock::Heading("Errors".to_owned()));
            blocks.extend(self.errors.iter().cloned().map(DocBlock::Line));
        }
        if !example.is_empty() {
            blocks.push(DocBlock::Heading("Example".to_owned()));
            blocks.extend(example.into_iter().map(DocBlock::Line));
        }
        if !blocks.is_empty() {
            blocks.insert(0, DocBlock::Paragraph(self.details.doc.clone()));
        }
        blocks
    }

    /// The documentation for a document that has the path, the link to the page, the example and the
    /// error codes elsewhere.
    pub(crate) fn without_data(&self) -> String {
        let mut text = self.summary.clone() + "\n\n" + &bullets(&self.facts);
        for Section { title, statements } in &self.sections {
            text += &format!("\n\n### {title}\n\n{}", bullets(statements));
        }
        text
    }

    /// The titles of the sections, such as `Behavior, quirks and errors`.
    fn contents(&self) -> Option<String> {
        let errors = (!self.errors.is_empty()).then_some("Errors");
        let titles: Vec<&str> =
            self.sections.iter().map(|section| section.title).chain(errors).collect();
        let (first, rest) = titles.split_first()?;
        let rest: Vec<String> = rest.iter().map(|title| title.to_lowercase()).collect();
        Some(match rest.split_last() {
            None => (*first).to_owned(),
            Some((last, [])) => format!("{first} and {last}"),
            Some((last, middle)) => format!("{first}, {} and {last}", middle.join(", ")),
        })
    }
}

/// A block of documentation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DocBlock {
    /// Text that is wrapped; line feeds in it are kept.
    Paragraph(String),
    Heading(String),
    /// An item of a list.
    Item(String),
    /// A line that is not wrapped, such as a row of a table or a line of an example.
    Line(String),
}

/// Statements under one heading.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) statements: Vec<String>,
}

/// The trait implementation that is documented by what would hide the type itself.
#[derive(Debug, Default)]
pub(super) struct Details {
    /// The anchor that rustdoc gives to it.
    pub(super) anchor: String,
    /// Its first sentence.
    pub(super) doc: String,
}

/// Escapes the characters of a text that Markdown would take for markup.
pub(crate) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut code = false;
    for letter in text.chars() {
        if letter == '`' {
            code = !code;
        }
        if !code && matches!(letter, '[' | ']' | '<' | '>' | '*' | '|') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

fn bullets(texts: &[String]) -> String {
    let lines: Vec<String> = texts.iter().map(|text| format!("- {text}")).collect();
    lines.join("\n")
}
