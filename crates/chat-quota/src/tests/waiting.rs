//! Waiting, canceling, and failing instead of waiting.

use proptest::prelude::*;

use super::*;
use crate::reason::Reason;

#[test]
fn call_that_would_be_too_late_fails_at_once() {
    run(async {
        let limiter = limiter(&[(10, SECOND)]);
        let start = Instant::now();
        let calls = (0..1_000).map(|_| async {
            let outcome = call(&limiter, until(start + 10 * SECOND)).await;
            (outcome.is_ok(), start.elapsed())
        });
        let outcomes = join_all(calls).await;
        // With the margin, ten windows begin within the ten seconds.
        let (served, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|call| call.0);
        assert_eq!(served.len(), 100);
        assert!(served.iter().all(|call| call.1 <= 10 * SECOND));
        assert!(refused.iter().all(|call| call.1 == Duration::ZERO));
    });
}

#[test]
fn call_that_might_still_get_a_permit_waits() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        let deadline = start + ms(1_100);

        // How slow the first call is on its way is unknown until the response comes.
        let first = limiter.acquire(patient()).await.unwrap();
        first.sent();
        let response = async {
            sleep(ms(60)).await;
            first.completed();
        };
        let (second, ()) = tokio::join!(limiter.acquire(until(deadline)), response);
        second.unwrap().release();
        assert!((ms(1_060)..=ms(1_070)).contains(&start.elapsed()), "{:?}", start.elapsed());
    });
}

#[test]
fn call_without_a_permit_waits_until_its_deadline() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        limiter.acquire(patient()).await.unwrap().sent();
        for options in [until(start + ms(1_100)), background_until(start + ms(1_200))] {
            assert_eq!(limiter.acquire(options).await.unwrap_err(), AcquireError::TIMEOUT);
            assert_eq!(start.elapsed(), options.deadline.unwrap() - start);
        }
        expect_no_trace(&limiter, (1, SECOND)).await;
    });
}

fn background_until(deadline: Instant) -> AcquireOptions {
    AcquireOptions { deadline: Some(deadline), ..background() }
}

#[test]
fn call_that_does_not_wait_learns_how_long_the_wait_is() {
    run(async {
        let limiter = limiter(&[(2, SECOND)]);
        drop(call(&limiter, hasty()).await.unwrap());
        sleep(ms(400)).await;
        drop(call(&limiter, hasty()).await.unwrap());
        assert_eq!(call(&limiter, hasty()).await.unwrap_err(), AcquireError::would_block(ms(605)));

        // Calls that wait are ahead of it.
        let waiting = limiter.acquire(patient());
        let try_call = async { call(&limiter, hasty()).await.unwrap_err() };
        let (permit, error) = tokio::join!(waiting, try_call);
        drop(permit);
        assert_eq!(error, AcquireError::would_block(ms(1_005)));

        // It was never queued, so nothing changes for others.
        expect_no_trace(&limiter, (2, SECOND)).await;
    });
}

#[test]
fn two_limits_apply_together() {
    run(async {
        let hour = 3_600 * SECOND;
        let limiter = limiter(&[(1, SECOND), (2, hour)]);
        let start = Instant::now();
        let mut at = Vec::new();
        for _ in 0..4 {
            let permit = call(&limiter, until(start + 3 * hour)).await.unwrap();
            at.push((start.elapsed().as_secs(), permit.waited().map(|waited| waited.reason)));
        }
        let second = Some(Window::new(1, SECOND));
        let hour = Some(Window::new(2, hour));
        let quota = |window: Option<Window>| window.map(Reason::Quota);
        let expected = [(0, None), (1, quota(second)), (3_600, quota(hour)), (3_601, quota(hour))];
        assert_eq!(at, expected);
        let error = call(&limiter, hasty()).await.unwrap_err();
        assert!(error.retry_after() > Some(3_500 * SECOND), "{error:?}");
    });
}

#[test]
fn waited_says_how_long_and_why() {
    run(async {
        let limiter = limiter(&[(200, SECOND)]);
        for _ in 0..200 {
            assert_eq!(call(&limiter, patient()).await.unwrap().waited(), None);
        }
        let waited = call(&limiter, patient()).await.unwrap().waited().unwrap();
        assert_eq!(waited.reason.to_string(), "200 calls in 1s");
        assert!((ms(1_005)..=ms(1_007)).contains(&waited.time), "{:?}", waited.time);
    });
}

