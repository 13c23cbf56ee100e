//! The generator against a small spec that uses every key, and against broken ones.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    codegen::{self, Generator},
    print::{Files, GENERATED, OPENAPI},
};

#[test]
fn the_code_of_a_small_spec_reads_as_it_should() {
    let files = files_of_small();
    for (path, text) in &files {
        if let Some(name) = path.strip_prefix(&format!("{GENERATED}/message/")) {
            insta::assert_snapshot!(name.replace('/', "."), text);
        }
    }
    insta::assert_snapshot!("readme", files["README.md"]);
    insta::assert_snapshot!("types", files[&format!("{GENERATED}/types.rs")]);
    let webhook = format!("{GENERATED}/webhook/group/callback_before_send_msg.rs");
    insta::assert_snapshot!("webhook", files[&webhook]);
    let tables = format!("{GENERATED}/webhook/group/spec/callback_before_send_msg.rs");
    insta::assert_snapshot!("webhook.spec", files[&tables]);
    let responses = format!("{GENERATED}/webhook/spec/responses.rs");
    insta::assert_snapshot!("webhook.spec.responses", files[&responses]);
    insta::assert_snapshot!("webhook.mod", files[&format!("{GENERATED}/webhook/mod.rs")]);
    insta::assert_snapshot!("webhook.shared", files[&format!("{GENERATED}/webhook/shared.rs")]);
    let schemas = "crates/chat-types/schemas/webhook/group/callback_before_send_msg";
    insta::assert_snapshot!("webhook.response.json", files[&format!("{schemas}.response.json")]);
    let schemas = "crates/chat-types/schemas/message/mark_read";
    insta::assert_snapshot!("mark_read.request.json", files[&format!("{schemas}.request.json")]);
    insta::assert_snapshot!("mark_read.response.json", files[&format!("{schemas}.response.json")]);
    insta::assert_snapshot!("openapi-3.1.json", files[&format!("{OPENAPI}/openapi-3.1.json")]);
}

#[test]
fn openapi_3_0_differs_only_where_it_must() {
    let files = files_of_small();
    let [newer, older] =
        ["3.1", "3.0"].map(|version| files[&format!("{OPENAPI}/openapi-{version}.json")].as_str());
    let difference = similar::TextDiff::from_lines(newer, older);
    insta::assert_snapshot!("openapi-3.0.diff", difference.unified_diff().context_radius(2));
}

#[test]
fn everything_in_the_openapi_documents_has_a_name_of_its_own_and_is_there() {
    let files = codegen::generate(&workspace(), Generator::ALL).unwrap();
    for version in ["3.1", "3.0"] {
        let text = &files[&format!("{OPENAPI}/openapi-{version}.json")];
        let document: Value = serde_json::from_str(text).unwrap();
        let mut references = BTreeSet::new();
        walk(&document, &mut |key, value| {
            if key == "$ref" {
                references.insert(value.as_str().unwrap().trim_start_matches('#').to_owned());
            }
        });
        for reference in references {
            assert!(
                document.pointer(&reference).is_some(),
                "there is no {reference} in version {version}"
            );
        }
        let mut names = BTreeSet::new();
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(names.insert(name.to_lowercase()), "{name} stands twice");
        }
        let mut operations = BTreeSet::new();
        walk(&document, &mut |key, value| {
            if key == "operationId" {
                assert!(operations.insert(value.to_string()), "{value} stands twice");
            }
        });
        assert!(operations.len() >= 177, "only {} operations", operations.len());
    }
}

fn walk(value: &Value, visit: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            visit(key, member);
            walk(member, visit);
        }),
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

