//! How the list of a response is paged.

use super::{Field, Struct, Type, names, objects::Objects};
use crate::spec::format::{self, Advance, End, Located, When};

/// How the list of a response is paged.
#[derive(Debug)]
pub(crate) struct Paging {
    /// The response field with the list.
    pub(crate) items: Field,
    /// The request field that chooses the page size, and its largest safe value.
    pub(crate) page_size: Option<(Field, u32)>,
    /// The response field with the length of the whole list.
    pub(crate) total: Option<Field>,
    pub(crate) cursor: Cursor,
    /// One way of paging, or several of which all but the last have a condition.
    pub(crate) modes: Vec<PagingMode>,
    /// How to start at any item, if a mode counts items up to the total.
    pub(crate) by_offset: Option<OffsetPaging>,
    /// How the last page is recognized, in words.
    pub(crate) end: String,
    /// The section of the spec.
    pub(crate) spec: format::Paging,
}

/// The type that says where a page starts.
#[derive(Debug)]
pub(crate) enum Cursor {
    /// The value of one request field.
    Value(Type),
    /// A struct of this name, with the values of several request fields.
    Struct(String),
    /// An enum of this name, with a variant for each mode.
    Enum(String),
}

/// One way of paging.
#[derive(Debug)]
pub(crate) struct PagingMode {
    /// The variant of the cursor and the method that makes the page, if there are several modes.
    pub(crate) names: Option<ModeNames>,
    pub(crate) condition: Option<Condition>,
    /// The response field with the list.
    pub(crate) items: Field,
    /// The request fields to set for the next page.
    pub(crate) steps: Vec<Step>,
    /// What marks the last page; any one of these is enough.
    pub(crate) end: Vec<EndMark>,
    /// Whether the next page depends on the request, not on the response alone.
    pub(crate) uses_request: bool,
}

/// Names of what belongs to one mode among several.
#[derive(Debug)]
pub(crate) struct ModeNames {
    pub(crate) variant: String,
    pub(crate) method: String,
}

/// A condition on a request field.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) field: Field,
    pub(crate) test: ConditionTest,
}

#[derive(Clone, Debug)]
pub(crate) enum ConditionTest {
    StartsWith(String),
    Equals(i64),
}

/// One request field to set for the next page.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) field: Field,
    pub(crate) source: StepSource,
    /// The JSON that the request for the first page has to send.
    pub(crate) first: Option<String>,
}

/// Where the value of a step comes from.
#[derive(Debug)]
pub(crate) enum StepSource {
    /// A field of the response.
    Response(Field),
    /// The sent value plus the number of received items.
    Count,
    /// The number after that of the sent page.
    NextNumber,
    /// The smallest value of an item field, plus a number.
    Smallest(Field, i64),
    /// The largest value of an item field, plus a number.
    Largest(Field, i64),
}

/// A mark of the last page.
#[derive(Debug)]
pub(crate) enum EndMark {
    /// A response field passes a test. A missing cursor ends the list, too.
    Field { field: Field, test: EndTest, is_cursor: bool },
    /// The smallest value of an item field is one of these numbers, as JSON.
    Smallest { column: Field, values: Vec<String> },
    /// The items so far reach the total, unless a request field is sent.
    Total { total: Field, unless_sent: Option<Field> },
    /// The pages so far, times the page size, reach the total.
    FullPages { total: Field, page_size: Field, first: String },
    /// The page is empty.
    NoItems,
}

/// A test of a response field.
#[derive(Debug)]
pub(crate) enum EndTest {
    /// An empty string.
    IsEmpty,
    /// A flag that is set, or not set.
    Flag(bool),
    /// One of these values, as JSON.
    OneOf(Vec<String>),
    /// The number of an enumeration's value is one of these.
    NumberOf(Vec<String>),
}

/// How to start a list at any of its items.
#[derive(Debug)]
pub(crate) struct OffsetPaging {
    /// The request field with the offset.
    pub(crate) field: Field,
    /// The variant of the cursor, if there are several modes.
    pub(crate) variant: Option<String>,
    /// Requests that cannot.
    pub(crate) exceptions: Vec<Exception>,
}

