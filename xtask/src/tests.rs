//! Tests of the generator with a small spec that uses every key, and with invalid ones.

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
fn workspace_is_tidy() {
    crate::tidy::check(&workspace()).unwrap();
}

#[test]
fn small_spec_matches_snapshots() {
    let files = files_of_small();
    for (path, text) in &files {
        if let Some(name) = path.strip_prefix(&format!("{GENERATED}/message/")) {
            insta::assert_snapshot!(name.replace('/', "."), text);
        }
    }
    for name in ["list_archived.rs", "list_shelves.rs"] {
        insta::assert_snapshot!(name, files[&format!("{GENERATED}/archive/{name}")]);
    }
    insta::assert_snapshot!("readme", files["README.md"]);
    insta::assert_snapshot!("limits", files[&format!("{GENERATED}/limits.rs")]);
    insta::assert_snapshot!("types", files[&format!("{GENERATED}/types.rs")]);
    insta::assert_snapshot!("types.spec", files[&format!("{GENERATED}/spec/types.rs")]);
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
fn openapi_3_0_differs_only_where_required() {
    let files = files_of_small();
    let [newer, older] =
        ["3.1", "3.0"].map(|version| files[&format!("{OPENAPI}/openapi-{version}.json")].as_str());
    let difference = similar::TextDiff::from_lines(newer, older);
    insta::assert_snapshot!("openapi-3.0.diff", difference.unified_diff().context_radius(2));
}

#[test]
fn openapi_names_are_unique_and_references_resolve() {
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
                "{reference} is missing in version {version}"
            );
        }
        let mut names = BTreeSet::new();
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(names.insert(name.to_lowercase()), "duplicate {name}");
        }
        let mut operations = BTreeSet::new();
        walk(&document, &mut |key, value| {
            if key == "operationId" {
                assert!(operations.insert(value.to_string()), "duplicate {value}");
            }
        });
        assert!(operations.len() >= 252, "only {} operations", operations.len());
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
fn code_of_small_spec_compiles() {
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
    // The hand-written documentation mentions endpoints that the small spec lacks.
    fs::write(root.join("crates/chat-types/README.md"), "").unwrap();
    let manifest = fs::read_to_string(workspace.join("Cargo.toml")).unwrap();
    let manifest = manifest.replace(
        "members = [\"crates/*\", \"tests\", \"tests/arbitrary\", \"tests/exports\", \"xtask\"]",
        "members = [\"crates/*\"]",
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();

    for features in ["--all-features", "--features=archive", "--features=webhook", "--features="] {
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
fn area_feature_implies_the_areas_it_uses() {
    let files = files_of_small();
    insta::assert_snapshot!("features", files["crates/chat-types/Cargo.toml"]);
    insta::assert_snapshot!("forwarded_features", files["crates/chat-admin/Cargo.toml"]);
}

#[test]
fn manifest_without_marks_is_rejected() {
    let folder = copy_of_small();
    fs::write(folder.path().join("crates/chat-admin/Cargo.toml"), "[features]\n").unwrap();
    let error = codegen::generate(folder.path(), Generator::ALL).unwrap_err().to_string();
    assert!(error.contains("missing line \"# <areas>"), "{error}");
    assert!(error.contains("crates/chat-admin/Cargo.toml"), "{error}");
}

#[test]
fn committed_files_are_up_to_date() {
    codegen::check(&workspace(), Generator::ALL).unwrap();
}

#[test]
fn generation_is_deterministic() {
    assert_eq!(files_of_small(), files_of_small());
}

#[test]
fn check_shows_stale_files_and_leaves_them_alone() {
    let folder = copy_of_small();
    let root = folder.path();
    codegen::write(root, Generator::ALL).unwrap();
    codegen::check(root, Generator::ALL).unwrap();
    let path = format!("{GENERATED}/message/mark_read.rs");
    let stale = fs::read_to_string(root.join(&path)).unwrap().replace("A message to mark", "Old");
    fs::write(root.join(&path), &stale).unwrap();
    fs::write(root.join(GENERATED).join("message/gone.rs"), "").unwrap();

    let error = codegen::check(root, Generator::ALL).unwrap_err().to_string();

    assert!(error.contains("-/// Old."), "{error}");
    assert!(error.contains("+/// A message to mark."), "{error}");
    assert!(error.contains("gone.rs: no longer generated from spec/"), "{error}");
    assert!(error.contains("run `cargo xtask codegen`"), "{error}");
    assert_eq!(fs::read_to_string(root.join(&path)).unwrap(), stale);
}

#[test]
fn files_of_a_removed_endpoint_are_deleted() {
    let folder = copy_of_small();
    let root = folder.path();
    codegen::write(root, Generator::ALL).unwrap();
    fs::remove_file(root.join("spec/endpoints/message/mark_read.toml")).unwrap();
    codegen::write(root, Generator::ALL).unwrap();
    assert!(!root.join(GENERATED).join("message/mark_read.rs").exists());
    assert!(!root.join("crates/chat-types/schemas/message/mark_read.request.json").exists());
}

#[test]
fn spec_errors_in_endpoints() {
    let mark = "spec/endpoints/message/mark_read.toml";
    let page = "spec/endpoints/message/get_by_sequence.toml";
    check_diagnostic("unknown_key", mark, "confidence = \"high\"", "confidnce = \"high\"");
    check_diagnostic("wrong_type", mark, "doc_page = 3", "doc_page = \"three\"");
    check_diagnostic("invalid_page_date", mark, "2025-11-03", "2025-13");
    check_diagnostic("unknown_type", mark, "Array<ItemToMark>", "Array<ItemToMrak>");
    check_diagnostic("repeat_without_field", mark, "field = \"Random\"\n", "");
    check_diagnostic("duplicate_path", page, "\"get_by_sequence\"", "\"get_by_key\"");
    check_diagnostic("unknown_service", page, "\"sample_svc\"", "\"simple_svc\"");
    check_diagnostic("unknown_group_type", page, "[\"Public\"]", "[\"Pubilc\"]");
    check_diagnostic(
        "bound_of_wrong_type",
        page,
        "doc = \"How many.\"",
        "doc = \"N\"\nmax_items = 3",
    );
    check_diagnostic(
        "older_of_wrong_type",
        page,
        "doc = \"1 at the end.\"",
        "doc = \"1\"\nolder = true",
    );
    check_diagnostic(
        "quirk_of_wrong_type",
        page,
        "doc = \"1 at the end.\"",
        "doc = \"1\"\nquirk = \"padded_string\"",
    );
    check_diagnostic(
        "at_least_one_of_unknown_field",
        mark,
        "\"All\", \"Note\"",
        "\"All\", \"Not\"",
    );
    check_diagnostic("unknown_edition_of_quota", mark, "{ pro-plus = 5 }", "{ pro-pluss = 5 }");
    check_diagnostic("unknown_edition_of_limit", mark, "[\"trial\"]", "[\"trail\"]");
    check_diagnostic(
        "limit_of_calls_and_items",
        mark,
        "{ calls = 1000,",
        "{ calls = 1000, items = 2,",
    );
    check_diagnostic("limit_of_nothing", mark, "{ items = 600, ", "{ ");
    check_diagnostic(
        "unchanged_without_window",
        mark,
        "\"with_field\"\nfield = \"Random\"\nwindow_seconds = 300",
        "\"unchanged\"",
    );
    check_diagnostic("unknown_area", "spec/service.toml", "[areas.message]", "[areas.mesage]");
    check_diagnostic("unknown_region", "spec/service.toml", "north-pole", "south-pole");
}

#[test]
fn spec_errors_in_batch_and_paging() {
    let mark = "spec/endpoints/message/mark_read.toml";
    let page = "spec/endpoints/message/get_by_sequence.toml";
    let values = "spec/endpoints/message/set_values.toml";
    let online = "spec/endpoints/message/mark_online.toml";
    check_diagnostic("batch_without_field", mark, "field = \"Items\"", "field = \"Itmes\"");
    check_diagnostic("batch_of_a_scalar", mark, "field = \"Items\"", "field = \"All\"");
    check_diagnostic("outcome_without_list", mark, "list = \"ResultItem\"", "list = \"Results\"");
    check_diagnostic("paging_without_items", page, "items = \"RspMsgList\"", "items = \"MsgList\"");
    check_diagnostic("paging_without_end", page, "end = [{ no_items = true }, ", "end = []\n# ");
    let list = "spec/endpoints/archive/list_archived.toml";
    let optional = "type = \"ArchivePage\"\n";
    let required = format!("{optional}required = true\n");
    check_diagnostic("paging_through_optional_object", list, &required, optional);
    check_diagnostic("paging_of_unknown_path", list, "\"Page.Total\"", "\"Page.Totals\"");
    let receipts = "spec/endpoints/message/get_receipts.toml";
    check_diagnostic("unclear_repeat_without_search", receipts, "searched", "note = \"\"\n# ");
    let numbered = "spec/endpoints/archive/list_shelves.toml";
    check_diagnostic("numbered_pages_without_first", numbered, ", first = 1", "");
    check_diagnostic("page_size_without_default", numbered, "default = 10\n", "");
    check_diagnostic(
        "page_size_of_unknown_field",
        page,
        "field = \"ReqMsgNumber\"",
        "field = \"Limit\"",
    );
    check_diagnostic(
        "outcome_path_to_unknown_field",
        values,
        "Target.Value.Key",
        "Target.Value.Kye",
    );
    check_diagnostic(
        "outcome_path_through_a_string",
        values,
        "Target.Value.Key",
        "Target.Value.Key.X",
    );
    check_diagnostic("outcome_parts_without_code", values, "code = \"Code\", done = [0], ", "");
    check_diagnostic("outcome_without_meaning", online, "listed = \"done\", ", "");
    check_diagnostic(
        "outcome_listed_equals_missing",
        online,
        "missing = \"failed\"",
        "missing = \"done\"",
    );
    check_diagnostic("outcome_without_reason", online, ", failed = \"The user is offline.\"", "");
    check_diagnostic(
        "outcome_of_unknown_meaning",
        mark,
        "[[batch.outcome.results]]\nvalue = 0\nmeaning = \"The message does not exist.\"\n",
        "",
    );
    check_diagnostic("repeat_field_is_not_u32", values, "type = \"u32\"", "type = \"String\"");
}

#[test]
fn spec_errors_in_webhooks() {
    let webhook = "spec/webhooks/group/CallbackBeforeSendMsg.toml";
    let service = "spec/service.toml";
    check_diagnostic("unknown_webhook_folder", service, "[\"store\"]", "[\"stores\"]");
    check_diagnostic("webhook_folder_of_two_areas", service, "[\"store\"]", "[\"message\"]");
    check_diagnostic("webhook_folder_of_default_area", service, "optional = true\n", "");
    check_diagnostic("webhook_at_wrong_path", webhook, "\"Group.", "\"C2C.");
    check_diagnostic("response_variant_without_code", webhook, "code = 0", "from = 0");
    check_diagnostic("unknown_webhook_parameter", webhook, "[\"ClientIP\"]", "[\"ClientIp\"]");
    check_diagnostic(
        "unknown_response_field",
        webhook,
        "[\"CloudCustomData\"]",
        "[\"CustomData\"]",
    );
    check_diagnostic("duplicate_key_of_unknown_field", webhook, "[\"Mentions\"]", "[\"Mention\"]");
    check_diagnostic("duplicate_key_without_fields", webhook, "fields = [\"GroupId\"], ", "");
    check_diagnostic("subject_of_unknown_field", webhook, "= \"GroupId\"", "= \"GroupID.Name\"");
    check_diagnostic("required_outside_of_an_array", webhook, "always = true\n", "");
}

#[test]
fn spec_errors_in_error_codes() {
    let mark = "spec/endpoints/message/mark_read.toml";
    let service = "spec/service.toml";
    check_diagnostic("invalid_error_code", "spec/errors.toml", "[codes.10030]", "[codes.many]");
    check_diagnostic("unknown_code_in_errors", mark, "codes = [10002", "codes = [10001, 10002");
    let meanings = "[errors.meanings]\n";
    let of_unlisted = format!("{meanings}10005 = \"Too many.\"\n");
    check_diagnostic("meaning_of_unlisted_code", mark, meanings, &of_unlisted);
    let general = "\"Internal server error; retry.\"";
    check_diagnostic("meaning_repeats_errors_toml", mark, "\"Internal server error.\"", general);
    check_diagnostic("unknown_code_in_repeat", mark, "[10025]", "[10025, 10026]");
    check_diagnostic("unknown_code_in_batch", mark, "10005", "10006");
    check_diagnostic("unknown_code_for_group_types", mark, "10007", "10008");
    check_diagnostic("unknown_code_in_service", service, "60003", "59999");
}

#[test]
fn spec_errors_in_examples() {
    let mark = "spec/endpoints/message/mark_read.toml";
    let in_item = "example = \"42_1_1700000000\"\n";
    let long = format!("example = {:?}\n", "4".repeat(101));
    let receipts = "spec/endpoints/message/get_receipts.toml";
    let ids = "spec/types/common.toml";
    check_diagnostic("example_missing", mark, in_item, "");
    check_diagnostic("example_too_long", mark, in_item, &long);
    check_diagnostic("example_of_wrong_type", mark, in_item, "example = 42\n");
    check_diagnostic("example_with_unknown_field", receipts, "{ Text = ", "{ Txt = ");
    check_diagnostic("example_with_unknown_tag", receipts, "TIMTextElem", "TIMTextElm");
    check_diagnostic("id_without_example", ids, "[\"peter\", \"leckie\"]", "[]");
    check_diagnostic("id_example_not_ascii", ids, "@TGS#2C5SZEAEF", "@TGS#été");
}

/// Replaces a piece of a file of the small spec, and compares the diagnostic with its snapshot.
fn check_diagnostic(name: &str, path: &str, piece: &str, replacement: &str) {
    let folder = copy_of_small();
    let file = folder.path().join(path);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(piece), "{path} does not contain {piece:?}");
    fs::write(&file, text.replacen(piece, replacement, 1)).unwrap();
    let error = codegen::generate(folder.path(), Generator::ALL).unwrap_err().to_string();
    insta::assert_snapshot!(format!("diagnostic.{name}"), error);
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

pub(crate) fn copy(from: &Path, to: &Path) {
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
    fixture("small")
}

/// A folder of files for tests.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

#[test]
fn readme_without_marks_is_rejected() {
    let folder = copy_of_small();
    fs::write(folder.path().join("README.md"), "<!-- coverage -->\n").unwrap();
    let error = format!("{:#}", codegen::generate(folder.path(), Generator::ALL).unwrap_err());
    assert!(error.contains("<!-- end of coverage -->"), "{error}");
}
