//! Checks the custom ID of a new group.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Constraint, FieldPath, Violation};
use crate::{
    GroupType,
    name_seed::NameSeed,
    spec::{CustomGroupIdSpec, EndpointSpec, GroupTypeSpec},
};

impl EndpointSpec {
    /// Checks the ID of a new group against the type of the group. The request is already known to be
    /// an object with strings in these fields.
    pub(super) fn check_custom_group_id<'de>(
        &self,
        request: impl Deserializer<'de>,
    ) -> Result<(), Violation> {
        let Some(spec) = self.custom_group_id else { return Ok(()) };
        let Ok((id, group_type)) = Fields(spec).deserialize(request) else { return Ok(()) };
        // An empty ID asks for an assigned one.
        let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(()) };
        let group_type = GroupType::from(&*group_type.unwrap_or_default());
        GroupTypeSpec::check_custom_id(&group_type, &id).map_err(|invalid| {
            let mut path = FieldPath::default();
            path.push_field(spec.field);
            self.violation(path, Constraint::CustomGroupId(invalid.into()))
        })
    }
}

/// Reads the ID and the group type of a request.
struct Fields(CustomGroupIdSpec);

type IdAndType<'a> = (Option<Cow<'a, str>>, Option<Cow<'a, str>>);

impl<'de> DeserializeSeed<'de> for Fields {
    type Value = IdAndType<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields {
    type Value = IdAndType<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut id, mut group_type) = (None, None);
        while let Some(name) = map.next_key_seed(NameSeed)? {
            if name == self.0.field {
                id = map.next_value()?;
            } else if name == self.0.group_type {
                group_type = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok((id, group_type))
    }
}
