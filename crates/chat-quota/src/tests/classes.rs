//! Interactive and background calls for one quota.

use super::*;

/// Runs callers of both priorities that make one call after the other for 20 seconds, and returns the
/// order in which they got permits.
async fn compete(limiter: &Arc<Limiter>, interactive: usize, background: usize) -> Vec<Priority> {
    let end = Instant::now() + 20 * SECOND;
    let permits = Rc::new(RefCell::new(Vec::new()));
    let options =
        (0..interactive).map(|_| patient()).chain((0..background).map(|_| self::background()));
    let callers = options.map(|options| {
        let permits = Rc::clone(&permits);
        async move {
            while Instant::now() < end {
                drop(call(limiter, options).await.unwrap());
                permits.borrow_mut().push(options.priority);
            }
        }
    });
    join_all(callers).await;
    permits.take()
}

#[test]
fn background_calls_get_every_tenth_permit_and_no_more() {
    run(async {
        let permits = compete(&limiter(&[(50, SECOND)]), 100, 100).await;
        assert!(permits.len() > 900);
        // In the first window no call has to wait, and at the end callers of one priority leave.
        for ten in permits[50..permits.len() - 200].windows(10) {
            assert_eq!(ten.iter().filter(|&&permit| permit == Priority::Background).count(), 1);
        }
    });
}

#[test]
fn background_calls_use_what_is_left_and_delay_no_other() {
    run(async {
        let limiter = limiter(&[(50, SECOND)]);
        let alone = compete(&limiter, 0, 100).await.len();
        assert!(alone >= 970, "{alone}");

        let end = Instant::now() + 20 * SECOND;
        let mut waits = Vec::new();
        let seldom = async {
            while Instant::now() < end {
                sleep(ms(97)).await;
                let asked = Instant::now();
                drop(call(&limiter, patient()).await.unwrap());
                waits.push(asked.elapsed());
            }
        };
        let (permits, ()) = tokio::join!(compete(&limiter, 0, 100), seldom);
        assert!(permits.len() + waits.len() >= 970, "{}", permits.len());
        waits.sort();
        assert!(waits.iter().all(|&wait| wait <= ms(125)), "{waits:?}");
    });
}

#[test]
fn interactive_call_overtakes_waiting_background_calls() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        drop(call(&limiter, patient()).await.unwrap());
        let order = RefCell::new(Vec::new());
        let in_order = async |name: &'static str, options: AcquireOptions| {
            let permit = call(&limiter, options).await.unwrap();
            order.borrow_mut().push(name);
            permit.waited().unwrap().reason.to_string()
        };
        let (first, second, third) = tokio::join!(
            in_order("first of the background", background()),
            in_order("second of the background", background()),
            in_order("interactive", patient()),
        );
        let expected = ["interactive", "first of the background", "second of the background"];
        assert_eq!(order.take(), expected);
        assert_eq!(first, "1 calls in 1s");
        assert_eq!([second, third], ["1 calls in 1s", "1 calls in 1s"]);
    });
}

#[test]
fn background_call_goes_once_the_last_interactive_one_leaves() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let permit = limiter.acquire(patient()).await.unwrap();
        let start = Instant::now();
        let interactive = tokio::time::timeout(SECOND, limiter.acquire(patient()));
        let leave = async {
            sleep(SECOND * 2).await;
            drop(permit);
        };
        let background = limiter.acquire(background());
        let (interactive, background, ()) = tokio::join!(interactive, background, leave);
        assert!(interactive.is_err());
        assert!(background.is_ok());
        assert_eq!(start.elapsed(), SECOND * 2);
    });
}

#[test]
fn background_call_notices_that_it_has_become_the_first() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        // Without a response it holds its slot for 1.3 seconds.
        limiter.acquire(patient()).await.unwrap().sent();
        let interactive = tokio::time::timeout(ms(1_200), limiter.acquire(patient()));
        let (interactive, background) = tokio::join!(interactive, limiter.acquire(background()));
        assert!(interactive.is_err());
        drop(background.unwrap());
        assert!((ms(1_300)..=ms(1_302)).contains(&start.elapsed()), "{:?}", start.elapsed());
    });
}
