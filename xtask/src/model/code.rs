//! The form of an object's code: serde attributes, defaults, constructor and setters.

use super::{Direction, Field, Struct, Type, names};
use crate::spec::format::Quirk;

/// The serde attributes of a field.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FieldAttrs<'a> {
    /// Set for a parameter of the URL, which is not part of the body.
    pub(crate) skip: bool,
    pub(crate) rename: Option<&'a str>,
    /// Set if a missing field is read as its type's default.
    pub(crate) default: bool,
    /// The function of `crate::lenient` that reads it.
    pub(crate) reader: Option<&'static str>,
    /// The function of `crate::lenient` that writes it.
    pub(crate) writer: Option<&'static str>,
    /// The function that says whether it is omitted.
    pub(crate) omit_if: Option<&'static str>,
}

/// How a constructor or a setter takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    /// As it is.
    Value,
    /// Anything that converts into it.
    Into,
    /// An iterator of items.
    Items,
    /// An iterator of anything that converts into items.
    IntoItems,
    /// An iterator of names and values.
    Entries,
}

/// The constructor of an object.
#[derive(Debug)]
pub(crate) struct Constructor<'a> {
    pub(crate) doc: String,
    pub(crate) arguments: Vec<(&'a Field, Argument)>,
    /// The value of each field; `None` if the type's default does.
    pub(crate) initials: Option<Vec<(&'a Field, Initial)>>,
}

impl Constructor<'_> {
    /// Whether it makes the default of an object that cannot derive one.
    pub(crate) fn is_default(&self) -> bool {
        self.arguments.is_empty() && self.initials.is_some()
    }
}

/// The value that a constructor gives to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Initial {
    Argument(Argument),
    None,
    EmptyString,
    EmptyArray,
    NoEntries,
    EmptyMap,
    Flag(bool),
    /// A number, as JSON.
    Number(String),
}

/// A method that sets a field.
#[derive(Debug)]
pub(crate) struct Setter<'a> {
    pub(crate) field: &'a Field,
    pub(crate) argument: Argument,
    /// Set if the field is an `Option`.
    pub(crate) is_option: bool,
}

impl Struct {
    /// Whether it derives `Default`: if no required field lacks one, and, for what is sent, if
    /// nothing is required.
    pub(crate) fn has_default(&self) -> bool {
        let mut required = self.fields.iter().filter(|field| field.required);
        if self.direction.is_sent() {
            required.all(|field| field.preset && field.ty.is_array())
        } else {
            required.all(|field| field.ty.has_default())
        }
    }

    /// Whether some field is read under older names too.
    pub(crate) fn has_aliases(&self) -> bool {
        self.fields.iter().any(|field| !field.aliases.is_empty())
    }

    /// Whether serde's `PascalCase` gives some field its name on the wire.
    pub(crate) fn is_pascal_case(&self) -> bool {
        self.fields.iter().any(|field| !field.is_renamed())
    }

    /// The constructor of what is sent, and of what has no default.
    pub(crate) fn constructor(&self) -> Option<Constructor<'_>> {
        let is_sent = self.direction.is_sent();
        if !is_sent && self.has_default() {
            return None;
        }
        let arguments: Vec<(&Field, Argument)> = self
            .fields
            .iter()
            .filter(|field| field.required && !field.preset)
            .map(|field| (field, field.ty.argument()))
            .collect();
        let what = match (is_sent, arguments.is_empty()) {
            (false, _) => "with the fields that are always present",
            (true, false) => "with the required fields",
            (true, true) => "without any optional fields",
        };
        let is_default = arguments.is_empty() && self.has_default();
        let initials = (!is_default).then(|| {
            let initial = |field| (field, Field::initial(field, self.direction));
            self.fields.iter().map(initial).collect()
        });
        let doc = format!("Creates a new `{}` {what}.", self.name);
        Some(Constructor { doc, arguments, initials })
    }

    /// The setters of what is sent: one for each field that is not an argument of the constructor.
    pub(crate) fn setters(&self) -> impl Iterator<Item = Setter<'_>> {
        let settable = self.fields.iter().filter(|field| field.preset || !field.required);
        settable.filter(|_| self.direction.is_sent()).map(|field| Setter {
            field,
            argument: field.ty.argument(),
            is_option: field.is_option(),
        })
    }
}

impl Field {
    /// Whether its type in Rust is an `Option`.
    pub(crate) fn is_option(&self) -> bool {
        !self.required && !self.ty.is_collection()
    }

    fn is_renamed(&self) -> bool {
        names::serde_pascal(&self.rust) != self.wire
    }