#[test]
fn the_code_of_a_small_spec_compiles() {
    let workspace = workspace();
    let crate_folder = tempfile::tempdir().unwrap();
    let root = crate_folder.path();
    copy(&workspace.join("crates/chat-types/src"), &root.join("crates/chat-types/src"));
    fs::remove_dir_all(root.join(GENERATED)).unwrap();
    copy(&small(), root);
    fs::copy(workspace.join("rustfmt.toml"), root.join("rustfmt.toml")).unwrap();
    let manifest = fs::read_to_string(workspace.join("crates/chat-types/Cargo.toml")).unwrap();
    let (manifest, _) = manifest.split_once("[dev-dependencies]").unwrap();
    fs::write(root.join("crates/chat-types/Cargo.toml"), manifest).unwrap();
    codegen::write(root, Generator::ALL).unwrap();

    fs::remove_dir_all(root.join("crates/chat-admin")).unwrap();
    // The hand-written documentation speaks of endpoints that the small spec does not have.
    fs::write(root.join("crates/chat-types/README.md"), "").unwrap();
    let manifest = fs::read_to_string(workspace.join("Cargo.toml")).unwrap();
    let manifest = manifest
        .replace("members = [\"crates/*\", \"tests\", \"xtask\"]", "members = [\"crates/*\"]");
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();

    for features in ["--all-features", "--features=archive", "--features="] {
        let output = Command::new(env!("CARGO"))
            .current_dir(root)
            .args(["check", "--offline", "--quiet", "--package", "chat-types"])
            .args(["--no-default-features", features])
            .env("CARGO_TARGET_DIR", workspace.join("target/small-spec"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn an_area_implies_those_whose_types_it_uses() {
    let files = files_of_small();
    insta::assert_snapshot!("features", files["crates/chat-types/Cargo.toml"]);
    insta::assert_snapshot!("forwarded_features", files["crates/chat-admin/Cargo.toml"]);
}

#[test]
fn a_manifest_without_marks_says_what_is_missing() {
    let folder = copy_of_small();
    fs::write(folder.path().join("crates/chat-admin/Cargo.toml"), "[features]\n").unwrap();
    let complaint = codegen::generate(folder.path(), Generator::ALL).unwrap_err().to_string();
    assert!(
        complaint.contains("crates/chat-admin/Cargo.toml has no line \"# <areas>"),
        "{complaint}"
    );
}

#[test]
fn what_is_committed_follows_from_the_spec() {
    codegen::check(&workspace(), Generator::ALL).unwrap();
}

#[test]
fn the_same_spec_gives_the_same_bytes() {
    assert_eq!(files_of_small(), files_of_small());
}

#[test]
fn a_stale_file_is_reported_with_a_diff_and_left_alone() {
    let folder = copy_of_small();
    let root = folder.path();
    codegen::write(root, Generator::ALL).unwrap();
    codegen::check(root, Generator::ALL).unwrap();
    let path = format!("{GENERATED}/message/mark_read.rs");
    let stale = fs::read_to_string(root.join(&path)).unwrap().replace("A message to mark", "Old");
    fs::write(root.join(&path), &stale).unwrap();
    fs::write(root.join(GENERATED).join("message/gone.rs"), "").unwrap();

    let complaint = codegen::check(root, Generator::ALL).unwrap_err().to_string();

    assert!(complaint.contains("-/// Old."), "{complaint}");
    assert!(complaint.contains("+/// A message to mark."), "{complaint}");
    assert!(complaint.contains("gone.rs: no longer generated from spec/"), "{complaint}");
    assert!(complaint.contains("run `cargo xtask codegen`"), "{complaint}");
    assert_eq!(fs::read_to_string(root.join(&path)).unwrap(), stale);
}

#[test]
fn a_removed_endpoint_takes_its_files_along() {
    let folder = copy_of_small();
    let root = folder.path();
    codegen::write(root, Generator::ALL).unwrap();
    fs::remove_file(root.join("spec/endpoints/message/mark_read.toml")).unwrap();
    codegen::write(root, Generator::ALL).unwrap();
    assert!(!root.join(GENERATED).join("message/mark_read.rs").exists());
    assert!(!root.join("crates/chat-types/schemas/message/mark_read.request.json").exists());
}

#[test]
fn mistakes_are_shown_with_file_line_column_and_the_offending_line() {
    let mark = "spec/endpoints/message/mark_read.toml";
    let page = "spec/endpoints/message/get_by_sequence.toml";
    check_mistake("unknown_key", mark, "confidence = \"high\"", "confidnce = \"high\"");
    check_mistake("wrong_type", mark, "doc_page = 3", "doc_page = \"three\"");
    check_mistake("unknown_type", mark, "Array<ItemToMark>", "Array<ItemToMrak>");
    check_mistake("batch_without_field", mark, "field = \"Items\"", "field = \"Itmes\"");
    check_mistake("batch_of_a_scalar", mark, "field = \"Items\"", "field = \"All\"");
    check_mistake("outcome_without_list", mark, "list = \"ResultItem\"", "list = \"Results\"");
    check_mistake("repeat_without_field", mark, "field = \"Random\"\n", "");
    check_mistake("paging_without_items", page, "items = \"RspMsgList\"", "items = \"MsgList\"");
    check_mistake("paging_without_end", page, "end = [{ no_items = true }, ", "end = []\n# ");
    check_mistake("page_size_of_no_field", page, "field = \"ReqMsgNumber\"", "field = \"Limit\"");
    check_mistake("duplicate_path", page, "\"get_by_sequence\"", "\"get_by_key\"");
    check_mistake("unknown_service", page, "\"sample_svc\"", "\"simple_svc\"");
    check_mistake("unknown_group_type", page, "[\"Public\"]", "[\"Pubilc\"]");
    check_mistake("misplaced_bound", page, "doc = \"How many.\"", "doc = \"N\"\nmax_items = 3");
    check_mistake(
        "useless_quirk",
        page,
        "doc = \"1 at the end.\"",
        "doc = \"1\"\nquirk = \"padded_string\"",
    );
    let webhook = "spec/webhooks/group/CallbackBeforeSendMsg.toml";
    check_mistake("webhook_elsewhere", webhook, "\"Group.", "\"C2C.");
    check_mistake("webhook_without_answers", webhook, "code = 0", "from = 0");
    check_mistake("webhook_without_parameter", webhook, "[\"ClientIP\"]", "[\"ClientIp\"]");
    check_mistake("webhook_without_field", webhook, "[\"CloudCustomData\"]", "[\"CustomData\"]");
    check_mistake("bad_code", "spec/errors.toml", "[codes.10030]", "[codes.many]");
    let values = "spec/endpoints/message/set_values.toml";
    let online = "spec/endpoints/message/mark_online.toml";
    check_mistake("outcome_path_to_nothing", values, "Target.Value.Key", "Target.Value.Kye");
    check_mistake("outcome_path_through_a_text", values, "Target.Value.Key", "Target.Value.Key.X");
    check_mistake("outcome_parts_without_code", values, "code = \"Code\", done = [0], ", "");
    check_mistake("outcome_without_meaning", online, "listed = \"done\", ", "");
    check_mistake("outcome_with_one_meaning", online, "missing = \"failed\"", "missing = \"done\"");
    check_mistake("unrenewable_mark", values, "type = \"u32\"", "type = \"String\"");
    check_mistake("at_least_one_of_nothing", mark, "\"All\", \"Note\"", "\"All\", \"Not\"");
    let service = "spec/service.toml";
    check_mistake("unknown_code_of_a_page", mark, "codes = [10002", "codes = [10001");
    let meanings = "[errors.meanings]\n";
    let of_unlisted = format!("{meanings}10005 = \"Too many.\"\n");
    check_mistake("meaning_of_an_unlisted_code", mark, meanings, &of_unlisted);
    let general = "\"Internal server error; try again.\"";
    check_mistake("meaning_that_repeats", mark, "\"Internal server error.\"", general);
    check_mistake("unknown_code_of_a_repeat", mark, "[10025]", "[10025, 10026]");
    check_mistake("unknown_code_of_a_batch", mark, "10005", "10006");
    check_mistake("unknown_code_of_group_types", mark, "10007", "10008");
    check_mistake("unknown_code_of_a_service", service, "60003", "59999");
    check_mistake("unknown_area", "spec/service.toml", "message = \"M", "mesage = \"M");
    let in_item = "example = \"42_1_1700000000\"\n";
    check_mistake("example_missing", mark, in_item, "");
    let long = format!("example = {:?}\n", "4".repeat(101));
    check_mistake("example_too_long", mark, in_item, &long);
    check_mistake("example_of_another_type", mark, in_item, "example = 42\n");
    let receipts = "spec/endpoints/message/get_receipts.toml";
    check_mistake("example_with_unknown_field", receipts, "{ Text = ", "{ Txt = ");
    check_mistake("example_with_unknown_tag", receipts, "TIMTextElem", "TIMTextElm");
    let ids = "spec/types/common.toml";
    check_mistake("id_without_example", ids, "[\"peter\", \"leckie\"]", "[]");
    check_mistake("id_example_not_ascii", ids, "@TGS#2C5SZEAEF", "@TGS#été");
}

/// Replaces a piece of a file of the small spec and pins what the generator says to it.
fn check_mistake(name: &str, path: &str, piece: &str, replacement: &str) {
    let folder = copy_of_small();
    let file = folder.path().join(path);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(piece), "{path} holds no {piece:?}");
    fs::write(&file, text.replacen(piece, replacement, 1)).unwrap();
    let complaint = codegen::generate(folder.path(), Generator::ALL).unwrap_err().to_string();
    insta::assert_snapshot!(format!("mistake.{name}"), complaint);
}

fn files_of_small() -> Files {
    codegen::generate(copy_of_small().path(), Generator::ALL).unwrap()
}

fn copy_of_small() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&small(), folder.path());
    fs::copy(workspace().join("rustfmt.toml"), folder.path().join("rustfmt.toml")).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn small() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/small")
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

#[test]
fn the_marks_of_the_readme_must_stand() {
    let folder = copy_of_small();
    fs::write(folder.path().join("README.md"), "<!-- coverage -->\n").unwrap();
    let complaint = format!("{:#}", codegen::generate(folder.path(), Generator::ALL).unwrap_err());
    assert!(complaint.contains("<!-- end of coverage -->"), "{complaint}");
}
