//! Waiting, giving up, and being told.

use proptest::prelude::*;

use super::*;

#[test]
fn a_call_that_would_come_too_late_fails_at_once() {
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
fn a_call_that_might_still_get_its_turn_waits_for_it() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        let deadline = start + ms(1_100);

        // Nobody knows yet how slow the first call is on its way: the response tells.
        let first = limiter.turn(patient()).await.unwrap();
        first.sent();
        let response = async {
            sleep(ms(60)).await;
            first.answered();
        };
        let (second, ()) = tokio::join!(limiter.turn(until(deadline)), response);
        second.unwrap().release();
        assert!((ms(1_060)..=ms(1_070)).contains(&start.elapsed()), "{:?}", start.elapsed());
    });
}

#[test]
fn a_call_whose_turn_does_not_come_waits_until_its_deadline_and_no_longer() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        limiter.turn(patient()).await.unwrap().sent();
        for ask in [until(start + ms(1_100)), background_until(start + ms(1_200))] {
            assert_eq!(limiter.turn(ask).await.unwrap_err(), NoTurn::TooLate);
            assert_eq!(start.elapsed(), ask.deadline - start);
        }
        expect_no_trace(&limiter, (1, SECOND)).await;
    });
}

fn background_until(deadline: Instant) -> Ask {
    Ask { deadline, ..background() }
}

#[test]
fn one_who_would_rather_be_told_learns_how_long_the_wait_is() {
    run(async {
        let limiter = limiter(&[(2, SECOND)]);
        call(&limiter, hasty()).await.unwrap();
        sleep(ms(400)).await;
        call(&limiter, hasty()).await.unwrap();
        assert_eq!(call(&limiter, hasty()).await.unwrap_err(), NoTurn::WouldBlock(ms(605)));

        // Those who wait are before it.
        let waiting = limiter.turn(patient());
        let ask = async { call(&limiter, hasty()).await.unwrap_err() };
        let (turn, told) = tokio::join!(waiting, ask);
        drop(turn);
        assert_eq!(told, NoTurn::WouldBlock(ms(1_005)));

        // Without a place in line it changes nothing for anybody.
        expect_no_trace(&limiter, (2, SECOND)).await;
    });
}

#[test]
fn two_limits_hold_at_once() {
    run(async {
        let hour = 3_600 * SECOND;
        let limiter = limiter(&[(1, SECOND), (2, hour)]);
        let start = Instant::now();
        let mut at = Vec::new();
        for _ in 0..4 {
            let turn = call(&limiter, until(start + 3 * hour)).await.unwrap();
            at.push((start.elapsed().as_secs(), turn.waited().map(|waited| waited.reason)));
        }
        let second = Some(Window::new(1, SECOND));
        let hour = Some(Window::new(2, hour));
        let quota = |window: Option<Window>| window.map(log::Reason::Quota);
        let expected = [(0, None), (1, quota(second)), (3_600, quota(hour)), (3_601, quota(hour))];
        assert_eq!(at, expected);
        let told = call(&limiter, hasty()).await.unwrap_err();
        assert!(matches!(told, NoTurn::WouldBlock(wait) if wait > 3_500 * SECOND), "{told:?}");
    });
}

#[test]
fn a_wait_says_how_long_it_was_and_why() {
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
fn a_turn_that_is_given_up_goes_to_the_next_call_at_once() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        for cancel in [drop as fn(Turn), |turn| turn.release()] {
            let first = limiter.turn(patient()).await.unwrap();
            let fail_to_connect = async {
                sleep(SECOND / 10).await;
                cancel(first);
            };
            let (second, ()) = tokio::join!(limiter.turn(patient()), fail_to_connect);
            drop(second.unwrap());
        }
        assert_eq!(start.elapsed(), SECOND / 5);
    });
}

#[test]
fn a_connection_that_takes_long_counts_from_when_the_call_is_sent() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        let first = limiter.turn(patient()).await.unwrap();
        let connect = async {
            sleep(3 * SECOND).await;
            first.sent();
        };
        let (second, ()) = tokio::join!(limiter.turn(patient()), connect);
        second.unwrap().sent();
        assert!(start.elapsed() >= 4 * SECOND, "{:?}", start.elapsed());
    });
}

#[test]
fn what_a_turn_is_told_twice_or_too_late_changes_nothing() {
    run(async {
        let limiter = limiter(&[(2, SECOND)]);
        let turn = limiter.turn(patient()).await.unwrap();
        turn.answered();
        turn.sent();
        turn.sent();
        turn.answered();
        turn.answered();
        turn.sent();
        turn.release();
        drop(turn);
        let turn = limiter.turn(hasty()).await.unwrap();
        assert!(matches!(limiter.turn(hasty()).await, Err(NoTurn::WouldBlock(_))));
        turn.release();
        turn.release();
        drop(turn);
        limiter.turn(hasty()).await.unwrap();
        expect_no_trace(&limiter, (2, SECOND)).await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each call is dropped after some time, wherever it is then.
    #[test]
    fn a_call_that_is_dropped_anywhere_leaves_no_trace(
        quota in 1..10_u32,
        calls in prop::collection::vec((0..3_000_u64, 0..4_000_u64, 0..400_u64, any::<bool>()), 1..80),
    ) {
        run(async {
            let limiter = limiter(&[(quota, SECOND)]);
            let calls = calls.into_iter().map(|(comes, lasts, connects, is_background)| {
                let limiter = &limiter;
                async move {
                    sleep(ms(comes)).await;
                    let ask = if is_background { background() } else { patient() };
                    let call = async {
                        let turn = limiter.turn(ask).await.unwrap();
                        sleep(ms(connects)).await;
                        turn.sent();
                        sleep(ms(connects)).await;
                        turn.answered();
                    };
                    drop(tokio::time::timeout(ms(lasts), call).await);
                }
            });
            join_all(calls).await;
            expect_no_trace(&limiter, (quota, SECOND)).await;
        });
    }

    /// Whoever waits long enough gets a turn, whatever the others do.
    #[test]
    fn nobody_waits_for_ever(
        quota in 1..10_u32,
        calls in prop::collection::vec(
            (0..2_000_u64, prop::option::of(0..2_000_u64), any::<bool>(), any::<bool>()), 1..60
        ),
    ) {
        let took = run(async {
            let limiter = limiter(&[(quota, SECOND)]);
            let start = Instant::now();
            let calls = calls.iter().map(|&(comes, gives_up, is_background, is_sent)| {
                let limiter = &limiter;
                async move {
                    sleep(ms(comes)).await;
                    let ask = if is_background { background() } else { patient() };
                    let patience = gives_up.map_or(3_600 * SECOND, ms);
                    if let Ok(turn) = tokio::time::timeout(patience, limiter.turn(ask)).await
                        && is_sent
                    {
                        turn.unwrap().sent();
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

/// Real threads and a real clock: no wake-up is lost between two lines and many callers.
#[test]
fn no_caller_is_forgotten_among_threads() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(4).enable_time().build().unwrap();
    let limiter = limiter(&[(100, ms(1))]);
    let callers: Vec<_> = (0..32_usize)
        .map(|caller| {
            let limiter = Arc::clone(&limiter);
            runtime.spawn(async move {
                for index in 0..100 {
                    let ask = if caller % 2 == 0 { patient() } else { background() };
                    let turn = limiter.turn(ask).await.unwrap();
                    if (caller + index) % 3 > 0 {
                        turn.sent();
                        turn.answered();
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
