//! Which settings a client can be built with.

use std::time::Duration;

use chat_transport::{BuildError, Client, ClientBuilder, ErrorKind, Quota, RetryPolicy};
use chat_types::{
    Edition, Endpoint, Region,
    group::{AddGroupMember, MemberToAdd},
    message::SendBroadcastMsg,
    spec::Site,
};

use crate::support::{APP, key};

fn builder() -> ClientBuilder {
    Client::builder(APP, key()).endpoint("http://127.0.0.1:1")
}

#[track_caller]
fn check_rejected(builder: ClientBuilder, expected: &str) {
    let error = builder.build().unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn exactly_one_address_is_required() {
    let none = Client::builder(APP, key());
    assert_eq!(none.build().unwrap_err(), BuildError::NoAddress);
    let both = builder().region(Region::Singapore);
    assert_eq!(both.build().unwrap_err(), BuildError::TwoAddresses);
}

#[test]
#[cfg(feature = "hyper")]
fn region_sets_the_domain() {
    let ca = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    for &region in Region::ALL {
        let builder = Client::builder(APP, key()).region(region);
        let client = builder.extra_root_certificates(ca.as_str()).build().unwrap();
        assert!(format!("{client:?}").contains(region.spec().domain), "{client:?}");
    }
}

#[test]
fn unsafe_or_invalid_endpoints_are_rejected() {
    let with = |url: &str| Client::builder(APP, key()).endpoint(url);
    check_rejected(with("http://chat.example.com"), "use https");
    check_rejected(with("https://chat.example.com/v4"), "host and port only");
}

#[test]
fn settings_out_of_bounds_are_rejected_by_name() {
    let endpoint = "http://127.0.0.1:1";
    check_rejected(Client::builder(0, key()).endpoint(endpoint), "sdk_app_id");
    let backend = crate::quota::Instant200::default();
    check_rejected(builder().backend(backend).identifier(""), "UserSig");
    check_rejected(builder().identifier("x".repeat(300)), "identifier");
    check_rejected(builder().timeout(Duration::ZERO), "timeout");
    check_rejected(builder().connect_timeout(Duration::ZERO), "timeout");
    check_rejected(builder().user_sig_lifetime(Duration::from_millis(999)), "user_sig_lifetime");
    check_rejected(builder().user_sig_lifetime(Duration::MAX), "user_sig_lifetime");
}

#[test]
#[cfg(feature = "redis")]
fn shared_quota_out_of_bounds_is_rejected() {
    let shared = chat_transport::SharedQuota::redis("redis://127.0.0.1").unwrap();
    let builder = builder().shared_quota(shared.timeout(Duration::ZERO));
    let error = builder.build().unwrap_err();
    assert!(matches!(error, BuildError::Quota(_)), "{error:?}");
}

#[test]
#[cfg(feature = "hyper")]
fn invalid_certificates_are_rejected() {
    let with = |pem: &str| {
        Client::builder(APP, key()).endpoint("https://localhost").extra_root_certificates(pem)
    };
    check_rejected(with("not PEM"), "certificates");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    check_rejected(with(broken), "certificates");
}

#[test]
fn settings_of_the_built_in_backend_are_rejected_for_others() {
    let backend = crate::quota::Instant200::default();
    check_rejected(builder().connect_timeout(Duration::from_secs(1)).backend(backend), "built-in");
}

#[test]
fn client_can_be_cloned_and_shared() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Client>();
}

#[test]
fn edition_is_for_clients_without_a_quota() {
    let client = builder().edition(Edition::Enterprise).build().unwrap();
    let time = |client: &Client| client.min_duration(SendBroadcastMsg::SPEC, 6).as_secs();
    assert_eq!((time(&client), time(&builder().build().unwrap())), (1, 5));
    let both = builder().edition(Edition::Pro).quota(Quota::documented());
    check_rejected(both, "edition is for clients without a quota");
}

#[tokio::test]
async fn lists_are_checked_against_the_limit_of_the_site() {
    let users = (0..21).map(|number| MemberToAdd::new(format!("user{number}")));
    let request = AddGroupMember::new("group", users);
    for (site, is_rejected) in
        [(None, false), (Some(Site::International), false), (Some(Site::China), true)]
    {
        // Nothing listens there, so that a request that passes the check cannot be sent.
        let builder = builder().retry(RetryPolicy::none());
        let builder = match site {
            Some(site) => builder.site(site),
            None => builder,
        };
        let client = builder.build().unwrap();
        assert_eq!(client.site(), site);
        let error = client.call(&request).await.unwrap_err();
        let rejected = matches!(error.kind(), ErrorKind::InvalidRequest(_));
        assert_eq!((rejected, error.is_connect()), (is_rejected, !is_rejected), "{error}");
    }
}

#[test]
#[cfg(feature = "hyper")]
fn region_determines_the_site_unless_it_is_set() {
    let ca = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    let site = |builder: ClientBuilder| {
        builder.extra_root_certificates(ca.as_str()).build().unwrap().site()
    };
    let in_region = |region| Client::builder(APP, key()).region(region);
    assert_eq!(site(in_region(Region::China)), Some(Site::China));
    assert_eq!(site(in_region(Region::Singapore)), Some(Site::International));
    assert_eq!(site(in_region(Region::Singapore).site(Site::China)), Some(Site::China));
}
