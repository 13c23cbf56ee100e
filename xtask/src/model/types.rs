//! The type of a field, and the bounds of its values.

use crate::spec::format::MaxItems;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    String,
    Boolean,
    Flag,
    U32,
    U64,
    I64,
    F64,
    Json,
    UnixSeconds,
    UnixMillis,
    Seconds,
    MuteTime,
    ErrorCode,
    TagValue,
    /// 0, or a code between these bounds.
    Verdict(i64, i64),
    Id(TypePath),
    StringEnum(TypePath),
    IntegerEnum(TypePath),
    Struct(TypePath),
    Union(TypePath),
    Array(Box<Type>),
    Map(Box<Type>),
}

impl Type {
    /// The type of the innermost items of an array or a map, else the type itself.
    pub(crate) fn item(&self) -> &Self {
        match self {
            Self::Array(item) | Self::Map(item) => item.item(),
            other => other,
        }
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// Whether it is empty rather than absent if it has no items.
    pub(crate) fn is_collection(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Map(_))
    }

    /// Whether its JSON is an integer.
    pub(crate) fn is_integer(&self) -> bool {
        matches!(
            self,
            Self::Flag
                | Self::U32
                | Self::U64
                | Self::I64
                | Self::UnixSeconds
                | Self::UnixMillis
                | Self::Seconds
                | Self::MuteTime
                | Self::ErrorCode
                | Self::Verdict(..)
                | Self::IntegerEnum(_)
        )
    }
}

/// The path of a named type: in an area's module or at the root of the crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TypePath {
    pub(crate) area: Option<String>,
    /// Whether the type belongs to one endpoint or webhook.
    pub(crate) local: bool,
    pub(crate) name: String,
}

/// The bounds of a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) max_bytes: Option<u32>,
    pub(crate) custom_id: Option<CustomId>,
    pub(crate) max_items: Option<MaxItems>,
    pub(crate) values: Values,
}

/// The rules for the IDs of one type.
#[derive(Clone, Debug)]
pub(crate) struct IdRules {
    pub(crate) max_bytes: Option<u32>,
    /// Those for an ID that a caller chooses.
    pub(crate) custom: Option<CustomId>,
}

/// The rules for an ID that a caller chooses.
#[derive(Clone, Debug)]
pub(crate) struct CustomId {
    /// The string before the part of an ID that is its own.
    pub(crate) marker: String,
    /// Whether the ID starts with the marker; otherwise another ID precedes it.
    pub(crate) is_prefix: bool,
    /// The string there in an ID that the service assigns.
    pub(crate) assigned_marker: Option<String>,
    pub(crate) printable_ascii: bool,
}

/// The listed values of a field.
#[derive(Clone, Debug, Default)]
pub(crate) enum Values {
    #[default]
    Any,
    /// All values of an enumeration.
    Listed(EnumRef),
    Texts(Vec<String>),
    Numbers(Vec<i64>),
}

/// An enumeration and all its values.
#[derive(Clone, Debug)]
pub(crate) struct EnumRef {
    pub(crate) path: TypePath,
    pub(crate) strings: Vec<String>,
    pub(crate) integers: Vec<i64>,
}
