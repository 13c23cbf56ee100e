use crate::program::Chatctl;

#[test]
fn the_demo_does_everything_without_a_refusal() {
    let ran = Chatctl::new(&["demo", "--members", "3000"]).run().exits(0);
    let report = ran.json();
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
fn the_demo_is_a_table_where_one_is_asked_for() {
    let ran = Chatctl::new(&["demo", "--members", "10", "--output", "table", "--quiet"]).run();
    let ran = ran.exits(0);
    assert!(ran.out.contains("STEP") && ran.out.contains("unmute all"), "{ran:?}");
    assert!(ran.err.is_empty(), "{ran:?}");
}
