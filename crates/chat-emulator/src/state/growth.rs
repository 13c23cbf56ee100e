use chat_types::UnixSeconds;

/// How many groups were created in one day, less those that were disbanded in it.
#[derive(Debug)]
pub(crate) struct Growth {
    max: Option<u64>,
    day: u64,
    net: u64,
}

impl Growth {
    pub(crate) fn new(max: Option<u64>) -> Self {
        Self { max, day: 0, net: 0 }
    }

    pub(crate) fn allows_one_more(&mut self, now: UnixSeconds) -> bool {
        self.turn_to(now);
        self.max.is_none_or(|max| self.net < max)
    }

    pub(crate) fn created(&mut self, now: UnixSeconds) {
        self.turn_to(now);
        self.net += 1;
    }

    pub(crate) fn disbanded(&mut self, now: UnixSeconds) {
        self.turn_to(now);
        self.net = self.net.saturating_sub(1);
    }

    fn turn_to(&mut self, now: UnixSeconds) {
        let day = now.get() / 86_400;
        if day != self.day {
            (self.day, self.net) = (day, 0);
        }
    }
}

/// The documented limit.
pub(crate) const MAX_NET_GROWTH: u64 = 10_000;
