use super::*;

fn pair() -> Domains {
    let url = |text| BaseUrl::parse(text).unwrap();
    Domains::new(url("https://one.example.com"), Some(url("https://two.example.com")))
}

fn fail(domains: &Domains) -> Lesson {
    domains.learn(domains.choose(None, || false), false)
}

/// Lets the primary domain fail until calls go to the backup.
fn move_to_backup(domains: &Domains) {
    while domains.choose(None, || false).origin == Origin::Primary {
        fail(domains);
    }
}

/// Looks whether the primary domain is back, as soon as it is time to, and responses after how long.
async fn probe(domains: &Domains, is_up: bool) -> Duration {
    let start = Instant::now();
    loop {
        let choice = domains.choose(None, || true);
        if choice.is_probe {
            assert_eq!(choice.origin, Origin::Primary);
            domains.learn(choice, is_up);
            return start.elapsed();
        }
        tokio::time::advance(Duration::from_millis(100)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn three_failures_in_a_row_move_calls_to_the_backup() {
    let domains = pair();
    for _ in 0..2 {
        let lesson = fail(&domains);
        assert_eq!(lesson, Lesson { detour: Some(Origin::Primary), moved_to: None });
    }
    assert_eq!(fail(&domains).moved_to, Some(Origin::Backup));
    assert_eq!(domains.choose(None, || false).origin, Origin::Backup);
}

#[tokio::test(start_paused = true)]
async fn a_success_in_between_keeps_calls_where_they_are() {
    let domains = pair();
    for _ in 0..10 {
        fail(&domains);
        fail(&domains);
        domains.learn(domains.choose(None, || false), true);
    }
    assert_eq!(domains.choose(None, || false).origin, Origin::Primary);
}

#[tokio::test(start_paused = true)]
async fn a_call_goes_to_the_other_domain_after_its_own_failure() {
    let domains = pair();
    let detour = fail(&domains).detour;
    assert_eq!(domains.choose(detour, || true), Choice { origin: Origin::Backup, is_probe: false });
}

#[tokio::test(start_paused = true)]
async fn two_probes_in_a_row_bring_calls_back() {
    let domains = pair();
    move_to_backup(&domains);
    assert_eq!(probe(&domains, true).await, FIRST_PROBE);
    assert_eq!(domains.choose(None, || false).origin, Origin::Backup);
    assert_eq!(probe(&domains, true).await, SECOND_LOOK);
    assert_eq!(domains.choose(None, || false).origin, Origin::Primary);
}

#[tokio::test(start_paused = true)]
async fn probes_that_fail_become_rarer_up_to_one_a_minute() {
    let domains = pair();
    move_to_backup(&domains);
    let mut waits = Vec::new();
    for _ in 0..6 {
        waits.push(probe(&domains, false).await.as_secs());
    }
    assert_eq!(waits, [5, 10, 20, 40, 60, 60]);
}

#[tokio::test(start_paused = true)]
async fn a_primary_domain_that_fails_again_soon_is_asked_half_as_often() {
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
async fn a_call_that_is_not_safe_to_repeat_never_probes() {
    let domains = pair();
    move_to_backup(&domains);
    tokio::time::advance(10 * LONGEST_PROBE).await;
    assert_eq!(domains.choose(None, || false).origin, Origin::Backup);
}

#[tokio::test(start_paused = true)]
async fn where_both_domains_fail_calls_try_one_after_the_other() {
    let domains = pair();
    move_to_backup(&domains);
    for _ in 0..2 {
        assert_eq!(fail(&domains).detour, None);
    }
    assert_eq!(fail(&domains).moved_to, Some(Origin::Primary));
}

#[tokio::test(start_paused = true)]
async fn a_single_domain_is_all_there_is() {
    let domains = Domains::new(BaseUrl::parse("https://one.example.com").unwrap(), None);
    for _ in 0..10 {
        assert_eq!(fail(&domains), Lesson::default());
    }
    assert_eq!(domains.choose(None, || true), Choice { origin: Origin::Primary, is_probe: false });
}
