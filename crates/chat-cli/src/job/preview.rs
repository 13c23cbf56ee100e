//! `--dry-run` of jobs whose calls are known only once their sources are read.

use std::pin::pin;

use chat_admin::{CallPreview, Job, Source};
use chat_transport::Client;
use chat_types::spec::EndpointSpec;
use futures_util::TryStreamExt as _;

use super::{
    bar::Bar,
    dry_run::{CallCount, DryRun},
    label::ItemKind,
    lookup::Lookup,
    options::JobOptions,
};
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::Output,
};

/// The calls of a job, counted while its sources are read.
#[derive(Default)]
struct Preview {
    calls: Vec<CallCount>,
    lookup: Lookup,
}

/// Reads all that a job would read, and prints what it would do.
pub(crate) async fn preview<S: Source>(
    job: Job<S>,
    client: &Client,
    kind: ItemKind,
    options: &JobOptions,
    out: &mut Output,
) -> Result<Exit, Error> {
    let job = options.run.apply(job);
    let mut interrupts = Interrupts::listen();
    let bar = Bar::new(out, "looking up", None);
    let mut preview = Preview::default();
    let mut calls = pin!(job.preview());
    let read = loop {
        tokio::select! {
            call = calls.try_next() => match call {
                Ok(Some(call)) => {
                    bar.add(call.items.len());
                    preview.add(call);
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            },
            () = interrupts.next() => {
                break Err(Error::interrupted("interrupted before the plan was complete")
                    .with_hint("nothing was changed"));
            }
        }
    };
    bar.clear();
    read?;
    let Preview { calls, lookup } = preview;
    let exit = lookup.exit();
    let min_duration = calls
        .iter()
        .filter_map(|count| {
            Some(client.min_duration_of_items(count.endpoint, count.calls?, count.items?))
        })
        .sum();
    let lookup = (kind == ItemKind::LookedUpAccounts).then_some(lookup);
    DryRun::new(calls, Some(min_duration), lookup, options).await?.print(out)?;
    exit
}

impl Preview {
    fn add(&mut self, call: CallPreview) {
        self.lookup.add_failures(&call.not_sent);
        if call.items.is_empty() {
            return;
        }
        let items = call.items.len() as u64;
        let count = self.count_of(call.endpoint, call.is_safe_to_repeat);
        count.items = count.items.map(|before| before + items);
        count.calls = count.calls.map(|before| before + 1);
        if let Some(group) = call.target {
            self.lookup.add(call.items, group);
        }
    }

    fn count_of(
        &mut self,
        endpoint: &'static EndpointSpec,
        is_safe_to_repeat: bool,
    ) -> &mut CallCount {
        let index = self.calls.iter().position(|count| std::ptr::eq(count.endpoint, endpoint));
        let index = index.unwrap_or_else(|| {
            let (items, calls) = (Some(0), Some(0));
            self.calls.push(CallCount { endpoint, items, calls, is_safe_to_repeat });
            self.calls.len() - 1
        });
        &mut self.calls[index]
    }
}
