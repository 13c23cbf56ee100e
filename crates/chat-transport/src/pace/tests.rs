use std::{cell::RefCell, rc::Rc};

use futures_util::future::{FutureExt as _, join_all};
use proptest::prelude::*;
use tokio::time::sleep;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const FAR: Duration = Duration::from_secs(3_600);

fn limiter(windows: &[(u32, Duration)]) -> Arc<Limiter> {
    Limiter::new(windows.iter().map(|&(calls, length)| Window::new(calls, length)).collect())
}

/// One call: when it comes, how long it takes to get from its turn to the wire, whether it gets
/// there.
#[derive(Clone, Debug)]
struct Arrival {
    gap_ms: u64,
    connecting_ms: u64,
    is_sent: bool,
}

fn arrivals() -> impl Strategy<Value = Vec<Arrival>> {
    let gap = prop_oneof![3 => Just(0), 1 => 0..700_u64];
    let connecting = prop_oneof![2 => Just(0), 1 => 0..400_u64];
    let arrival = (gap, connecting, prop::bool::weighted(0.9))
        .prop_map(|(gap_ms, connecting_ms, is_sent)| Arrival { gap_ms, connecting_ms, is_sent });
    prop::collection::vec(arrival, 1..80)
}

/// Plays the arrivals and answers the order in which turns came and the instants of sending.
async fn play(limiter: &Arc<Limiter>, arrivals: &[Arrival]) -> (Vec<usize>, Vec<Instant>) {
    let turns = Rc::new(RefCell::new(Vec::new()));
    let sent = Rc::new(RefCell::new(Vec::new()));
    let mut comes_at = Instant::now();
    let calls = arrivals.iter().enumerate().map(|(place, arrival)| {
        comes_at += Duration::from_millis(arrival.gap_ms);
        let (turns, sent, comes_at) = (Rc::clone(&turns), Rc::clone(&sent), comes_at);
        async move {
            tokio::time::sleep_until(comes_at).await;
            let turn = limiter.turn(ask(Instant::now() + FAR)).await.unwrap();
            turns.borrow_mut().push(place);
            sleep(Duration::from_millis(arrival.connecting_ms)).await;
            if arrival.is_sent {
                turn.sent();
                sent.borrow_mut().push(Instant::now());
            }
        }
    });
    join_all(calls).await;
    (turns.take(), sent.take())
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(test)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn never_more_than_the_quota_is_sent_in_any_period(
        per_second in 1..12_u32,
        per_minute in 5..60_u32,
        arrivals in arrivals(),
    ) {
        let windows = [(per_second, SECOND), (per_minute, 60 * SECOND)];
        let (turns, sent) = run(async { play(&limiter(&windows), &arrivals).await });
        prop_assert_eq!(turns.len(), arrivals.len());
        for (calls, length) in windows {
            for group in sent.windows(calls as usize + 1) {
                let took = group[calls as usize] - group[0];
                prop_assert!(took > length, "{} calls in {:?}", calls + 1, took);
            }
        }
    }

    #[test]
    fn turns_come_in_the_order_of_arrival(per_second in 1..12_u32, arrivals in arrivals()) {
        let windows = [(per_second, SECOND)];
        let (turns, _) = run(async { play(&limiter(&windows), &arrivals).await });
        prop_assert_eq!(turns, (0..arrivals.len()).collect::<Vec<_>>());
    }
}

#[test]
fn a_burst_uses_the_whole_quota() {
    let burst = vec![Arrival { gap_ms: 0, connecting_ms: 0, is_sent: true }; 95];
    let took = run(async {
        let start = Instant::now();
        play(&limiter(&[(10, SECOND)]), &burst).await;
        start.elapsed()
    });
    let least = 9 * (SECOND + MARGIN);
    assert!(took >= least && took < least + SECOND / 10, "{took:?}");
}

#[test]
fn a_call_that_would_come_too_late_fails_at_once() {
    run(async {
        let limiter = limiter(&[(10, SECOND)]);
        let start = Instant::now();
        let calls = (0..1_000).map(|_| async {
            let outcome = limiter.turn(ask(start + 10 * SECOND)).await.map(|turn| turn.sent());
            (outcome.is_ok(), start.elapsed())
        });
        let outcomes = join_all(calls).await;
        // One window lasts 1.05 seconds, so that ten of them begin within the ten seconds.
        let (served, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|call| call.0);
        assert_eq!(served.len(), 100);
        assert!(served.iter().all(|call| call.1 <= 10 * SECOND));
        assert!(refused.iter().all(|call| call.1 == Duration::ZERO));
    });
}

#[test]
fn a_call_that_gives_up_its_turn_leaves_no_trace() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let deadline = Instant::now() + FAR;
        drop(limiter.turn(ask(deadline)).await.unwrap());
        limiter.turn(ask(deadline)).await.unwrap().sent();

        let waiting = limiter.turn(ask(deadline));
        assert!(tokio::time::timeout(SECOND / 2, waiting).await.is_err());
        assert_eq!(limiter.state(Instant::now()).waiting, 0);
        sleep(SECOND).await;
        assert!(limiter.turn(ask(deadline)).now_or_never().is_some());
    });
}

#[test]
fn a_turn_that_is_given_up_goes_to_the_next_call_at_once() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        let first = limiter.turn(ask(start + FAR)).await.unwrap();
        let fail_to_connect = async {
            sleep(SECOND / 10).await;
            drop(first);
        };
        let (second, ()) = tokio::join!(limiter.turn(ask(start + FAR)), fail_to_connect);
        second.unwrap().sent();
        assert!(start.elapsed() < SECOND / 5, "{:?}", start.elapsed());
    });
}

#[test]
fn a_connection_that_takes_long_counts_from_when_the_call_is_sent() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        let first = limiter.turn(ask(start + FAR)).await.unwrap();
        let connect = async {
            sleep(3 * SECOND).await;
            first.sent();
        };
        let (second, ()) = tokio::join!(limiter.turn(ask(start + FAR)), connect);
        second.unwrap().sent();
        assert!(start.elapsed() >= 4 * SECOND, "{:?}", start.elapsed());
    });
}
fn ask(deadline: Instant) -> Ask {
    Ask { deadline, priority: Default::default(), may_wait: true }
}
