//! Checks a request against the documented rules, as the JSON that goes over the wire.
//!
//! One table-driven pass serves typed requests, hand-written JSON and the receiving side alike. It
//! copies next to nothing unless a constraint is broken, or a content comes before the tag that says what
//! it is.

use std::{cell::RefCell, fmt};

use serde::{
    Serialize,
    de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use thiserror::Error;

use crate::spec::{EndpointSpec, FieldKind, FieldSpec, TaggedSpec};

/// A request breaks a documented constraint. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{service}/{command}: {path}{constraint}{}", SeePage(*doc_page))]
#[non_exhaustive]
pub struct Violation {
    /// Service of the endpoint.
    pub service: &'static str,
    /// Command of the endpoint.
    pub command: &'static str,
    /// The field, such as `MemberList[3].Role`; empty when it is the request as a whole.
    pub path: FieldPath,
    /// The constraint and what was found instead.
    pub constraint: Constraint,
    /// Number of the documentation page that states the constraint.
    pub doc_page: Option<u32>,
}

/// A documented constraint and what was found instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Constraint {
    /// The request is no JSON object.
    #[error("the request is not a JSON object: {0}")]
    Json(String),
    /// A required field is not there.
    #[error("is required")]
    Required,
    /// A field is of another JSON type.
    #[error("must be {expected}, found {found}")]
    Type {
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A list is too long.
    #[error("has {found} items, at most {max} are allowed in one call")]
    MaxItems {
        /// The cap.
        max: u32,
        /// The length of the list.
        found: usize,
    },
    /// A text is too long.
    #[error("has {found} bytes, at most {max} are allowed")]
    MaxBytes {
        /// The cap.
        max: u32,
        /// The length of the text.
        found: usize,
    },
    /// A number is out of bounds.
    #[error("must be {}, found {found}", Bounds(*min, *max))]
    Range {
        /// Smallest allowed number.
        min: Option<i64>,
        /// Largest allowed number.
        max: Option<i64>,
        /// The number.
        found: i128,
    },
    /// A text is none of the listed ones.
    #[error("must be one of {}, found {found:?}", allowed.join(", "))]
    OneOf {
        /// The listed texts.
        allowed: &'static [&'static str],
        /// The text, shortened.
        found: String,
    },
    /// A number is none of the listed ones.
    #[error("must be one of {}, found {found}", Numbers(allowed))]
    OneOfIntegers {
        /// The listed numbers.
        allowed: &'static [i64],
        /// The number.
        found: i128,
    },
    /// None or more than one of a group of fields is there.
    #[error("exactly one of {} must be sent", fields.join(", "))]
    ExactlyOneOf {
        /// The fields.
        fields: &'static [&'static str],
    },
    /// None of a group of fields is there.
    #[error("at least one of {} must be sent", fields.join(", "))]
    AtLeastOneOf {
        /// The fields.
        fields: &'static [&'static str],
    },
    /// The specification does not know the field. Only a strict check reports this.
    #[error("is not a field of this request")]
    KnownField,
}

/// Where in a request something is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldPath(String);

impl FieldPath {
    /// The path as text, such as `MemberList[3].Role`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldPath {
    /// The path and a space, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "{} ", self.0) }
    }
}

impl EndpointSpec {
    /// Checks a typed request.
    ///
    /// # Errors
    /// The first constraint that it breaks.
    pub fn check_value<T: Serialize + ?Sized>(&self, request: &T) -> Result<(), Violation> {
        match serde_json::to_vec(request) {
            Ok(json) => self.check_json(&json),
            Err(error) => Err(self.violation(String::new(), Constraint::Json(error.to_string()))),
        }
    }

    /// Checks a request as JSON. Fields that the specification does not know are let through, as
    /// the service does.
    ///
    /// # Errors
    /// The first constraint that it breaks.
    pub fn check_json(&self, request: &[u8]) -> Result<(), Violation> {
        self.run(request, false)
    }

