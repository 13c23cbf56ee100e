//! The limiter after a refusal.

use super::*;

/// Returns the number of permits in each of these seconds while enough callers ask.
async fn permits_by_second(limiter: &Arc<Limiter>, seconds: usize) -> Vec<usize> {
    let start = Instant::now();
    let counts = RefCell::new(vec![0; seconds]);
    let callers = (0..200).map(|_| async {
        loop {
            drop(call(limiter, patient()).await.unwrap());
            let second = start.elapsed().as_secs() as usize;
            match counts.borrow_mut().get_mut(second) {
                Some(count) => *count += 1,
                None => return,
            }
        }
    });
    join_all(callers).await;
    counts.take()
}

#[test]
fn single_refusal_halves_the_rate_for_seconds() {
    run(async {
        let limiter = limiter(&[(100, SECOND)]);
        limiter.refused();
        let permits = permits_by_second(&limiter, 10).await;
        assert!((50..=60).contains(&permits[0]), "{permits:?}");
        for (second, &permits) in permits.iter().enumerate().skip(1) {
            let most = (50.0 + 10.0 * (second as f64 + 1.0)).min(100.0);
            assert!(permits as f64 <= most + 1.0, "{permits} in second {second}");
            assert!(permits as f64 >= most - 12.0, "{permits} in second {second}");
        }
        // After that it is as if nothing had happened.
        sleep(10 * SECOND).await;
        let burst: Vec<_> = (0..100).map(|_| limiter.acquire(hasty()).now_or_never()).collect();
        assert!(burst.iter().all(|permit| matches!(permit, Some(Ok(_)))));
    });
}

#[test]
fn endless_refusals_leave_a_tenth_and_no_call_starves() {
    run(async {
        let limiter = limiter(&[(100, SECOND)]);
        let refuse = async {
            for _ in 0..600 {
                limiter.refused();
                sleep(SECOND / 10).await;
            }
        };
        let (permits, ()) = tokio::join!(permits_by_second(&limiter, 130), refuse);
        assert!(permits[5..59].iter().all(|permits| (9..=12).contains(permits)), "{permits:?}");
        assert!(permits[122..].iter().all(|permits| (98..=100).contains(permits)), "{permits:?}");
    });
}

#[test]
fn waiting_call_goes_as_soon_as_the_share_has_grown() {
    run(async {
        // 3 calls in a minute, of which one goes after the refusal.
        let limiter = limiter(&[(3, 60 * SECOND)]);
        drop(call(&limiter, patient()).await.unwrap());
        limiter.refused();
        let start = Instant::now();
        let permit = call(&limiter, patient()).await.unwrap();
        // Two of three is a third of the way back from a half, which takes five seconds.
        assert!(start.elapsed() >= 5 * SECOND / 3, "{:?}", start.elapsed());
        assert!(start.elapsed() <= 5 * SECOND / 3 + ms(5), "{:?}", start.elapsed());
        assert_eq!(permit.waited().unwrap().reason.to_string(), "slowed down after a refusal");
        assert!(permit.waited().unwrap().time >= 5 * SECOND / 3);
    });
}

#[test]
fn quota_of_one_call_stays_one_call() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        limiter.refused();
        let permits = permits_by_second(&limiter, 10).await;
        assert!(permits.iter().sum::<usize>() >= 9, "{permits:?}");
    });
}

#[test]
fn limit_over_more_than_a_minute_is_not_slowed_down() {
    run(async {
        let limiter = limiter(&[(1_000, 3_600 * SECOND)]);
        for _ in 0..10 {
            limiter.refused();
            sleep(SECOND).await;
        }
        let start = Instant::now();
        for _ in 0..1_000 {
            drop(call(&limiter, patient()).await.unwrap());
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    });
}
