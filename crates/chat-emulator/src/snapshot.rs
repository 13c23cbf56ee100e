//! How parts of the state are written to a snapshot and read back.
//!
//! A snapshot is MessagePack. Equal states have equal snapshots, so maps without an order are sorted.

use std::{cell::RefCell, collections::HashSet, fmt, sync::Arc};

use serde::{
    Deserializer, Serialize, Serializer,
    de::{self, Visitor},
};

/// Maps without an order.
pub(crate) mod sorted_map {
    use std::{collections::HashMap, hash::Hash};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<K, V, S>(map: &HashMap<K, V>, serializer: S) -> Result<S::Ok, S::Error>
    where
        K: Ord + Serialize,
        V: Serialize,
        S: Serializer,
    {
        let mut entries: Vec<(&K, &V)> = map.iter().collect();
        entries.sort_unstable_by_key(|&(key, _)| key);
        serializer.collect_map(entries)
    }

    pub(crate) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<HashMap<K, V>, D::Error>
    where
        K: Eq + Hash + Deserialize<'de>,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        HashMap::deserialize(deserializer)
    }
}

/// Maps from IDs, which other parts of the state share.
pub(crate) mod by_id {
    use std::{collections::HashMap, sync::Arc};

    use serde::{Deserialize, Deserializer};

    pub(crate) use super::sorted_map::serialize;

    #[derive(Eq, Hash, PartialEq, Deserialize)]
    struct Id(#[serde(deserialize_with = "super::shared")] Arc<str>);

    pub(crate) fn deserialize<'de, V, D>(deserializer: D) -> Result<HashMap<Arc<str>, V>, D::Error>
    where
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        let map: HashMap<Id, V> = HashMap::deserialize(deserializer)?;
        Ok(map.into_iter().map(|(id, value)| (id.0, value)).collect())
    }
}

/// Bytes, as bytes instead of an array of numbers.
pub(crate) mod bytes {
    use std::fmt;

    use serde::{
        Deserializer, Serializer,
        de::{Error, Visitor},
    };

    pub(crate) fn serialize<S: Serializer>(
        bytes: impl AsRef<[u8]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes.as_ref())
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: From<Vec<u8>>,
        D: Deserializer<'de>,
    {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Bytes).map(T::from)
    }
}

/// Values of the API that omit fields, which MessagePack without the names of fields cannot.
pub(crate) mod json {
    use std::borrow::Cow;

    use serde::{
        Deserialize, Deserializer, Serialize, Serializer,
        de::{DeserializeOwned, Error as _},
        ser::Error as _,
    };

    pub(crate) fn serialize<T: Serialize, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let json = serde_json::to_string(value).map_err(S::Error::custom)?;
        serializer.serialize_str(&json)
    }

    pub(crate) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let json: Cow<'de, str> = Cow::deserialize(deserializer)?;
        serde_json::from_str(&json).map_err(D::Error::custom)
    }
}

/// The type of a group, by its name.
pub(crate) mod group_type {
    use chat_types::{GroupType, spec::GroupTypeSpec};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(
        spec: &GroupTypeSpec,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(spec.group_type.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static GroupTypeSpec, D::Error> {
        let group_type = GroupType::deserialize(deserializer)?;
        GroupTypeSpec::find(&group_type)
            .ok_or_else(|| D::Error::custom(format!("unknown group type {group_type}")))
    }
}

/// The name of a command of the catalog.
pub(crate) mod command {
    use std::borrow::Cow;

    use chat_types::ENDPOINTS;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(
        command: &str,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(command)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static str, D::Error> {
        let name: Cow<'de, str> = Cow::deserialize(deserializer)?;
        let found = ENDPOINTS.iter().find(|spec| spec.command == name);
        found
            .map(|spec| spec.command)
            .ok_or_else(|| D::Error::custom(format!("unknown command {name}")))
    }
}

/// An edition, by its ID.
pub(crate) mod edition {
    use std::borrow::Cow;

    use chat_types::Edition;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(
        edition: &Edition,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(edition.id())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Edition, D::Error> {
        let id: Cow<'de, str> = Cow::deserialize(deserializer)?;
        let found = Edition::ALL.iter().find(|edition| edition.id() == id);
        found.copied().ok_or_else(|| D::Error::custom(format!("unknown edition {id}")))
    }
}

/// A site of the vendor.
pub(crate) mod site {
    use chat_types::spec::Site;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Name {
        China,
        International,
    }

    pub(crate) fn serialize<S: Serializer>(site: &Site, serializer: S) -> Result<S::Ok, S::Error> {
        match site {
            Site::China => Name::China,
            _ => Name::International,
        }
        .serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Site, D::Error> {
        let name = Name::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(match name {
            Name::China => Site::China,
            Name::International => Site::International,
        })
    }
}

pub(crate) fn sorted_set<T: Ord + Serialize, S: Serializer>(
    set: &HashSet<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut items: Vec<&T> = set.iter().collect();
    items.sort_unstable();
    serializer.collect_seq(items)
}

/// Reads an ID. Within [`sharing_ids`], equal IDs are the same string, as they are in the state.
pub(crate) fn shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    struct Id;
    impl Visitor<'_> for Id {
        type Value = Arc<str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an ID")
        }

        fn visit_str<E: de::Error>(self, id: &str) -> Result<Arc<str>, E> {
            Ok(IDS.with_borrow_mut(|ids| match ids {
                None => id.into(),
                Some(ids) => match ids.get(id) {
                    Some(shared) => Arc::clone(shared),
                    None => {
                        let id: Arc<str> = id.into();
                        ids.insert(Arc::clone(&id));
                        id
                    }
                },
            }))
        }
    }
    deserializer.deserialize_str(Id)
}

/// Reads with one copy of each ID.
pub(crate) fn sharing_ids<T>(read: impl FnOnce() -> T) -> T {
    IDS.set(Some(HashSet::new()));
    let result = read();
    IDS.set(None);
    result
}

thread_local! {
    static IDS: RefCell<Option<HashSet<Arc<str>>>> = const { RefCell::new(None) };
}