    /// As [`check_json`](Self::check_json), and refuses fields that the specification does not know.
    ///
    /// # Errors
    /// The first constraint that it breaks.
    pub fn check_json_strictly(&self, request: &[u8]) -> Result<(), Violation> {
        self.run(request, true)
    }

    fn run(&self, request: &[u8], strict: bool) -> Result<(), Violation> {
        let checker = Checker { strict, broken: RefCell::new(None) };
        let root = ObjectSeed { checker: &checker, fields: self.request, at: None };
        let mut json = serde_json::Deserializer::from_slice(request);
        let outcome = root.deserialize(&mut json).and_then(|seen| json.end().map(|()| seen));
        match (checker.broken.into_inner(), outcome) {
            (Some((path, constraint)), _) => Err(self.violation(path, constraint)),
            (None, Err(error)) => {
                Err(self.violation(String::new(), Constraint::Json(error.to_string())))
            }
            (None, Ok(seen)) => self.check_groups(seen),
        }
    }

    fn check_groups(&self, seen: Seen) -> Result<(), Violation> {
        let sent = |fields: &[&str]| {
            let request = self.request.iter().enumerate();
            request
                .filter(|(index, field)| fields.contains(&field.name) && seen.has(*index))
                .count()
        };
        let exactly = self.exactly_one_of.iter().find(|fields| sent(fields) != 1);
        let at_least = self.at_least_one_of.iter().find(|fields| sent(fields) == 0);
        let constraint = match (exactly, at_least) {
            (Some(&fields), _) => Constraint::ExactlyOneOf { fields },
            (None, Some(&fields)) => Constraint::AtLeastOneOf { fields },
            (None, None) => return Ok(()),
        };
        Err(self.violation(String::new(), constraint))
    }

    fn violation(&self, path: String, constraint: Constraint) -> Violation {
        Violation {
            service: self.service,
            command: self.command,
            path: FieldPath(path),
            constraint,
            doc_page: self.doc_page,
        }
    }
}

struct Checker {
    strict: bool,
    /// Why the pass was stopped. A serde error can carry only text, so the constraint is left here.
    broken: RefCell<Option<(String, Constraint)>>,
}

impl Checker {
    fn refuse<E: serde::de::Error>(&self, at: Option<&Location<'_>>, constraint: Constraint) -> E {
        let path = at.map(ToString::to_string).unwrap_or_default();
        let message = format!("{path} {constraint}");
        *self.broken.borrow_mut() = Some((path, constraint));
        E::custom(message)
    }
}

/// One step of the way from the root to a field.
struct Location<'a> {
    parent: Option<&'a Location<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Field(&'a str),
    Item(usize),
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}")?;
        }
        match (&self.step, self.parent) {
            (Step::Item(index), _) => write!(f, "[{index}]"),
            (Step::Field(name), Some(_)) => write!(f, ".{name}"),
            (Step::Field(name), None) => f.write_str(name),
        }
    }
}

/// Which fields of an object were there.
#[derive(Clone, Copy, Default)]
struct Seen(u128);

impl Seen {
    fn add(&mut self, index: usize) {
        self.0 |= 1_u128.checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(0);
    }

    fn has(self, index: usize) -> bool {
        self.0 & 1_u128.checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(0) != 0
    }
}

#[derive(Clone, Copy)]
struct ObjectSeed<'a> {
    checker: &'a Checker,
    fields: &'static [FieldSpec],
    at: Option<&'a Location<'a>>,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let mut seen = Seen::default();
        while let Some(name) = map.next_key_seed(NameSeed)? {
            let known = self.fields.iter().position(|field| field.is_named(&name));
            let Some(index) = known else {
                if self.checker.strict {
                    let at = Location { parent: self.at, step: Step::Field(&name) };
                    return Err(self.checker.refuse(Some(&at), Constraint::KnownField));
                }
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let field = &self.fields[index];
            let at = Location { parent: self.at, step: Step::Field(field.name) };
            let seed = ValueSeed { checker: self.checker, field, kind: &field.kind, at: &at };
            if map.next_value_seed(seed)? == Presence::There {
                seen.add(index);
            }
        }
        self.check_required(seen)?;
        Ok(seen)
    }
}

