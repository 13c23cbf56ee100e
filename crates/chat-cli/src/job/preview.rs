//! `--dry-run` of jobs that look up what is to be done.

use std::{collections::HashSet, pin::pin, sync::Arc};

use chat_admin::{CallPreview, Job, Source};
use chat_transport::Client;
use futures_util::TryStreamExt as _;
use serde::Serialize;
use serde_json::Value;

use super::{
    JobOptions, Over,
    plan::{Calls, DryRun},
    tally::{KEPT, SHOWN, Tally},
};
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    job::bar::Bar,
    output::{Output, counted, table},
};

/// What a job would do, found out by reading all that it would read.
struct Preview {
    calls: Vec<Calls>,
    groups: HashSet<Arc<str>>,
    removals: Vec<Removal>,
    omitted: u64,
    not_known: Tally,
}

#[derive(Serialize)]
struct Removal {
    target: String,
    account: String,
}

/// Prints what a job would do. Whatever it has to look up for that is looked up.
pub(crate) async fn preview<S: Source>(
    job: Job<S>,
    client: &Client,
    over: Over,
    options: &JobOptions,
    out: &mut Output,
) -> Result<Exit, Error> {
    let job = options.run.apply(job);
    let mut interrupts = Interrupts::listen();
    let bar = Bar::new(out, "looking up", None);
    let mut preview = Preview::new(over);
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
                break Err(Error::interrupted("interrupted while it was looked up what to do")
                    .with_hint("nothing was changed"));
            }
        }
    };
    bar.clear();
    read?;
    preview.print(client, over, options, out)
}

impl Preview {
    fn new(over: Over) -> Self {
        let (calls, groups, removals) = Default::default();
        Self { calls, groups, removals, omitted: 0, not_known: Tally::new(over) }
    }

    fn add(&mut self, call: CallPreview) {
        self.not_known.add(&call.not_sent);
        if call.items.is_empty() {
            return;
        }
        let items = call.items.len() as u64;
        let calls = self.calls_of(&call);
        calls.items = calls.items.map(|before| before + items);
        calls.calls = calls.calls.map(|before| before + 1);
        let Some(target) = call.target else { return };
        for account in call.items {
            if self.removals.len() < KEPT {
                self.removals.push(Removal { target: target.to_string(), account });
            } else {
                self.omitted += 1;
            }
        }
        self.groups.insert(target);
    }

    fn calls_of(&mut self, call: &CallPreview) -> &mut Calls {
        let index = self.calls.iter().position(|calls| std::ptr::eq(calls.endpoint, call.endpoint));
        let index = index.unwrap_or_else(|| {
            self.calls.push(Calls {
                endpoint: call.endpoint,
                items: Some(0),
                calls: Some(0),
                is_safe_to_repeat: call.is_safe_to_repeat,
            });
            self.calls.len() - 1
        });
        &mut self.calls[index]
    }

    fn print(
        self,
        client: &Client,
        over: Over,
        options: &JobOptions,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let Self { calls, groups, removals, omitted, not_known } = self;
        let least = calls.iter().filter_map(|calls| Some((calls.endpoint, calls.calls?)));
        let least = least.map(|(endpoint, calls)| client.min_duration(endpoint, calls)).sum();
        let items: u64 = calls.iter().filter_map(|calls| calls.items).sum();
        let dry_run = DryRun::new(calls, Some(least), options)?;
        let looks_up = over == Over::AccountsLookedUp;
        if out.is_json() {
            let mut document = dry_run.to_json();
            if looks_up {
                document.insert("removals".to_owned(), items.into());
                document.insert("groups".to_owned(), groups.len().into());
                document.insert("items".to_owned(), value(&removals));
                document.insert("items_left_out".to_owned(), omitted.into());
                document.insert("not_looked_up".to_owned(), value(not_known.rows()));
            }
            out.json(&document)?;
        } else {
            if looks_up && items > 0 {
                let mut rows = table(["ACCOUNT", "GROUP"]);
                let shown = removals.iter().take(SHOWN);
                rows.add_rows(shown.map(|removal| [&removal.account, &removal.target]));
                out.table(&rows)?;
                match items.saturating_sub(SHOWN as u64) {
                    0 => {}
                    more => out.line(format_args!("and {more} more; --output json lists them"))?,
                }
                let removals = counted(items, "removal");
                let groups = counted(groups.len() as u64, "group");
                out.line(format_args!("{removals} in {groups}"))?;
            } else if looks_up {
                out.line("nobody is to be removed")?;
            }
            not_known.print(out)?;
            dry_run.print_table(out)?;
        }
        match not_known.rows().len() as u64 + not_known.omitted() {
            0 => Ok(Exit::Done),
            count => {
                Err(Error::partial(format!("{} could not be looked up", counted(count, "account")))
                    .with_hint("the output says which and why"))
            }
        }
    }
}

fn value(rows: &(impl Serialize + ?Sized)) -> Value {
    serde_json::to_value(rows).unwrap_or_default()
}