#[derive(Debug)]
pub(crate) enum Exception {
    /// Another mode applies.
    Mode(Condition),
    /// This field is sent, which filters the list.
    Sent(Field),
}

impl Paging {
    /// Resolves the section of the spec. `None` if it names unknown fields.
    pub(super) fn new(
        spec: format::Paging,
        name: &str,
        scope: &Scope<'_>,
        end: String,
    ) -> Option<Self> {
        let items = scope.response_field(&spec.items)?;
        let modes: Vec<PagingMode> = if spec.modes.is_empty() {
            vec![scope.mode(items.clone(), &spec.advance, &spec.end)?]
        } else {
            spec.modes.iter().map(|mode| scope.named_mode(mode, &items)).collect::<Option<_>>()?
        };
        let page_size = match &spec.page_size {
            Some(size) => Some((scope.request.field(size.field.as_ref())?.clone(), size.max)),
            None => None,
        };
        let total = spec.total.as_ref().and_then(|path| scope.response_field(path));
        let cursor = match modes.as_slice() {
            [PagingMode { steps, .. }] => match steps.as_slice() {
                [only] => Cursor::Value(only.field.ty.clone()),
                _ => Cursor::Struct(format!("{name}Cursor")),
            },
            _ => Cursor::Enum(format!("{name}Cursor")),
        };
        let by_offset = total.as_ref().and_then(|total| OffsetPaging::new(&modes, total));
        Some(Self { items, page_size, total, cursor, modes, by_offset, end, spec })
    }

    /// The request fields that say where a page starts.
    pub(crate) fn cursor_fields(&self) -> impl Iterator<Item = &Field> {
        self.modes.iter().flat_map(|mode| &mode.steps).map(|step| &step.field)
    }

    /// The cursor's own type, if it has one.
    pub(crate) fn cursor_name(&self) -> Option<&str> {
        match &self.cursor {
            Cursor::Value(_) => None,
            Cursor::Struct(name) | Cursor::Enum(name) => Some(name),
        }
    }
}

impl OffsetPaging {
    fn new(modes: &[PagingMode], total: &Field) -> Option<Self> {
        modes.iter().enumerate().find_map(|(index, mode)| {
            let [Step { field, source: StepSource::Count, .. }] = mode.steps.as_slice() else {
                return None;
            };
            let unless_sent = mode.end.iter().find_map(|end| match end {
                EndMark::Total { total: reached, unless_sent } if reached.wire == total.wire => {
                    Some(unless_sent.clone())
                }
                _ => None,
            })?;
            let others = modes[..index].iter().filter_map(|other| other.condition.clone());
            let sent = unless_sent.map(Exception::Sent);
            Some(Self {
                field: field.clone(),
                variant: mode.names.as_ref().map(|names| names.variant.clone()),
                exceptions: others.map(Exception::Mode).chain(sent).collect(),
            })
        })
    }
}

/// What the section of the spec can name.
pub(super) struct Scope<'a> {
    pub(super) request: &'a Struct,
    pub(super) response: &'a Struct,
    pub(super) objects: Objects<'a>,
}

