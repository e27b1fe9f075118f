use super::*;
use std::collections::BTreeMap;

fn limits() -> Limits {
    Limits {
        connections: Some(4),
        window_bytes: 1_000,
        part_bytes_min: 100,
        part_bytes_max: 100,
        retries_max: 3,
        retry_delay: ms(10),
        hedge_delay: ms(50),
        seed: 7,
    }
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn orders(plan: &mut Plan, now: Duration) -> Vec<Order> {
    std::iter::from_fn(|| plan.next(now)).collect()
}

fn started(order: &Order) -> (u64, u64, u64) {
    match *order {
        Order::Start { attempt, from, to, .. } => (attempt, from, to),
        Order::Cancel { .. } => panic!("{order:?}"),
    }
}

#[test]
fn no_more_than_the_window_and_the_connections() {
    let mut plan = Plan::new(2_000, Limits { connections: Some(32), ..limits() });
    let first = orders(&mut plan, ms(0));
    // Two parts for each of 32 connections don't fit, so that the smallest ones fill the window.
    assert_eq!(first.len(), 10);
    assert_eq!(started(&first[9]), (9, 900, 1_000));
    plan.delivered(0);
    assert_eq!(plan.bytes(0, 0, 100, ms(1)), Some((0, 0)));
    assert_eq!(orders(&mut plan, ms(1)), [], "nothing was delivered");
    plan.delivered(100);
    assert_eq!(orders(&mut plan, ms(1)).len(), 1);
    let mut plan = Plan::new(2_000, limits());
    assert_eq!(orders(&mut plan, ms(0)).len(), 4);
}

#[test]
fn a_retry_goes_on_at_the_exact_byte_after_a_pause() {
    let mut plan = Plan::new(100, limits());
    orders(&mut plan, ms(0));
    plan.bytes(0, 0, 37, ms(1)).unwrap();
    plan.failed(0, Severity::Passing, ms(2)).unwrap();
    assert_eq!(orders(&mut plan, ms(2)), []);
    let at = plan.wake(ms(2)).unwrap();
    assert!((ms(7)..=ms(12)).contains(&at), "{at:?}");
    assert_eq!(started(&orders(&mut plan, at)[0]), (1, 37, 100));
}

#[test]
fn failures_in_a_row_end_it_and_progress_starts_the_count_anew() {
    let mut plan = Plan::new(100, limits());
    let mut now = ms(0);
    let mut attempt = |plan: &mut Plan, bytes: u64| {
        now += Duration::from_secs(60);
        let (id, from, _) = started(&orders(plan, now)[0]);
        if bytes > 0 {
            plan.bytes(id, from, bytes, now).unwrap();
        }
        plan.failed(id, Severity::Passing, now)
    };
    for bytes in [0, 0, 30, 0, 0] {
        attempt(&mut plan, bytes).unwrap();
    }
    // A byte each time is no progress.
    assert_eq!(attempt(&mut plan, 1), Err(GivenUp { at: 31, failures: 4 }));
    let mut plan = Plan::new(100, limits());
    orders(&mut plan, ms(0));
    assert_eq!(plan.failed(0, Severity::Lasting, ms(1)), Err(GivenUp { at: 0, failures: 1 }));
}

#[test]
fn a_slow_part_is_asked_for_once_more_within_limits_and_the_loser_is_cancelled() {
    let mut plan = Plan::new(2_000, limits());
    let mut open: Vec<_> = orders(&mut plan, ms(0)).iter().map(started).collect();
    let (slow, ..) = open.remove(0);
    // The others go on at 100 bytes in 10 ms, until the window is full.
    let mut now = ms(0);
    while !open.is_empty() {
        now += ms(10);
        for (id, from, to) in std::mem::take(&mut open) {
            plan.answered(id, now - ms(5));
            plan.bytes(id, from, to - from, now).unwrap();
        }
        open = orders(&mut plan, now).iter().map(started).collect();
    }
    assert_eq!((plan.hedges(), now), (0, ms(30)));
    plan.bytes(slow, 0, 20, ms(40)).unwrap();
    assert_eq!(orders(&mut plan, ms(70)), []);
    let hedge = orders(&mut plan, ms(90));
    assert_eq!(hedge.iter().map(started).collect::<Vec<_>>(), [(10, 20, 100)]);
    assert_eq!((plan.hedges(), orders(&mut plan, ms(500))), (1, vec![]), "one hedge for a part");
    // Both bring bytes; what is there already doesn't count twice.
    assert_eq!(plan.bytes(slow, 20, 10, ms(501)), Some((0, 0)));
    assert_eq!(plan.bytes(10, 20, 80, ms(502)), Some((0, 10)));
    assert_eq!(orders(&mut plan, ms(502)), [Order::Cancel { attempt: slow }]);
    assert_eq!(plan.bytes(slow, 30, 70, ms(503)), None);
    plan.failed(slow, Severity::Lasting, ms(504)).unwrap();
}

#[test]
fn a_busy_server_gets_fewer_connections_once_for_what_was_asked_together() {
    let mut plan = Plan::new(10_000, Limits { connections: Some(8), ..limits() });
    let first: Vec<_> = orders(&mut plan, ms(0)).iter().map(started).collect();
    for (id, ..) in &first[..3] {
        plan.failed(*id, Severity::Busy, ms(5)).unwrap();
    }
    assert_eq!(plan.connections(), 4);
    plan.failed(first[3].0, Severity::Passing, ms(5)).unwrap();
    plan.failed(first[4].0, Severity::Passing, ms(5)).unwrap();
    let again = orders(&mut plan, ms(50));
    assert_eq!(again.len(), 1, "four are allowed, and three run");
    plan.failed(started(&again[0]).0, Severity::Busy, ms(60)).unwrap();
    assert_eq!(plan.connections(), 2);
}

/// A network of `bytes` a second on each of `useful` connections; more share what there is. Returns the connections.
fn climb(useful: usize, each: f64, reader: f64) -> usize {
    let limits = Limits {
        connections: None,
        window_bytes: 64 << 20,
        part_bytes_min: PART_BYTES_MIN,
        part_bytes_max: PART_BYTES_MAX,
        ..limits()
    };
    let mut plan = Plan::new(u64::MAX / 4, limits);
    let mut open: BTreeMap<u64, (u64, u64, f64)> = BTreeMap::new();
    let mut ready: BTreeMap<u64, u64> = BTreeMap::new();
    let (mut now, mut delivered, mut credit) = (ms(0), 0, 0.0);
    let step = ms(5);
    while now < Duration::from_secs(60) {
        for order in orders(&mut plan, now) {
            match order {
                Order::Start { attempt, from, to, .. } => {
                    plan.answered(attempt, now);
                    open.insert(attempt, (from, to, 0.0));
                }
                Order::Cancel { attempt } => drop(open.remove(&attempt)),
            }
        }
        now += step;
        let share = each * useful.min(open.len()) as f64 / open.len().max(1) as f64 * step.as_secs_f64();
        for (id, (from, to, part)) in &mut open {
            *part += share;
            let len = (*part as u64).min(*to - *from);
            *part -= len as f64;
            if len > 0 && plan.bytes(*id, *from, len, now).is_some() {
                ready.insert(*from, len);
            }
            *from += len;
        }
        open.retain(|_, (from, to, _)| from < to);
        credit = f64::min(credit + reader * step.as_secs_f64(), reader);
        while let Some(len) = ready.get(&delivered).copied().filter(|len| *len as f64 <= credit) {
            ready.remove(&delivered);
            delivered += len;
            credit -= len as f64;
            plan.delivered(len);
        }
        assert!(plan.next - plan.delivered <= 64 << 20);
    }
    plan.connections()
}

#[test]
fn connections_grow_while_that_brings_more() {
    assert!(climb(1_000, 50e6, 1e12) >= 30);
    let found = climb(16, 50e6, 1e12);
    assert!((15..=20).contains(&found), "{found}");
    // The network isn't what holds it up.
    assert_eq!(climb(1_000, 50e6, 100e6), 8);
}

#[test]
fn parts_are_larger_where_answers_take_long() {
    let size = |latency: u64| {
        let wide = Limits {
            window_bytes: 1 << 30,
            part_bytes_min: PART_BYTES_MIN,
            part_bytes_max: PART_BYTES_MAX,
            ..limits()
        };
        let mut plan = Plan::new(u64::MAX / 4, wide);
        for _ in 0..20 {
            let (id, from, to) = started(&plan.next(ms(0)).unwrap());
            plan.answered(id, ms(latency));
            // 50 MB/s from the first byte on.
            plan.bytes(id, from, to - from, ms(latency) + Duration::from_secs_f64((to - from) as f64 / 50e6)).unwrap();
            plan.delivered(to - from);
        }
        plan.part_bytes()
    };
    assert_eq!((size(1), size(5), size(30)), (1 << 20, 4 << 20, 8 << 20));
}

/// The whole of it against a network that fails at random, in simulated time: every byte once and in order, or an end.
#[test]
fn at_random_every_byte_is_delivered_once_and_in_order() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |n: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 16) % n
    };
    let (mut whole, mut ended) = (0, 0);
    for case in 0..5_000 {
        let size = random(3_000);
        let part = 1 + random(400);
        let window = part.max(random(1_500));
        let limits = Limits {
            connections: Some(1 + random(9) as usize).filter(|_| case % 3 > 0),
            window_bytes: window,
            part_bytes_min: part,
            part_bytes_max: part + random(300),
            retries_max: random(5) as u32,
            retry_delay: ms(random(30)),
            hedge_delay: ms(random(20)),
            seed: random(1 << 40),
        };
        let bad = random(40);
        let mut plan = Plan::new(size, limits.clone());
        // Attempts, with the byte they are at and their end; when each does something next.
        let mut open: BTreeMap<u64, (u64, u64, Duration)> = BTreeMap::new();
        let mut have: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
        let (mut now, mut delivered) = (ms(0), 0);
        let end = 'run: loop {
            for order in orders(&mut plan, now) {
                match order {
                    Order::Start { attempt, from, to, .. } => {
                        assert!(from < to && to <= size && to - delivered <= window.max(limits.part_bytes_max));
                        open.insert(attempt, (from, to, now + ms(random(20))));
                    }
                    Order::Cancel { attempt } => assert!(open.remove(&attempt).is_some()),
                }
            }
            if plan.is_done() {
                break Ok(());
            }
            let next = open.iter().min_by_key(|(_, (_, _, at))| *at).map(|(id, (_, _, at))| (*id, *at));
            let wake = plan.wake(now).into_iter().chain(next.map(|(_, at)| at)).min();
            // Or else all that fits has come, and waits to be delivered.
            now = wake.unwrap_or(now).max(now);
            assert!(wake.is_some() || have.get(&plan.first()).is_some_and(|p| !p.is_empty()), "nothing is to come");
            assert!(now < Duration::from_secs(36_000), "it never ends");
            if let Some((id, at)) = next
                && at <= now
            {
                let (from, to, _) = open[&id];
                if random(100) < bad {
                    open.remove(&id);
                    let severity = if random(4) == 0 { Severity::Busy } else { Severity::Passing };
                    if let Err(given_up) = plan.failed(id, severity, now) {
                        break 'run Err(given_up);
                    }
                } else {
                    if random(3) == 0 {
                        plan.answered(id, now);
                    }
                    let len = 1 + random(to - from);
                    if let Some((part, skip)) = plan.bytes(id, from, len, now) {
                        have.entry(part).or_default().push((from + skip, from + len));
                    }
                    match from + len == to {
                        true => drop(open.remove(&id)),
                        false => drop(open.insert(id, (from + len, to, now + ms(random(30))))),
                    }
                }
            }
            while random(3) > 0
                && let Some(pieces) = have.get_mut(&plan.first()).filter(|p| !p.is_empty())
            {
                let (from, to) = pieces.remove(0);
                assert_eq!(from, delivered);
                delivered = to;
                plan.delivered(to - from);
            }
        };
        match end {
            Ok(()) => {
                assert_eq!(delivered, size);
                whole += 1;
            }
            Err(GivenUp { failures, .. }) => {
                assert!(failures > limits.retries_max);
                ended += 1;
            }
        }
    }
    assert!(whole > 2_000 && ended > 500, "{whole} {ended}");
}
