//! The tables of endpoints, regions, group types, types, and schemas.

use std::collections::BTreeSet;

use chat_types::{
    ENDPOINTS, GROUP_TYPES, REGIONS, Region,
    spec::{EndpointSpec, FieldKind, FieldSpec},
};

#[test]
fn catalog_is_sorted_and_every_endpoint_is_found() {
    assert!(ENDPOINTS.is_sorted_by_key(|spec| (spec.service, spec.command)));
    for spec in ENDPOINTS {
        let found = EndpointSpec::find(spec.service, spec.command).unwrap();
        assert_eq!(found.path(), spec.path());
        assert!(found.service_spec().is_some(), "{} has no service", spec.id());
    }
    assert!(EndpointSpec::find("group_open_http_svc", "get_group_muted_accounts").is_none());
}

#[test]
fn endpoint_is_found_by_the_older_names_of_its_command() {
    let mut found = 0;
    for spec in ENDPOINTS {
        for older in spec.older_commands {
            assert_eq!(EndpointSpec::find(spec.service, older).unwrap().command, spec.command);
            found += 1;
        }
    }
    assert!(found > 0);
    assert!(EndpointSpec::find("openim", "get_group_shutted_uin").is_none(), "another service");
}

#[test]
fn batch_and_paging_refer_to_existing_fields() {
    for spec in ENDPOINTS {
        let request: BTreeSet<_> = spec.request.iter().map(|field| field.name).collect();
        let response: BTreeSet<_> = spec.response.iter().map(|field| field.name).collect();
        if let Some(batch) = &spec.batch {
            assert!(request.contains(batch.field), "{}", spec.id());
            assert!(batch.outcome_list.is_none_or(|list| response.contains(list)), "{}", spec.id());
        }
        if let Some(paging) = &spec.paging {
            assert!(has_path(spec.response, paging.items), "{}", spec.id());
            assert!(paging.cursor_fields.iter().all(|field| request.contains(field)));
        }
    }
}

/// Whether a path such as `Response.RoomList` leads to an array.
fn has_path(fields: &[FieldSpec], path: &str) -> bool {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let field = fields.iter().find(|field| field.name == name);
    match field.map(|field| &field.kind) {
        Some(FieldKind::Object(fields)) if !rest.is_empty() => has_path(fields, rest),
        Some(FieldKind::Array(_)) => rest.is_empty(),
        _ => false,
    }
}

#[test]
fn region_is_found_by_id_with_its_domains() {
    for (region, spec) in Region::ALL.iter().zip(REGIONS) {
        assert_eq!(spec.id.parse::<Region>().unwrap(), *region);
        assert_eq!(region.spec().domain, spec.domain);
    }
    assert_eq!(Region::SiliconValley.spec().domain, "adminapiusa.im.qcloud.com");
    let unknown = "atlantis".parse::<Region>().unwrap_err().to_string();
    assert!(unknown.contains("\"atlantis\"") && unknown.contains("silicon-valley"), "{unknown}");
}

#[test]
fn region_is_read_in_any_case_and_by_its_other_ids() {
    for text in ["silicon-valley", "Silicon_Valley", "SILICON VALLEY"] {
        assert_eq!(text.parse(), Ok(Region::SiliconValley), "{text}");
    }
    assert_eq!("saudi-arabia".parse(), Ok(Region::Riyadh));
    assert_eq!("Saudi_Arabia".parse(), Ok(Region::Riyadh));
    let ids = REGIONS.iter().flat_map(|spec| spec.aliases.iter().chain([&spec.id]));
    let (mut distinct, mut all) = (BTreeSet::new(), 0);
    for id in ids {
        assert_eq!(*id, id.to_ascii_lowercase().replace(['_', ' '], "-"));
        distinct.insert(id);
        all += 1;
    }
    assert_eq!(distinct.len(), all);
}

#[test]
fn all_five_preset_group_types_are_described() {
    assert_eq!(GROUP_TYPES.len(), 5);
}

#[cfg(feature = "server")]
#[test]
fn every_endpoint_has_types_by_name() {
    for typed in chat_types::typed::all() {
        let spec = typed.spec();
        let found = chat_types::typed::find(spec.service, spec.command).unwrap();
        assert!(std::ptr::eq(found, typed), "{}", spec.id());
        assert!(typed.read_request(b"7").is_err());
    }
}

#[cfg(feature = "schemas")]
#[test]
fn openapi_documents_contain_every_endpoint() {
    use chat_types::schemas::{openapi_3_0, openapi_3_1};

    for text in [openapi_3_1(), openapi_3_0()] {
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        let paths = document["paths"].as_object().unwrap();
        assert_eq!(paths.len(), ENDPOINTS.len());
        for spec in ENDPOINTS {
            let path = format!("/v4/{}/{}", spec.service, spec.command);
            assert!(paths.contains_key(&path), "{path}");
        }
    }
}

#[cfg(feature = "schemas")]
#[test]
fn every_endpoint_has_schemas() {
    for spec in ENDPOINTS {
        let schemas = chat_types::schemas::find(spec.service, spec.command).unwrap();
        assert!(std::ptr::eq(schemas.spec, *spec), "{}", spec.id());
        let request: serde_json::Value = serde_json::from_str(schemas.request).unwrap();
        assert_eq!(request["title"], spec.name);
    }
}
