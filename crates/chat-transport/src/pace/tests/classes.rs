//! Interactive and background calls for one quota.

use super::*;

/// Callers of both classes who call one after the other for so many seconds, and the order in which
/// their turns came.
async fn compete(limiter: &Arc<Limiter>, interactive: usize, background: usize) -> Vec<Priority> {
    let end = Instant::now() + 20 * SECOND;
    let turns = Rc::new(RefCell::new(Vec::new()));
    let asks =
        (0..interactive).map(|_| patient()).chain((0..background).map(|_| self::background()));
    let callers = asks.map(|ask| {
        let turns = Rc::clone(&turns);
        async move {
            while Instant::now() < end {
                call(limiter, ask).await.unwrap();
                turns.borrow_mut().push(ask.priority);
            }
        }
    });
    join_all(callers).await;
    turns.take()
}

#[test]
fn every_tenth_turn_is_a_background_call_s_and_no_more() {
    run(async {
        let turns = compete(&limiter(&[(50, SECOND)]), 100, 100).await;
        assert!(turns.len() > 900);
        // The first window is there for whoever comes, and at the end callers of one class leave.
        for ten in turns[50..turns.len() - 200].windows(10) {
            assert_eq!(ten.iter().filter(|&&turn| turn == Priority::Background).count(), 1);
        }
    });
}

#[test]
fn background_calls_use_what_interactive_ones_leave_and_do_not_keep_them_waiting() {
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
                call(&limiter, patient()).await.unwrap();
                waits.push(asked.elapsed());
            }
        };
        let (turns, ()) = tokio::join!(compete(&limiter, 0, 100), seldom);
        assert!(turns.len() + waits.len() >= 970, "{}", turns.len());
        waits.sort();
        assert!(waits.iter().all(|&wait| wait <= ms(125)), "{waits:?}");
    });
}

#[test]
fn an_interactive_call_goes_before_all_background_calls_that_wait() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        call(&limiter, patient()).await.unwrap();
        let order = RefCell::new(Vec::new());
        let in_order = async |name: &'static str, ask: Ask| {
            let turn = call(&limiter, ask).await.unwrap();
            order.borrow_mut().push(name);
            turn.waited().unwrap().reason.to_string()
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
fn a_background_call_goes_as_soon_as_the_last_interactive_one_gives_up() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let turn = limiter.turn(patient()).await.unwrap();
        let start = Instant::now();
        let interactive = tokio::time::timeout(SECOND, limiter.turn(patient()));
        let leave = async {
            sleep(SECOND * 2).await;
            drop(turn);
        };
        let background = limiter.turn(background());
        let (interactive, background, ()) = tokio::join!(interactive, background, leave);
        assert!(interactive.is_err());
        assert!(background.is_ok());
        assert_eq!(start.elapsed(), SECOND * 2);
    });
}

#[test]
fn a_background_call_learns_that_nobody_is_before_it_any_more() {
    run(async {
        let limiter = limiter(&[(1, SECOND)]);
        let start = Instant::now();
        // Without a response it holds its place for 1.3 seconds.
        limiter.turn(patient()).await.unwrap().sent();
        let interactive = tokio::time::timeout(ms(1_200), limiter.turn(patient()));
        let (interactive, background) = tokio::join!(interactive, limiter.turn(background()));
        assert!(interactive.is_err());
        background.unwrap();
        assert!((ms(1_300)..=ms(1_302)).contains(&start.elapsed()), "{:?}", start.elapsed());
    });
}
