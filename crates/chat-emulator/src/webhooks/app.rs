//! The webhooks of one app: their settings, those that are waiting, and those that were sent.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use chat_types::{UnixMillis, clock::Clock as _};
use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};
use tracing::{debug, warn};

use super::{
    answer::Answer,
    config::WebhookConfig,
    event::{Event, Occasion, Origin},
    log::{SentWebhook, WebhookFailure, WebhookLog},
    request,
};
use crate::{EmulatorClock, lock::lock};

/// The webhooks of one app.
#[derive(Debug)]
pub(crate) struct AppWebhooks {
    sdk_app_id: u32,
    clock: EmulatorClock,
    config: Mutex<Option<Arc<WebhookConfig>>>,
    log: Mutex<WebhookLog>,
    queue: mpsc::Sender<Event>,
    /// Taken by the task that sends.
    queued: Mutex<Option<mpsc::Receiver<Event>>>,
    /// The number of webhooks that are queued or being sent.
    unsent: watch::Sender<usize>,
}

impl AppWebhooks {
    pub(crate) fn new(
        sdk_app_id: u32,
        clock: EmulatorClock,
        config: Option<Arc<WebhookConfig>>,
    ) -> Self {
        let (queue, queued) = mpsc::channel(MAX_QUEUED);
        Self {
            sdk_app_id,
            clock,
            config: Mutex::new(config),
            log: Mutex::default(),
            queue,
            queued: Mutex::new(Some(queued)),
            unsent: watch::Sender::new(0),
        }
    }

    pub(crate) fn config(&self) -> Option<Arc<WebhookConfig>> {
        lock(&self.config).clone()
    }

    pub(crate) fn set_config(&self, config: Option<WebhookConfig>) {
        *lock(&self.config) = config.map(Arc::new);
    }

    /// Returns the occasion of what happens now; `None` if the app has no webhooks.
    pub(crate) fn occasion(&self, origin: Origin) -> Option<Occasion> {
        let time = UnixMillis::new(self.clock.unix_millis());
        self.config().map(|config| Occasion { config, origin, time })
    }

    pub(crate) fn sent(&self) -> Vec<SentWebhook> {
        lock(&self.log).kept()
    }

    /// Returns the number of calls that ended so far.
    pub(crate) fn ended(&self) -> u64 {
        lock(&self.log).ended()
    }

    /// Forgets the webhooks that were sent.
    pub(crate) fn clear_log(&self) {
        lock(&self.log).clear();
    }

    /// Queues reports, in this order. Reports for which the queue has no space are dropped.
    pub(crate) fn enqueue(&self, events: Vec<Event>) {
        for event in events {
            let command = event.spec.command;
            self.unsent.send_modify(|unsent| *unsent += 1);
            if self.queue.try_send(event).is_err() {
                self.unsent.send_modify(|unsent| *unsent -= 1);
                warn!(command, "dropped a webhook: {MAX_QUEUED} others wait to be sent");
            }
        }
    }

    /// Waits until all webhooks that were queued so far have been sent, repeats included.
    pub(crate) async fn settled(&self) {
        // The sender lives as long as this.
        let _ = self.unsent.subscribe().wait_for(|unsent| *unsent == 0).await;
    }

    /// Sends queued reports until `stop` closes, then those that are left, for 3 seconds at most.
    pub(crate) async fn deliver(&self, mut stop: watch::Receiver<()>) {
        let Some(mut queued) = lock(&self.queued).take() else { return };
        let mut work = pin!(async {
            while let Some(event) = queued.recv().await {
                self.report(&event).await;
                self.unsent.send_modify(|unsent| *unsent -= 1);
            }
        });
        tokio::select! {
            () = &mut work => return,
            _ = stop.changed() => {}
        }
        let rest = async {
            tokio::select! {
                () = &mut work => {}
                () = self.settled() => {}
            }
        };
        if timeout(SHUTDOWN_TIMEOUT, rest).await.is_err() {
            warn!("dropped webhooks that were not sent before the shutdown");
        }
    }

    async fn report(&self, event: &Event) {
        let attempts = if event.config.repeat { MAX_ATTEMPTS } else { 1 };
        for attempt in 1..=attempts {
            if self.send(event, attempt).await.is_ok() {
                return;
            }
            if attempt < attempts {
                sleep(REPEAT_DELAY).await;
            }
        }
    }

    /// Asks the app's server, once.
    pub(crate) async fn ask(&self, question: &Event) -> Answer {
        Answer::new(question, self.send(question, 1).await)
    }

    async fn send(&self, event: &Event, attempt: u32) -> Result<Bytes, WebhookFailure> {
        let command = event.spec.command;
        let sent = UnixMillis::new(self.clock.unix_millis());
        let parameters = request::parameters(event, self.sdk_app_id, sent.seconds());
        let start = Instant::now();
        let response = event.config.client().send(request::request(event, &parameters)).await;
        let outcome = response.and_then(|response| {
            (event.check)(&response)
                .map_err(|reason| WebhookFailure::InvalidResponse { reason })
                .map(|()| response)
        });
        let duration = start.elapsed();
        match &outcome {
            Ok(_) => debug!(command, ?duration, "sent a webhook"),
            Err(failure) => warn!(command, attempt, %failure, "failed to send a webhook"),
        }
        lock(&self.log).add(SentWebhook {
            number: 0,
            command,
            parameters,
            body: Bytes::clone(&event.body),
            attempt,
            sent,
            duration,
            outcome: outcome.clone(),
        });
        outcome
    }
}

/// The number of reports that wait for the app's server.
const MAX_QUEUED: usize = 10_000;

const MAX_ATTEMPTS: u32 = 3;

const REPEAT_DELAY: Duration = Duration::from_secs(1);

const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);
