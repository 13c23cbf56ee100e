//! When calls move between the two domains.

use super::*;

fn pair() -> Domains {
    let url = |text| BaseUrl::parse(text).unwrap();
    Domains::new(url("https://one.example.com"), Some(url("https://two.example.com")))
}

fn fail(domains: &Domains) -> DomainUpdate {
    domains.record(domains.route(None, || false), false)
}

/// Makes the primary domain fail until calls go to the backup.
fn move_to_backup(domains: &Domains) {
    while domains.route(None, || false).domain == Domain::Primary {
        fail(domains);
    }
}

/// Probes the primary domain as soon as a probe is due, and returns how long that took.
async fn probe(domains: &Domains, is_up: bool) -> Duration {
    let start = Instant::now();
    loop {
        let route = domains.route(None, || true);
        if route.is_probe {
            assert_eq!(route.domain, Domain::Primary);
            domains.record(route, is_up);
            return start.elapsed();
        }
        tokio::time::advance(Duration::from_millis(100)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_switch_to_the_backup_after_three_failures_in_a_row() {
    let domains = pair();
    for _ in 0..2 {
        let lesson = fail(&domains);
        assert_eq!(
            lesson,
            DomainUpdate { failed_domain: Some(Domain::Primary), switched_to: None }
        );
    }
    assert_eq!(fail(&domains).switched_to, Some(Domain::Backup));
    assert_eq!(domains.route(None, || false).domain, Domain::Backup);
}

#[tokio::test(start_paused = true)]
async fn calls_stay_after_a_success_in_between() {
    let domains = pair();
    for _ in 0..10 {
        fail(&domains);
        fail(&domains);
        domains.record(domains.route(None, || false), true);
    }
    assert_eq!(domains.route(None, || false).domain, Domain::Primary);
}

#[tokio::test(start_paused = true)]
async fn failed_call_goes_to_the_other_domain() {
    let domains = pair();
    let failed_domain = fail(&domains).failed_domain;
    assert_eq!(
        domains.route(failed_domain, || true),
        Route { domain: Domain::Backup, is_probe: false }
    );
}

#[tokio::test(start_paused = true)]
async fn calls_return_after_two_good_probes_in_a_row() {
    let domains = pair();
    move_to_backup(&domains);
    assert_eq!(probe(&domains, true).await, FIRST_PROBE);
    assert_eq!(domains.route(None, || false).domain, Domain::Backup);
    assert_eq!(probe(&domains, true).await, SECOND_PROBE);
    assert_eq!(domains.route(None, || false).domain, Domain::Primary);
}

#[tokio::test(start_paused = true)]
async fn failed_probes_become_rarer_up_to_one_a_minute() {
    let domains = pair();
    move_to_backup(&domains);
    let mut waits = Vec::new();
    for _ in 0..6 {
        waits.push(probe(&domains, false).await.as_secs());
    }
    assert_eq!(waits, [5, 10, 20, 40, 60, 60]);
}

#[tokio::test(start_paused = true)]
async fn primary_that_fails_again_soon_is_probed_half_as_often() {
    let domains = pair();
    move_to_backup(&domains);
    for expected in [5, 10, 20] {
        assert_eq!(probe(&domains, true).await.as_secs(), expected);
        probe(&domains, true).await;
        move_to_backup(&domains);
    }
    probe(&domains, true).await;
    probe(&domains, true).await;
    tokio::time::advance(LONGEST_PROBE + FIRST_PROBE).await;
    move_to_backup(&domains);
    assert_eq!(probe(&domains, true).await, FIRST_PROBE);
}

#[tokio::test(start_paused = true)]
async fn unsafe_call_never_probes() {
    let domains = pair();
    move_to_backup(&domains);
    tokio::time::advance(10 * LONGEST_PROBE).await;
    assert_eq!(domains.route(None, || false).domain, Domain::Backup);
}

#[tokio::test(start_paused = true)]
async fn calls_alternate_while_both_domains_fail() {
    let domains = pair();
    move_to_backup(&domains);
    for _ in 0..2 {
        assert_eq!(fail(&domains).failed_domain, None);
    }
    assert_eq!(fail(&domains).switched_to, Some(Domain::Primary));
}

#[tokio::test(start_paused = true)]
async fn single_domain_is_always_used() {
    let domains = Domains::new(BaseUrl::parse("https://one.example.com").unwrap(), None);
    for _ in 0..10 {
        assert_eq!(fail(&domains), DomainUpdate::default());
    }
    assert_eq!(domains.route(None, || true), Route { domain: Domain::Primary, is_probe: false });
}
