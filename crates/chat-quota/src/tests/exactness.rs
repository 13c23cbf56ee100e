//! The limiter against a server that counts calls when they arrive.

use proptest::prelude::*;

use super::*;

/// One call: when it comes, and how long it takes to its first byte, to the service and back.
#[derive(Clone, Debug)]
struct Journey {
    gap: Duration,
    connecting: Duration,
    there: Duration,
    /// `None` if no response comes.
    back: Option<Duration>,
    is_sent: bool,
}

fn journeys() -> impl Strategy<Value = Vec<Journey>> {
    let gap = prop_oneof![8 => Just(0), 2 => 0..700_u64];
    let connecting = prop_oneof![2 => Just(0), 1 => 0..400_u64];
    let back = prop_oneof![9 => (0..50_u64).prop_map(Some), 1 => Just(None)];
    let journey = (gap, connecting, 0..50_u64, back, prop::bool::weighted(0.9)).prop_map(
        |(gap, connecting, there, back, is_sent)| Journey {
            gap: ms(gap),
            connecting: ms(connecting),
            there: ms(there),
            back: back.map(ms),
            is_sent,
        },
    );
    prop::collection::vec(journey, 1..300)
}

#[derive(Default)]
struct Seen {
    /// The indices of the calls in the order of their permits.
    permits: RefCell<Vec<usize>>,
    arrived: RefCell<Vec<Instant>>,
}

async fn travel(limiter: &Arc<Limiter>, index: usize, journey: &Journey, seen: &Seen) {
    let permit = limiter.acquire(patient()).await.unwrap();
    seen.permits.borrow_mut().push(index);
    sleep(journey.connecting).await;
    if !journey.is_sent {
        return;
    }
    permit.sent();
    sleep(journey.there).await;
    seen.arrived.borrow_mut().push(Instant::now());
    if let Some(back) = journey.back {
        sleep(back).await;
        permit.completed();
    }
}

/// Makes the calls as they come.
async fn play(limiter: &Arc<Limiter>, journeys: &[Journey]) -> Seen {
    let seen = Seen::default();
    let mut comes_at = Instant::now();
    let calls = journeys.iter().enumerate().map(|(index, journey)| {
        comes_at += journey.gap;
        let (comes_at, seen) = (comes_at, &seen);
        async move {
            tokio::time::sleep_until(comes_at).await;
            travel(limiter, index, journey, seen).await;
        }
    });
    join_all(calls).await;
    seen
}