impl Scope<'_> {
    /// A field of the response or, by its path, of an object in the response. The names of the field
    /// that is returned are paths too.
    fn response_field(&self, path: &Located<String>) -> Option<Field> {
        let mut names = path.as_ref().split('.');
        let mut found = self.response.field(names.next()?)?.clone();
        for name in names {
            let inner = self.objects.item_field(&found, name)?.clone();
            let rust = format!("{}.{}", found.rust, inner.rust);
            found = Field { wire: format!("{}.{}", found.wire, inner.wire), rust, ..inner };
        }
        Some(found)
    }

    fn named_mode(&self, spec: &format::PagingMode, items: &Field) -> Option<PagingMode> {
        let items = match &spec.items {
            Some(path) => self.response_field(path)?,
            None => items.clone(),
        };
        let condition = match &spec.when {
            Some(when) => Some(self.condition(when)?),
            None => None,
        };
        let variant = spec.name.as_ref().clone();
        let method = format!("page_by_{}", names::field(&variant));
        let names = Some(ModeNames { variant, method });
        let mode = self.mode(items, &spec.advance, &spec.end)?;
        Some(PagingMode { names, condition, ..mode })
    }

    fn mode(&self, items: Field, advance: &[Advance], end: &[End]) -> Option<PagingMode> {
        let steps: Vec<Step> =
            advance.iter().map(|step| self.step(step, &items)).collect::<Option<_>>()?;
        let end: Vec<EndMark> =
            end.iter().map(|mark| self.end_mark(mark, &steps, &items)).collect::<Option<_>>()?;
        let counts = steps
            .iter()
            .any(|step| matches!(step.source, StepSource::Count | StepSource::NextNumber));
        let filters =
            end.iter().any(|mark| matches!(mark, EndMark::Total { unless_sent: Some(_), .. }));
        Some(PagingMode {
            names: None,
            condition: None,
            items,
            steps,
            end,
            uses_request: counts || filters,
        })
    }

    fn condition(&self, when: &When) -> Option<Condition> {
        let test = match (&when.starts_with, when.equals) {
            (Some(prefix), _) => ConditionTest::StartsWith(prefix.clone()),
            (None, Some(number)) => ConditionTest::Equals(number),
            (None, None) => return None,
        };
        Some(Condition { field: self.request.field(when.field.as_ref())?.clone(), test })
    }

    fn step(&self, step: &Advance, items: &Field) -> Option<Step> {
        let column = |name: &Located<String>| self.objects.item_field(items, name.as_ref());
        let source = match (&step.to, &step.smallest, &step.largest) {
            (Some(to), ..) => StepSource::Response(self.response_field(to)?),
            (_, Some(name), _) => StepSource::Smallest(column(name)?.clone(), step.plus),
            (.., Some(name)) => StepSource::Largest(column(name)?.clone(), step.plus),
            (None, None, None) if step.next_number => StepSource::NextNumber,
            (None, None, None) => StepSource::Count,
        };
        let field = self.request.field(step.set.as_ref())?.clone();
        Some(Step { field, source, first: step.first.as_ref().map(super::json) })
    }

    fn end_mark(&self, end: &End, steps: &[Step], items: &Field) -> Option<EndMark> {
        let values: Vec<String> = end.equals.iter().map(super::json).collect();
        if let Some(name) = &end.field {
            let field = self.response_field(name)?;
            let is_cursor = steps.iter().any(|step| match &step.source {
                StepSource::Response(source) => source.wire == field.wire,
                _ => false,
            });
            return Some(EndMark::Field { test: end_test(&field, values), field, is_cursor });
        }
        if let Some(name) = &end.smallest {
            let column = self.objects.item_field(items, name.as_ref())?.clone();
            return Some(EndMark::Smallest { column, values });
        }
        let Some(name) = &end.total else { return Some(EndMark::NoItems) };
        let total = self.response_field(name)?;
        if let Some(name) = &end.per_page {
            let page_size = self.request.field(name.as_ref())?.clone();
            let first = steps.iter().find_map(|step| step.first.clone())?;
            return Some(EndMark::FullPages { total, page_size, first });
        }
        let unless_sent = match &end.unless_sent {
            Some(name) => Some(self.request.field(name.as_ref())?.clone()),
            None => None,
        };
        Some(EndMark::Total { total, unless_sent })
    }
}

fn end_test(field: &Field, values: Vec<String>) -> EndTest {
    match &field.ty {
        Type::String | Type::Id(_) if values == ["\"\""] => EndTest::IsEmpty,
        Type::Flag => EndTest::Flag(values == ["1"]),
        Type::IntegerEnum(_) => EndTest::NumberOf(values),
        _ => EndTest::OneOf(values),
    }
}