impl ObjectSeed<'_> {
    fn check_required<E: serde::de::Error>(self, seen: Seen) -> Result<(), E> {
        for (index, field) in self.fields.iter().enumerate() {
            if field.required && !seen.has(index) {
                let at = Location { parent: self.at, step: Step::Field(field.name) };
                return Err(self.checker.refuse(Some(&at), Constraint::Required));
            }
        }
        Ok(())
    }
}

/// Reads a key without copying it where the input allows.
struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = std::borrow::Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = std::borrow::Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(name.into())
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(name.to_owned().into())
    }
}

/// `null` counts as a field that was left out.
#[derive(PartialEq, Eq)]
enum Presence {
    There,
    Null,
}

#[derive(Clone, Copy)]
struct ValueSeed<'a> {
    checker: &'a Checker,
    field: &'static FieldSpec,
    kind: &'static FieldKind,
    at: &'a Location<'a>,
}

impl ValueSeed<'_> {
    fn refuse<E: serde::de::Error>(&self, constraint: Constraint) -> E {
        self.checker.refuse(Some(self.at), constraint)
    }

    fn expect<E: serde::de::Error>(&self, fits: bool, found: &'static str) -> Result<(), E> {
        if fits {
            return Ok(());
        }
        Err(self.refuse(Constraint::Type { expected: self.kind.name(), found }))
    }

    fn check_integer<E: serde::de::Error>(&self, number: i128) -> Result<Presence, E> {
        let FieldSpec { min, max, integer_values, .. } = *self.field;
        let fits = matches!(
            self.kind,
            FieldKind::Integer
                | FieldKind::Number
                | FieldKind::TagValue
                | FieldKind::Verdict { .. }
                | FieldKind::Any
        );
        self.expect(fits, "a number")?;
        if min.is_some_and(|min| number < min.into()) || max.is_some_and(|max| number > max.into())
        {
            return Err(self.refuse(Constraint::Range { min, max, found: number }));
        }
        if !integer_values.is_empty()
            && !integer_values.iter().any(|&listed| i128::from(listed) == number)
        {
            return Err(
                self.refuse(Constraint::OneOfIntegers { allowed: integer_values, found: number })
            );
        }
        Ok(Presence::There)
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Presence;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Presence, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Presence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())
    }

    fn visit_unit<E>(self) -> Result<Presence, E> {
        Ok(Presence::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Presence, E> {
        self.expect(matches!(self.kind, FieldKind::Boolean | FieldKind::Any), "true or false")?;
        Ok(Presence::There)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Presence, E> {
        self.check_integer(number.into())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Presence, E> {
        self.check_integer(number.into())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Presence, E> {
        let fits = matches!(self.kind, FieldKind::Number | FieldKind::Any);
        self.expect(fits, "a number with a fraction or beyond 64 bits")?;
        Ok(Presence::There)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Presence, E> {
        let fits = matches!(self.kind, FieldKind::String | FieldKind::TagValue | FieldKind::Any);
        self.expect(fits, "a string")?;
        let FieldSpec { max_bytes, string_values, .. } = *self.field;
        if let Some(max) = max_bytes
            && text.len() as u64 > u64::from(max)
        {
            return Err(self.refuse(Constraint::MaxBytes { max, found: text.len() }));
        }
        if !string_values.is_empty() && !string_values.contains(&text) {
            const SHOWN: usize = 64;
            let found = text.chars().take(SHOWN).collect();
            return Err(self.refuse(Constraint::OneOf { allowed: string_values, found }));
        }
        Ok(Presence::There)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Presence, A::Error> {
        let item_kind = match self.kind {
            FieldKind::Array(item_kind) => *item_kind,
            FieldKind::TagValue => &FieldKind::String,
            FieldKind::Any => &FieldKind::Any,
            _ => return Err(self.refuse_type("an array")),
        };
        let mut count = 0;
        loop {
            let at = Location { parent: Some(self.at), step: Step::Item(count) };
            let seed = ValueSeed { kind: item_kind, at: &at, ..self };
            match items.next_element_seed(seed)? {
                None => break,
                Some(Presence::There) => count += 1,
                Some(Presence::Null) => return Err(seed.refuse_type("null")),
            }
        }
        match self.field.max_items {
            Some(max) if count as u64 > u64::from(max) => {
                Err(self.refuse(Constraint::MaxItems { max, found: count }))
            }
            _ => Ok(Presence::There),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Presence, A::Error> {
        match self.kind {
            FieldKind::Object(fields) => {
                let checker = self.checker;
                ObjectSeed { checker, fields, at: Some(self.at) }.visit_map(map)?;
            }
            FieldKind::Map(kind) => {
                while let Some(name) = map.next_key_seed(NameSeed)? {
                    let at = Location { parent: Some(self.at), step: Step::Field(&name) };
                    map.next_value_seed(ValueSeed { kind, at: &at, ..self })?;
                }
            }
            FieldKind::Tagged(spec) => self.check_tagged(spec, map)?,
            FieldKind::Any => while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {},
            _ => return Err(self.refuse_type("an object")),
        }
        Ok(Presence::There)
    }
}

impl ValueSeed<'_> {
    /// Checks the content as its tag says. The types write the tag first; a content that comes
    /// before its tag is kept until that is known.
    fn check_tagged<'de, A: MapAccess<'de>>(
        self,
        spec: &'static TaggedSpec,
        mut map: A,
    ) -> Result<(), A::Error> {
        let at = Location { parent: Some(self.at), step: Step::Field(spec.content) };
        let content = |fields| ObjectSeed { checker: self.checker, fields, at: Some(&at) };
        let mut tag: Option<String> = None;
        let mut has_content = false;
        let mut early: Option<Value> = None;
        while let Some(name) = map.next_key_seed(NameSeed)? {
            if name == spec.tag {
                tag = Some(map.next_value()?);
            } else if name == spec.content {
                has_content = true;
                match &tag {
                    None => early = Some(map.next_value()?),
                    Some(tag) => match spec.fields_of(tag) {
                        Some(fields) => drop(map.next_value_seed(content(fields))?),
                        None => drop(map.next_value::<IgnoredAny>()?),
                    },
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if let (Some(value), Some(fields)) = (early, tag.as_deref().and_then(|t| spec.fields_of(t)))
        {
            content(fields).deserialize(value).map_err(A::Error::custom)?;
        }
        let missing =
            if tag.is_none() { Some(spec.tag) } else { (!has_content).then_some(spec.content) };
        missing.map_or(Ok(()), |name| {
            let at = Location { parent: Some(self.at), step: Step::Field(name) };
            Err(self.checker.refuse(Some(&at), Constraint::Required))
        })
    }

    fn refuse_type<E: serde::de::Error>(&self, found: &'static str) -> E {
        self.refuse(Constraint::Type { expected: self.kind.name(), found })
    }
}

struct Bounds(Option<i64>, Option<i64>);

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (Some(min), Some(max)) => write!(f, "between {min} and {max}"),
            (Some(min), None) => write!(f, "at least {min}"),
            (None, Some(max)) => write!(f, "at most {max}"),
            (None, None) => f.write_str("an integer"),
        }
    }
}

struct Numbers<'a>(&'a [i64]);

impl fmt::Display for Numbers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, number) in self.0.iter().enumerate() {
            write!(f, "{}{number}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

struct SeePage(Option<u32>);

impl fmt::Display for SeePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(page) => write!(f, " (see {}{page})", crate::DOCUMENTATION_URL),
            None => Ok(()),
        }
    }
}
