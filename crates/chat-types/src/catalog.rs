//! The tables of all endpoints and webhooks, each set made from one generated list.

use std::cmp::Ordering;

/// Finds the row for which `compare` returns `Equal`, in a table sorted in the order of `compare`.
pub(crate) fn find_sorted<T>(table: &[T], compare: impl FnMut(&T) -> Ordering) -> Option<&T> {
    table.binary_search_by(compare).ok().and_then(|index| table.get(index))
}

/// Defines the tables of the endpoints whose area is enabled, in the order of the rows.
///
/// A row names the request type, the feature of its area, and the file of its schemas. The last two
/// repeat the first because a macro cannot derive a literal from the name of a type.
macro_rules! catalog {
    ($($area:ident::$request:ident => $feature:literal / $file:literal,)*) => {
        $crate::catalog::tables! {
            /// Every endpoint of the enabled areas, sorted by service and command.
            ENDPOINTS: EndpointSpec, from $crate::Endpoint, schemas in "";
            $(
                #[cfg(feature = $feature)]
                $crate::$area::$request => $feature / $file,
            )*
        }
    };
}

/// Defines the function that visits the endpoints with a list to split, in the order of the rows.
macro_rules! batched {
    ($($area:ident::$request:ident => $feature:literal,)*) => {
        #[cfg(feature = "server")]
        pub(crate) fn visit_batched<V: $crate::typed::BatchedVisitor>(visitor: &mut V) {
            $(
                #[cfg(feature = $feature)]
                visitor.visit::<$crate::$area::$request>();
            )*
        }
    };
}

/// Defines the tables of the webhooks. Those of some areas need the feature of their area as well.
#[cfg(feature = "webhook")]
macro_rules! webhooks {
    ($($(#[$enabled:meta])* $module:ident::$body:ident => $folder:literal / $file:literal,)*) => {
        $crate::catalog::tables! {
            /// Every webhook of the enabled areas, sorted by command.
            WEBHOOKS: WebhookSpec, from $crate::webhook::Webhook, schemas in "webhook/";
            $(
                $(#[$enabled])*
                $module::$body => $folder / $file,
            )*
        }

        #[cfg(feature = "server")]
        pub(crate) fn visit_webhooks<V: $crate::typed::WebhookVisitor>(visitor: &mut V) {
            $(
                $(#[$enabled])*
                visitor.visit::<$module::$body>();
            )*
        }
    };
}

/// Defines the specifications, the types, and the schemas of the rows as three tables.
macro_rules! tables {
    (
        $(#[$doc:meta])*
        $table:ident: $spec:ident, from $trait:path, schemas in $root:literal;
        $($(#[$enabled:meta])* $type:ty => $folder:literal / $file:literal,)*
    ) => {
        $(#[$doc])*
        pub static $table: &[&$crate::spec::$spec] = &[$(
            $(#[$enabled])*
            <$type as $trait>::SPEC,
        )*];

        #[cfg(feature = "server")]
        pub(crate) static TYPED: &[$crate::typed::Typed<$crate::spec::$spec>] = &[$(
            $(#[$enabled])*
            $crate::typed::Typed::<$crate::spec::$spec>::of::<$type>(),
        )*];

        #[cfg(feature = "schemas")]
        pub(crate) static SCHEMAS: &[$crate::schemas::Schemas<$crate::spec::$spec>] = &[$(
            $(#[$enabled])*
            $crate::schemas::Schemas {
                spec: <$type as $trait>::SPEC,
                request: $crate::catalog::schema!($root, $folder, $file, ".request.json"),
                response: $crate::catalog::schema!($root, $folder, $file, ".response.json"),
            },
        )*];
    };
}

/// The text of a file in the folder `schemas`.
#[cfg(feature = "schemas")]
macro_rules! schema {
    ($root:literal, $folder:literal, $file:literal, $suffix:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/schemas/",
            $root,
            $folder,
            "/",
            $file,
            $suffix
        ))
    };
}

#[cfg(feature = "schemas")]
pub(crate) use schema;
#[cfg(feature = "webhook")]
pub(crate) use webhooks;
pub(crate) use {batched, catalog, tables};
