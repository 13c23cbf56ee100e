//! After a refusal.

use super::*;

/// How many turns come in each of so many seconds when there are always callers enough.
async fn turns_by_second(limiter: &Arc<Limiter>, seconds: usize) -> Vec<usize> {
    let start = Instant::now();
    let counts = RefCell::new(vec![0; seconds]);
    let callers = (0..200).map(|_| async {
        loop {
            call(limiter, patient()).await.unwrap();
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
fn a_refusal_halves_the_pace_and_a_minute_brings_it_back() {
    run(async {
        let limiter = limiter(&[(100, SECOND)]);
        limiter.refused();
        let turns = turns_by_second(&limiter, 80).await;
        assert!((50..=51).contains(&turns[0]), "{turns:?}");
        for (second, &turns) in turns.iter().enumerate().skip(1) {
            let most = 50.0 + 50.0 * (second as f64 + 1.0) / 60.0;
            assert!(turns as f64 <= most.min(100.0) + 1.0, "{turns} in second {second}");
            assert!(turns as f64 >= most.min(100.0) * 0.95 - 2.0, "{turns} in second {second}");
        }
        // What comes later is as if nothing had been.
        sleep(10 * SECOND).await;
        let burst: Vec<_> = (0..100).map(|_| limiter.turn(hasty()).now_or_never()).collect();
        assert!(burst.iter().all(|turn| matches!(turn, Some(Ok(_)))));
    });
}

#[test]
fn refusals_without_end_leave_a_tenth_and_no_call_starves() {
    run(async {
        let limiter = limiter(&[(100, SECOND)]);
        let refuse = async {
            for _ in 0..600 {
                limiter.refused();
                sleep(SECOND / 10).await;
            }
        };
        let (turns, ()) = tokio::join!(turns_by_second(&limiter, 130), refuse);
        assert!(turns[5..59].iter().all(|turns| (9..=12).contains(turns)), "{turns:?}");
        assert!(turns[122..].iter().all(|turns| (98..=100).contains(turns)), "{turns:?}");
    });
}

#[test]
fn a_call_that_waits_goes_as_soon_as_the_share_has_grown() {
    run(async {
        // 3 calls in a minute, of which one goes after the refusal.
        let limiter = limiter(&[(3, 60 * SECOND)]);
        call(&limiter, patient()).await.unwrap();
        limiter.refused();
        let start = Instant::now();
        let turn = call(&limiter, patient()).await.unwrap();
        // Two of three is a third of the way back from a half.
        assert!(start.elapsed() >= 20 * SECOND, "{:?}", start.elapsed());
        assert!(start.elapsed() <= 20 * SECOND + ms(5), "{:?}", start.elapsed());
        assert_eq!(turn.waited().unwrap().reason.to_string(), "slowed down after a refusal");
        assert!(turn.waited().unwrap().time >= 20 * SECOND);
    });
}

#[test]
fn a_quota_of_one_call_stays_one_call() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        limiter.refused();
        let turns = turns_by_second(&limiter, 10).await;
        assert!(turns.iter().sum::<usize>() >= 9, "{turns:?}");
    });
}

#[test]
fn a_limit_over_more_than_a_minute_is_not_slowed_down() {
    run(async {
        let limiter = limiter(&[(1_000, 3_600 * SECOND)]);
        for _ in 0..10 {
            limiter.refused();
            sleep(SECOND).await;
        }
        let start = Instant::now();
        for _ in 0..1_000 {
            call(&limiter, patient()).await.unwrap();
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    });
}
