//! Many callers that start at the same instant, and a route that stalls.

use super::{exactness::most, *};

/// Starts callers that call without a pause, 200 times a second together. `there` is how long a call
/// takes to the service that is sent this long after the start. Returns when the calls arrived.
fn start_at_once(
    callers: usize,
    lasts: Duration,
    there: impl Fn(Duration) -> Duration,
) -> Vec<Instant> {
    run(async {
        let limiter = limiter(&[(200, SECOND)]);
        let start = Instant::now();
        let arrived = RefCell::new(Vec::new());
        let callers = (0..callers).map(|_| async {
            while start.elapsed() < lasts {
                let permit = limiter.acquire(patient()).await.unwrap();
                permit.sent();
                sleep(there(start.elapsed())).await;
                arrived.borrow_mut().push(Instant::now());
                permit.completed();
            }
        });
        join_all(callers).await;
        arrived.take()
    })
}

/// Returns what share of 200 calls a second arrived in the seconds after the first one.
fn share(arrived: &[Instant], seconds: u32) -> f64 {
    let end = arrived[0] + SECOND * seconds;
    let counted = arrived.iter().filter(|&&at| at < end).count();
    counted as f64 / f64::from(200 * seconds)
}

#[test]
fn cold_start_uses_the_quota_and_never_exceeds_it() {
    for callers in [64, 200, 600, 2_000] {
        for latency in [1, 50, 300] {
            let arrived = start_at_once(callers, 10 * SECOND, |_| ms(latency));
            assert_eq!(most(&arrived, SECOND), (200, 200), "{callers} callers, {latency} ms");
            let share = share(&arrived, 10);
            assert!(share >= 0.97, "{callers} callers, {latency} ms: {share}");
        }
    }
}

#[test]
fn slower_first_half_second_exceeds_no_quota() {
    for callers in [64, 200, 600, 2_000] {
        for latency in [1, 50] {
            for slower in [20, 60, 100, 150] {
                let there =
                    |at| ms(latency) + if at < SECOND / 2 { ms(slower) } else { Duration::ZERO };
                let arrived = start_at_once(callers, 5 * SECOND, there);
                let (sliding, fixed) = most(&arrived, SECOND);
                assert!(
                    sliding.max(fixed) <= 200,
                    "{callers} callers, {latency} ms, at first {slower} ms more: {sliding}"
                );
            }
        }
    }
}

/// Every five seconds, nothing arrives for as long as this; then all of it does.
fn stalling(stall: Duration) -> impl Fn(Duration) -> Duration {
    move |at| {
        let phase = Duration::from_millis((at.as_millis() % 5_000) as u64);
        ms(1) + if at < SECOND { Duration::ZERO } else { stall.saturating_sub(phase) }
    }
}

#[test]
fn stall_of_less_than_the_longest_hold_exceeds_no_quota() {
    for callers in [64, 600] {
        let arrived = start_at_once(callers, 20 * SECOND, stalling(ms(295)));
        assert_eq!(most(&arrived, SECOND).0, 200, "{callers} callers");
    }
}

#[test]
fn longer_stall_exceeds_the_quota_by_what_was_sent_into_it_at_most() {
    for callers in [64, 600] {
        let arrived = start_at_once(callers, 20 * SECOND, stalling(ms(700)));
        let (sliding, _) = most(&arrived, SECOND);
        assert!(sliding <= 200 + callers.min(200), "{callers} callers: {sliding}");
    }
}
