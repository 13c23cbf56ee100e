//! What the script books.

use tokio::time::Instant;

use super::*;

#[tokio::test]
async fn calls_that_fit_start_at_once_the_others_a_window_later() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(200, SECOND)], max_wait: MINUTE };
    for index in 0..8 {
        let grant = caller.granted(1_000, &[]).await;
        assert_eq!(grant.calls, 25, "lease {index}");
        assert_eq!(grant.wait(), Duration::ZERO, "lease {index}");
    }
    let grant = caller.granted(1_000, &[]).await;
    // The first lease is held against for a window, its validity and the margin, less the time
    // since then.
    assert!(grant.wait() > SECOND / 2 && grant.wait() < 2 * SECOND, "{:?}", grant.wait());
    assert!(grant.until > grant.from);
}

#[tokio::test]
async fn rest_that_is_too_little_for_a_lease_joins_the_one_before() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(81, SECOND)], max_wait: SECOND / 2 };
    for calls in [25, 25, 31] {
        assert_eq!(caller.granted(500, &[]).await.calls, calls);
    }
    assert!(caller.wait(&[]).await > Duration::ZERO);
}

#[tokio::test]
async fn small_demand_takes_what_is_free_if_that_is_half_of_it() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(30, SECOND)], max_wait: Duration::ZERO };
    for (waiting, calls) in [(14, 14), (10, 10), (12, 6)] {
        assert_eq!(caller.granted(waiting, &[]).await.calls, calls);
    }
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(33, SECOND)], max_wait: Duration::ZERO };
    assert!(matches!(caller.lease(14, &[]).await, Lease::TooLate { .. }));
}

#[tokio::test]
async fn late_start_is_not_booked() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(1, MINUTE)], max_wait: SECOND };
    caller.granted(1, &[]).await;
    for _ in 0..3 {
        let Lease::TooLate { starts_in } = caller.lease(1, &[]).await else { panic!() };
        assert!(starts_in > 50 * SECOND && starts_in < 61 * SECOND, "{starts_in:?}");
    }
}

#[tokio::test]
async fn two_windows_apply_together() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let windows = [(1, 5 * SECOND), (2, 60 * MINUTE)];
    let caller = Caller { client: &client, windows: &windows, max_wait: MINUTE };
    assert_eq!(caller.granted(9, &[]).await.wait(), Duration::ZERO);
    let second = caller.granted(9, &[]).await;
    assert!(second.wait() > 4 * SECOND && second.wait() < 6 * SECOND, "{:?}", second.wait());
    let Lease::TooLate { starts_in } = caller.lease(9, &[]).await else { panic!() };
    assert!(starts_in > 59 * MINUTE && starts_in < 61 * MINUTE, "{starts_in:?}");
}

#[tokio::test]
async fn unsent_calls_are_given_back() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let windows = [(5, MINUTE)];
    let caller = Caller { client: &client, windows: &windows, max_wait: Duration::ZERO };
    let grant = caller.granted(5, &[]).await;
    let from = grant.from;
    assert!(caller.wait(&[]).await > Duration::ZERO);
    assert_eq!(caller.granted(5, &[grant.used(2, from)]).await.calls, 3);
    assert!(caller.wait(&[]).await > Duration::ZERO);
}

#[tokio::test]
async fn booking_lasts_as_long_as_its_calls_really_took() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(1, MINUTE)], max_wait: Duration::ZERO };
    let end = async |usages: &[Usage]| Instant::now() + caller.wait(usages).await;

    let grant = caller.granted(1, &[]).await;
    let assumed = end(&[]).await;
    let late = grant.from + SECOND;
    let later = end(&[grant.used(1, late)]).await;
    assert!(later > assumed + SECOND / 2, "{:?} later", later - assumed);

    server.ask::<()>(&["FLUSHALL"]).await;
    let grant = caller.granted_with(1, 10 * SECOND).await;
    let assumed = end(&[]).await;
    let start = grant.from;
    let earlier = end(&[grant.used(1, start)]).await;
    assert!(earlier + SECOND / 10 < assumed, "{:?} earlier", assumed - earlier);
}

#[tokio::test]
async fn leases_start_in_the_order_of_requests() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(10, MINUTE)], max_wait: 60 * MINUTE };
    assert_eq!(caller.granted(8, &[]).await.wait(), Duration::ZERO);
    let second = caller.granted(8, &[]).await;
    assert!(second.wait() > SECOND);
    let third = caller.granted(1, &[]).await;
    assert!(third.booked().0 >= second.booked().0, "a small lease passed a large one");
}