/// Returns the most calls in any period of this length, and in any fixed one.
pub(super) fn most(arrived: &[Instant], length: Duration) -> (usize, usize) {
    let mut arrived = arrived.to_vec();
    arrived.sort();
    let mut sliding = 0;
    let mut first = 0;
    for (index, &at) in arrived.iter().enumerate() {
        while at - arrived[first] >= length {
            first += 1;
        }
        sliding = sliding.max(index + 1 - first);
    }
    let start = arrived[0] - length;
    let period = |at: &Instant| (*at - start).as_nanos() / length.as_nanos();
    let fixed = arrived.chunk_by(|one, other| period(one) == period(other)).map(<[_]>::len);
    (sliding, fixed.max().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn service_never_counts_more_than_the_quota(
        per_second in 1..40_u32,
        per_minute in 5..200_u32,
        journeys in journeys(),
    ) {
        let windows = [(per_second, SECOND), (per_minute, 60 * SECOND)];
        let seen = run(async { play(&limiter(&windows), &journeys).await });
        prop_assert_eq!(seen.permits.borrow().len(), journeys.len());
        let arrived = seen.arrived.take();
        if !arrived.is_empty() {
            for (calls, length) in windows {
                let (sliding, fixed) = most(&arrived, length);
                prop_assert!(sliding.max(fixed) <= calls as usize, "{} in {:?}", sliding, length);
            }
        }
    }

    #[test]
    fn permits_come_in_the_order_of_asking(per_second in 1..40_u32, journeys in journeys()) {
        let windows = [(per_second, SECOND)];
        let seen = run(async { play(&limiter(&windows), &journeys).await });
        prop_assert_eq!(seen.permits.take(), (0..journeys.len()).collect::<Vec<_>>());
    }
}

/// The least and the most milliseconds of a uniform distribution.
type Range = (u64, u64);

/// Returns what share of 200 calls a second 64 callers use in a minute, and the most calls that the
/// server counts in a second.
fn saturate(seed: u64, there: Range, back: Range) -> (f64, usize) {
    run(async {
        let limiter = limiter(&[(200, SECOND)]);
        let mut random = fastrand::Rng::with_seed(seed);
        let seen = Seen::default();
        let end = Instant::now() + 60 * SECOND;
        let callers = (0..64).map(|_| {
            let (limiter, seen, mut random) = (&limiter, &seen, random.fork());
            async move {
                let mut delay = move |(least, most): Range| ms(random.u64(least..=most));
                while Instant::now() < end {
                    let journey = Journey {
                        gap: Duration::ZERO,
                        connecting: Duration::ZERO,
                        there: delay(there),
                        back: Some(delay(back)),
                        is_sent: true,
                    };
                    travel(limiter, 0, &journey, seen).await;
                }
            }
        });
        join_all(callers).await;
        let arrived = seen.arrived.take();
        let counted = arrived.iter().filter(|&&at| at < end).count();
        let (sliding, fixed) = most(&arrived, SECOND);
        (counted as f64 / (60.0 * 200.0), sliding.max(fixed))
    })
}

#[test]
fn steady_latency_leaves_nearly_all_of_the_quota() {
    for latency in [1, 50, 300] {
        for there in [0, latency] {
            let back = latency - there;
            let (share, most) = saturate(1, (there, there), (back, back));
            assert!(share >= 0.985, "{latency} ms: {share}");
            assert!(most <= 200, "{latency} ms: {most}");
        }
    }
}

#[test]
fn jitter_leaves_most_of_the_quota_and_never_exceeds_it() {
    for latency in [25, 50, 300] {
        // The latency plus or minus 25 ms, all of it before the call is counted.
        let (share, most) = saturate(latency, (latency - 25, latency + 25), (0, 0));
        assert!(share >= 0.94, "{latency} ms: {share}");
        assert!(most <= 200, "{latency} ms: {most}");
    }
}

#[test]
fn jitter_both_ways_never_exceeds_the_quota() {
    for seed in 0..3 {
        let (share, most) = saturate(seed, (0, 50), (0, 50));
        assert!(share >= 0.90, "{share}");
        assert!(most <= 200, "{most}");
    }
}

#[test]
fn longer_route_costs_a_fifth_for_two_minutes_at_most() {
    run(async {
        let limiter = limiter(&[(20, SECOND)]);
        let start = Instant::now();
        let seen = Seen::default();
        let callers = (0..20).map(|_| async {
            while start.elapsed() < 300 * SECOND {
                let there = if start.elapsed() < 30 * SECOND { ms(10) } else { ms(310) };
                let journey = Journey {
                    gap: Duration::ZERO,
                    connecting: Duration::ZERO,
                    there,
                    back: Some(Duration::ZERO),
                    is_sent: true,
                };
                travel(&limiter, 0, &journey, &seen).await;
            }
        });
        join_all(callers).await;
        let arrived = seen.arrived.take();
        let share = |from: u32, to: u32| {
            let period = start + SECOND * from..start + SECOND * to;
            arrived.iter().filter(|at| period.contains(at)).count() as f64
                / f64::from(20 * (to - from))
        };
        assert!(share(0, 30) >= 0.98, "{}", share(0, 30));
        assert!(share(31, 150) >= 0.76, "{}", share(31, 150));
        assert!(share(150, 300) >= 0.98, "{}", share(150, 300));
        let (sliding, fixed) = most(&arrived, SECOND);
        assert!(sliding.max(fixed) <= 20, "{sliding}");
    });
}
