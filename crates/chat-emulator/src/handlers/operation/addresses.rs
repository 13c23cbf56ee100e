//! Addresses of the service: `GetIPList`.

use chat_types::{
    Endpoint as _,
    operation::{GetIpList, GetIpListResponse, IpListNetType},
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    validation::invalid_parameter_code,
};

pub(super) fn register(router: &mut Router) {
    router.add(get_ip_list);
}

fn get_ip_list(context: &mut Context<'_>, _: &GetIpList) -> Result<GetIpListResponse, ApiError> {
    let mut response = GetIpListResponse::default();
    match net_type(context)? {
        // The emulator sends no webhooks.
        IpListNetType::WebhooksChina | IpListNetType::WebhooksElsewhere => {}
        _ => response.ip_list.push(context.received.local.ip().to_string()),
    }
    Ok(response)
}

/// Reads which addresses to return. This is the only parameter of an endpoint that is in the URL.
fn net_type(context: &Context<'_>) -> Result<IpListNetType, ApiError> {
    let Some(field) = GetIpList::SPEC.query.first() else { return Ok(IpListNetType::All) };
    let query = context.received.uri.query().unwrap_or_default();
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let Some((_, value)) = parameters.find(|(name, _)| name == field.name) else {
        return Ok(IpListNetType::All);
    };
    let listed = value.parse().ok().filter(|number| IpListNetType::VALUES.contains(number));
    listed.map(IpListNetType::from).ok_or_else(|| {
        let info = format!("{}: must be one of {:?}", field.name, IpListNetType::VALUES);
        ApiError::new(invalid_parameter_code(GetIpList::SPEC), info)
    })
}
