//! The time to sign and to verify one UserSig, on one core.
#![allow(missing_docs, reason = "criterion's macros generate public items")]

use std::{error::Error, hint::black_box};

use chat_usersig::{SecretKey, Signer};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn user_sigs(criterion: &mut Criterion) {
    if let Err(error) = run(criterion) {
        unreachable!("the benchmark's own input is valid: {error}");
    }
}

fn run(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let key = SecretKey::new("7f14aa0fe5569517d3bae57a4b2dcbed15a635f8382f64330c39e35ad25650ae")?;
    let signer = Signer::new(1_400_000_001, key);
    let user_sig = signer.sign("administrator", TIME, EXPIRE)?;

    let mut group = criterion.benchmark_group("user_sig");
    group.throughput(Throughput::Elements(1));
    group.bench_function("sign", |bencher| {
        // A different time for every UserSig, as when signing for many accounts.
        let mut time = TIME;
        bencher.iter(|| {
            time += 1;
            signer.sign(black_box("administrator"), time, EXPIRE)
        });
    });
    group.bench_function("verify", |bencher| {
        bencher.iter(|| signer.verify(black_box(user_sig.as_str()), Some("administrator"), TIME));
    });
    group.finish();
    Ok(())
}

criterion_group!(benches, user_sigs);
criterion_main!(benches);

const TIME: u64 = 1_700_000_000;
const EXPIRE: u32 = 604_800;
