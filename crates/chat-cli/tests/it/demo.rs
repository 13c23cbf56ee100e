//! `chatctl demo`.

use crate::program::Chatctl;

#[test]
fn demo_completes_every_step_without_a_refusal() {
    let output = Chatctl::new(&["demo", "--members", "3000"]).run().exits(0);
    let report = output.json();
    assert_eq!((&report["total"]["refused"], &report["total"]["failed"]), (&0.into(), &0.into()));
    let steps = report["steps"].as_array().unwrap();
    let step = |name: &str| steps.iter().find(|step| step["step"] == name).unwrap();
    let of_both = |field: &str| {
        ["mute half", "mute the rest"].iter().map(|name| step(name)[field].as_u64().unwrap()).sum()
    };
    assert_eq!((of_both("calls"), of_both("members")), (6_u64, 3_000_u64));
    assert_eq!(step("list muted")["members"], 3_000);
    assert_eq!(step("list banned")["members"], 1_000);
    assert_eq!(step("remove")["members"], 1_200);
}

#[test]
fn demo_prints_a_table_with_output_table() {
    let output = Chatctl::new(&["demo", "--members", "10", "--output", "table", "--quiet"]).run();
    let output = output.exits(0);
    assert!(output.stdout.contains("STEP") && output.stdout.contains("unmute all"), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}