    /// The serde attributes in an object that travels in a direction.
    pub(crate) fn attrs(&self, direction: Direction) -> FieldAttrs<'_> {
        if self.in_query {
            return FieldAttrs { skip: true, ..FieldAttrs::default() };
        }
        let attrs = FieldAttrs {
            rename: self.is_renamed().then_some(self.wire.as_str()),
            ..FieldAttrs::default()
        };
        match &self.ty {
            Type::Array(_) | Type::Map(_) => self.collection_attrs(direction, attrs),
            _ => self.scalar_attrs(direction, attrs),
        }
    }

    /// Collections are empty rather than absent. A required one is sent even when it is empty.
    fn collection_attrs<'a>(&self, direction: Direction, attrs: FieldAttrs<'a>) -> FieldAttrs<'a> {
        let is_array = self.ty.is_array();
        let is_empty = if is_array { "Vec::is_empty" } else { "BTreeMap::is_empty" };
        let is_always_sent = self.required && direction.is_sent();
        // `Entries`, the arrays of what is only received, accept everything by themselves.
        let is_read = match direction {
            Direction::Sent => !self.required,
            Direction::Both => true,
            Direction::Received => false,
        };
        let omit_if = match direction {
            Direction::Received => self.older.then_some("Entries::is_absent"),
            _ => (!self.required).then_some(is_empty),
        };
        FieldAttrs {
            default: !is_always_sent || self.preset || direction == Direction::Both,
            reader: (is_array && is_read).then_some("list"),
            omit_if,
            ..attrs
        }
    }

    fn scalar_attrs<'a>(&self, direction: Direction, attrs: FieldAttrs<'a>) -> FieldAttrs<'a> {
        let is_read = direction != Direction::Sent;
        let (reader, writer) = match (&self.ty, self.quirk) {
            (Type::Flag, _) if self.required => {
                (Some("required_flag"), Some("write_required_flag"))
            }
            (Type::Flag, _) => (Some("flag"), Some("write_flag")),
            (_, Some(Quirk::PaddedString)) => (Some("trimmed"), None),
            (_, Some(Quirk::BooleanAsString)) if self.required => (Some("boolean"), None),
            (_, Some(Quirk::BooleanAsString)) => (Some("optional_boolean"), None),
            (_, Some(Quirk::StringAsNumber)) if self.required => (Some("string"), None),
            (_, Some(Quirk::StringAsNumber)) => (Some("optional_string"), None),
            (Type::U32 | Type::U64 | Type::I64, _) if is_read && self.required => {
                (Some("number"), None)
            }
            (Type::U32 | Type::U64 | Type::I64, _) if is_read => (Some("optional_number"), None),
            (_, None) => (None, None),
        };
        FieldAttrs {
            // serde reads a missing `Option` as `None`, unless a function reads it.
            default: reader.is_some() && !self.required,
            reader,
            writer,
            omit_if: (!self.required).then_some("Option::is_none"),
            ..attrs
        }
    }

    /// The value that a constructor gives to it.
    fn initial(&self, direction: Direction) -> Initial {
        if self.required && !self.preset {
            return Initial::Argument(self.ty.argument());
        }
        match &self.ty {
            Type::Array(_) if direction == Direction::Received => Initial::NoEntries,
            Type::Array(_) => Initial::EmptyArray,
            Type::Map(_) => Initial::EmptyMap,
            _ if !self.required => Initial::None,
            Type::String => Initial::EmptyString,
            Type::Flag => Initial::Flag(self.default.as_deref() == Some("1")),
            _ => Initial::Number(self.default.clone().unwrap_or_else(|| "0".to_owned())),
        }
    }
}

impl Type {
    /// How a constructor or a setter takes a value of this type.
    fn argument(&self) -> Argument {
        match self {
            Self::String | Self::Id(_) => Argument::Into,
            Self::Array(item) if matches!(**item, Self::String | Self::Id(_)) => {
                Argument::IntoItems
            }
            Self::Array(_) => Argument::Items,
            Self::Map(_) => Argument::Entries,
            _ => Argument::Value,
        }
    }

    /// Whether its type in Rust has a default. A required object in another one is rare enough to
    /// count as having none.
    fn has_default(&self) -> bool {
        !matches!(
            self,
            Self::MuteTime
                | Self::StringEnum(_)
                | Self::IntegerEnum(_)
                | Self::Struct(_)
                | Self::Union(_)
                | Self::TagValue
                | Self::Verdict(..)
        )
    }
}
