//! Every batched endpoint can be used in a job.

use chat_admin::End;
use chat_arbitrary::arbitrary;
use chat_tests::Wire;
use chat_types::{
    Batched,
    typed::{self, BatchedVisitor, TypedEndpoint},
};
use serde::de::DeserializeOwned;

use super::block_on;

#[test]
fn batched_endpoints_report_every_item_of_a_long_list() {
    let mut checked = Checked::default();
    typed::visit_batched(&mut checked);
    let specs = typed::all().iter().map(TypedEndpoint::spec);
    let batched = specs.filter(|spec| spec.batch.is_some()).map(|spec| spec.id().to_string());
    assert_eq!(checked.0, batched.collect::<Vec<_>>());
}

/// The endpoints that have been checked.
#[derive(Default)]
struct Checked(Vec<String>);

impl BatchedVisitor for Checked {
    fn visit<E: Batched + DeserializeOwned>(&mut self) {
        check::<E>();
        self.0.push(E::SPEC.id().to_string());
    }
}

/// Sends a list of arbitrary items and returns arbitrary responses of the endpoint.
fn check<E: Batched + DeserializeOwned>() {
    let (template, items) = list::<E>();
    let batch_size = E::BATCH.max.map_or(BATCH_SIZE, |max| BATCH_SIZE.min(max as usize));
    let length = items.len();
    let wire = Wire::new(|number, _| Ok(arbitrary(number as u64).response(E::SPEC)));
    block_on(async {
        let job = wire.admin().unwrap().batch(template, items).batch_size(batch_size);
        let mut running = job.ordered().start();
        let mut indices = Vec::new();
        while let Some(chunk) = running.next().await {
            assert_eq!(chunk.endpoint.id().to_string(), E::SPEC.id().to_string());
            assert!(chunk.items.len() <= batch_size);
            indices.extend(chunk.items.iter().map(|item| item.index));
        }
        let reported = indices.len();
        assert_eq!(indices, (0..reported as u64).collect::<Vec<u64>>(), "{}", E::SPEC.id());
        // A message that may still have to be sent first blocks later ones.
        if matches!(running.end(), Some(End::Complete)) || !E::BATCH.sequential {
            assert_eq!(reported, length, "{}: {:?}", E::SPEC.id(), running.end());
            assert_eq!(wire.sent().len(), length.div_ceil(batch_size), "{}", E::SPEC.id());
        }
    });
}

/// Returns a template and a few more items than fit into three calls.
fn list<E: Batched + DeserializeOwned>() -> (E, Vec<E::Item>) {
    let requests =
        (0..).map(|seed| serde_json::from_value::<E>(arbitrary(seed).request(E::SPEC)).unwrap());
    let mut items = Vec::new();
    for request in requests {
        items.extend(request.items().iter().cloned());
        if items.len() > 3 * BATCH_SIZE {
            return (request, items);
        }
    }
    unreachable!("the requests are endless")
}

const BATCH_SIZE: usize = 7;