#[tokio::test]
async fn log_expires() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(200, SECOND)], max_wait: MINUTE };
    caller.granted(20, &[]).await;
    let key = format!("chat-quota:{KEY}");
    let left: u64 = server.ask(&["PTTL", &key]).await;
    assert!((1_000..=2_500).contains(&left), "{left} ms");
}

#[tokio::test]
async fn script_is_loaded_again_after_a_flush() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(200, SECOND)], max_wait: MINUTE };
    caller.granted(1, &[]).await;
    server.ask::<()>(&["SCRIPT", "FLUSH"]).await;
    caller.granted(1, &[]).await;
}

#[tokio::test]
async fn clock_that_is_set_back_delays_no_call() {
    let server = RedisServer::start();
    let client = server.lease_client();
    let caller = Caller { client: &client, windows: &[(1, MINUTE)], max_wait: Duration::ZERO };
    caller.granted(1, &[]).await;
    // As if all of that had been an hour later by the clock of the server.
    const LATER: &str = "
        local state = cmsgpack.unpack(redis.call('GET', KEYS[1]))
        for _, name in ipairs({ 'born', 'seen', 'last' }) do state[name] = state[name] + 3.6e9 end
        for i = 1, #state.log, 2 do state.log[i] = state.log[i] + 3.6e9 end
        redis.call('SET', KEYS[1], cmsgpack.pack(state))";
    server.ask::<()>(&["EVAL", LATER, "1", &format!("chat-quota:{KEY}")]).await;
    for _ in 0..2 {
        let wait = caller.wait(&[]).await;
        assert!(wait > 50 * SECOND && wait < 61 * SECOND, "{wait:?}");
    }
}

/// A booking as the server counts it.
struct Booked {
    start: u64,
    until: u64,
    calls: u64,
}

/// Books far ahead, by the clock of the server, over as many connections as several processes have,
/// and checks each start against all calls that can still be on their way.
async fn book_and_check(windows: &[(u32, Duration)], seed: u64) {
    let server = RedisServer::start();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (client, windows, mut random) =
            (server.lease_client(), windows.to_vec(), random.fork());
        tasks.spawn(async move {
            let caller = Caller { client: &client, windows: &windows, max_wait: 1_000 * MINUTE };
            let (mut booked, mut usages) = (Vec::new(), Vec::new());
            for _ in 0..100 {
                let waiting = if random.bool() { random.u32(1..8) } else { random.u32(1..400) };
                let grant = caller.granted(waiting, &usages).await;
                usages.clear();
                let (start, mut until) = grant.booked();
                let mut calls = grant.calls;
                if random.u8(..) < 64 {
                    // Some are not sent, and the last arrives earlier than assumed.
                    let from = grant.from.min(grant.until);
                    let sent = random.u32(0..=grant.calls);
                    let usage = grant.used(sent, from);
                    (calls, until) = (sent, usage.until());
                    usages.push(usage);
                }
                booked.push(Booked { start, until, calls: calls.into() });
            }
            booked
        });
    }
    let mut booked = tasks.join_all().await.into_iter().flatten().collect::<Vec<_>>();
    booked.sort_by_key(|booking| booking.start);
    let total: u64 = booked.iter().map(|booking| booking.calls).sum();
    assert!(total > 1_000, "{total} calls are too few to show anything");
    for &(quota, length) in windows {
        let length = u64::try_from(length.as_micros()).unwrap();
        for (index, booking) in booked.iter().enumerate() {
            let earlier = booked[..index].iter().filter(|one| one.until + length > booking.start);
            let calls = booking.calls + earlier.map(|one| one.calls).sum::<u64>();
            assert!(calls <= quota.into(), "{calls} of {quota} calls, seed {seed}");
        }
    }
}

#[tokio::test]
async fn no_period_holds_more_calls_than_the_quota() {
    for seed in 0..4 {
        book_and_check(&[(200, SECOND)], seed).await;
    }
}

#[tokio::test]
async fn no_period_of_two_lengths_holds_more_than_its_quota() {
    for seed in 0..4 {
        book_and_check(&[(37, SECOND), (500, MINUTE)], seed).await;
    }
}
