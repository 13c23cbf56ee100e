//! The tables of all endpoints and webhooks, from one list of each.

/// Makes the tables of the endpoints whose area is switched on, in the order of the rows.
///
/// A row names the request type, then the feature of its area and the file of its schemas, which a
/// macro cannot make of a type's name.
macro_rules! catalog {
    ($($area:ident::$request:ident => $feature:literal / $file:literal,)*) => {
        /// Every endpoint of the areas that are switched on, sorted by service and command.
        pub static ENDPOINTS: &[&$crate::spec::EndpointSpec] = &[$(
            #[cfg(feature = $feature)]
            <$crate::$area::$request as $crate::Endpoint>::SPEC,
        )*];

        #[cfg(feature = "server")]
        pub(crate) static TYPED: &[$crate::typed::TypedEndpoint] = &[$(
            #[cfg(feature = $feature)]
            $crate::typed::TypedEndpoint::of::<$crate::$area::$request>(),
        )*];

        #[cfg(feature = "schemas")]
        pub(crate) static SCHEMAS: &[$crate::schemas::EndpointSchemas] = &[$(
            #[cfg(feature = $feature)]
            $crate::schemas::EndpointSchemas::new(
                <$crate::$area::$request as $crate::Endpoint>::SPEC,
                include_str!(concat!("../../schemas/", $feature, "/", $file, ".request.json")),
                include_str!(concat!("../../schemas/", $feature, "/", $file, ".response.json")),
            ),
        )*];
    };
}

/// The same for the webhooks, which are switched on together.
#[cfg(feature = "webhook")]
macro_rules! webhooks {
    ($($module:ident::$body:ident => $folder:literal / $file:literal,)*) => {
        /// Every webhook, sorted by command.
        pub static WEBHOOKS: &[&$crate::spec::WebhookSpec] =
            &[$(<$module::$body as $crate::webhook::Webhook>::SPEC,)*];

        #[cfg(feature = "server")]
        pub(crate) static TYPED: &[$crate::typed::TypedWebhook] =
            &[$($crate::typed::TypedWebhook::of::<$module::$body>(),)*];

        #[cfg(feature = "schemas")]
        pub(crate) static SCHEMAS: &[$crate::schemas::WebhookSchemas] = &[$(
            $crate::schemas::WebhookSchemas::new(
                <$module::$body as $crate::webhook::Webhook>::SPEC,
                include_str!(concat!(
                    "../../../schemas/webhook/", $folder, "/", $file, ".request.json"
                )),
                include_str!(concat!(
                    "../../../schemas/webhook/", $folder, "/", $file, ".response.json"
                )),
            ),
        )*];
    };
}

pub(crate) use catalog;
#[cfg(feature = "webhook")]
pub(crate) use webhooks;