#[test]
fn canceled_permit_goes_to_the_next_call_at_once() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        for cancel in [drop as fn(Permit), |permit| permit.release()] {
            let first = limiter.acquire(patient()).await.unwrap();
            let fail_to_connect = async {
                sleep(SECOND / 10).await;
                cancel(first);
            };
            let (second, ()) = tokio::join!(limiter.acquire(patient()), fail_to_connect);
            drop(second.unwrap());
        }
        assert_eq!(start.elapsed(), SECOND / 5);
    });
}

#[test]
fn slow_connection_counts_from_when_the_call_is_sent() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        let first = limiter.acquire(patient()).await.unwrap();
        let connect = async {
            sleep(3 * SECOND).await;
            first.sent();
        };
        let (second, ()) = tokio::join!(limiter.acquire(patient()), connect);
        second.unwrap().sent();
        assert!(start.elapsed() >= 4 * SECOND, "{:?}", start.elapsed());
    });
}

#[test]
fn repeated_and_late_reports_change_nothing() {
    run(async {
        let limiter = limiter(&[(2, SECOND)]);
        let permit = limiter.acquire(patient()).await.unwrap();
        permit.completed();
        permit.sent();
        permit.sent();
        permit.completed();
        permit.completed();
        permit.sent();
        permit.release();
        drop(permit);
        let permit = limiter.acquire(hasty()).await.unwrap();
        assert!(matches!(limiter.acquire(hasty()).await, Err(error) if error.is_would_block()));
        permit.release();
        permit.release();
        drop(permit);
        drop(limiter.acquire(hasty()).await.unwrap());
        expect_no_trace(&limiter, (2, SECOND)).await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each call is dropped after some time, at any stage.
    #[test]
    fn dropped_call_leaves_no_trace(
        quota in 1..10_u32,
        calls in prop::collection::vec((0..3_000_u64, 0..4_000_u64, 0..400_u64, any::<bool>()), 1..80),
    ) {
        run(async {
            let limiter = limiter(&[(quota, SECOND)]);
            let calls = calls.into_iter().map(|(comes, lasts, connects, is_background)| {
                let limiter = &limiter;
                async move {
                    sleep(ms(comes)).await;
                    let options = if is_background { background() } else { patient() };
                    let call = async {
                        let permit = limiter.acquire(options).await.unwrap();
                        sleep(ms(connects)).await;
                        permit.sent();
                        sleep(ms(connects)).await;
                        permit.completed();
                    };
                    drop(tokio::time::timeout(ms(lasts), call).await);
                }
            });
            join_all(calls).await;
            expect_no_trace(&limiter, (quota, SECOND)).await;
        });
    }

    /// A call that waits long enough gets a permit, no matter what the others do.
    #[test]
    fn no_call_waits_forever(
        quota in 1..10_u32,
        calls in prop::collection::vec(
            (0..2_000_u64, prop::option::of(0..2_000_u64), any::<bool>(), any::<bool>()), 1..60
        ),
    ) {
        let took = run(async {
            let limiter = limiter(&[(quota, SECOND)]);
            let start = Instant::now();
            let calls = calls.iter().map(|&(comes, leaves_after, is_background, is_sent)| {
                let limiter = &limiter;
                async move {
                    sleep(ms(comes)).await;
                    let options = if is_background { background() } else { patient() };
                    let patience = leaves_after.map_or(3_600 * SECOND, ms);
                    if let Ok(permit) = tokio::time::timeout(patience, limiter.acquire(options)).await
                        && is_sent
                    {
                        permit.unwrap().sent();
                    }
                }
            });
            join_all(calls).await;
            start.elapsed()
        });
        let rounds = calls.len() as u32 / quota + 1;
        prop_assert!(took <= 2 * SECOND + rounds * ms(1_310), "{:?}", took);
    }
}

/// With real threads and a real clock, no wake-up is lost between two queues and many callers.
#[test]
fn no_caller_is_forgotten_across_threads() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(4).enable_time().build().unwrap();
    let limiter = limiter(&[(100, ms(1))]);
    let callers: Vec<_> = (0..32_usize)
        .map(|caller| {
            let limiter = Arc::clone(&limiter);
            runtime.spawn(async move {
                for index in 0..100 {
                    let options = if caller % 2 == 0 { patient() } else { background() };
                    let permit = limiter.acquire(options).await.unwrap();
                    if (caller + index) % 3 > 0 {
                        permit.sent();
                        permit.completed();
                    }
                }
            })
        })
        .collect();
    runtime.block_on(async {
        let all = tokio::time::timeout(30 * SECOND, join_all(callers)).await.unwrap();
        assert!(all.into_iter().all(|outcome| outcome.is_ok()));
    });
}
