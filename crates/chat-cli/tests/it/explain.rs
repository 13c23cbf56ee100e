//! `chatctl explain`.

use chat_types::{ENDPOINTS, ERROR_CODE_RANGES, ERROR_CODES};
use serde_json::Value;

use crate::program::Chatctl;

fn explain(args: &[&str]) -> Value {
    Chatctl::new(&[&["explain"], args].concat()).run().exits(0).json()
}

fn table(args: &[&str]) -> String {
    let args = [&["explain"], args, &["--output", "table"]].concat();
    Chatctl::new(&args).run().exits(0).stdout
}

#[test]
fn code_has_meaning_cause_remedy_and_page() {
    let code = explain(&["60026"]);
    for member in ["meaning", "cause", "remedy", "class"] {
        assert!(code[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {code}");
    }
    assert!(code["remedy"].as_str().unwrap().contains("region"), "{code}");
    assert_eq!(code["retry"], "in_another_region");
    let pages = code["documentation_urls"].as_array().unwrap();
    assert!(pages[0].as_str().unwrap().starts_with("https://"), "{code}");

    let text = table(&["60026"]);
    for row in ["cause", "remedy", "retry", "class", "pages"] {
        assert!(text.lines().any(|line| line.starts_with(row)), "no {row} in {text}");
    }
}

#[test]
fn code_without_an_explanation_of_its_own_is_not_documented() {
    for code in ["70346", "70032", "70347", "65000", "4711"] {
        Chatctl::new(&["explain", code]).run().exits(2).says(&[code, "not documented"]);
    }
}

#[test]
fn custom_refusal_of_a_webhook_is_explained() {
    for range in ERROR_CODE_RANGES {
        let (from, to) = (range.from.to_string(), range.to.to_string());
        for code in [&from, &to] {
            let explained = explain(&[code]);
            assert_eq!(explained["range"]["from"], range.from.get(), "{explained}");
            assert_eq!(explained["retry"], "never", "{explained}");
            assert!(explained["remedy"].as_str().unwrap().contains("webhook"), "{explained}");
        }
    }
    let webhooks = explain(&["10150"])["webhooks"].to_string();
    assert!(webhooks.contains("Group.CallbackBeforeSendMsg"), "{webhooks}");
    assert!(!webhooks.contains("C2C"), "{webhooks}");
    assert!(explain(&["120500"])["webhooks"].to_string().contains("C2C.CallbackBeforeSendMsg"));
}

#[test]
fn every_endpoint_is_named_once_and_only_other_meanings_are_repeated() {
    let text = table(&["10010"]);
    let documenting = |command: &str| {
        let mut endpoints = ENDPOINTS.iter().filter(|spec| spec.command == command);
        endpoints.any(|spec| spec.errors.iter().any(|error| error.code.get() == 10010))
    };
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == ',').collect();
    assert!(documenting("forbid_send_msg"));
    assert_eq!(words.iter().filter(|word| **word == "forbid_send_msg").count(), 1, "{text}");
    assert_eq!(text.matches("does not exist or was dissolved").count(), 1, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");

    let text = table(&["10007"]);
    assert!(text.contains("MEANING THERE"), "{text}");
    assert!(text.contains("group_open_http_svc/get_specified_group_member_info"), "{text}");
    let code = explain(&["10007"]);
    let endpoints = code["endpoints"].as_array().unwrap();
    let own = endpoints.iter().filter(|endpoint| endpoint["meaning"].is_string()).count();
    assert!((1..endpoints.len()).contains(&own), "{own} of {}", endpoints.len());
}

#[test]
fn service_restricts_endpoints_and_meanings() {
    let general = explain(&["10010"]);
    let other = explain(&["10010", "--service", "official_account_open_http_svc"]);
    assert_ne!(general["meaning"], other["meaning"]);
    assert!(other["meaning"].as_str().unwrap().contains("official account"), "{other}");
    assert_eq!(other["class"], "unknown", "what is known of a group says nothing about it");
    for endpoint in other["endpoints"].as_array().unwrap() {
        let name = endpoint["endpoint"].as_str().unwrap();
        assert!(name.starts_with("official_account_open_http_svc/"), "{name}");
    }
    let none = table(&["10010", "--service", "sns"]);
    assert!(none.contains("no endpoint of sns documents it"), "{none}");
    let unknown = Chatctl::new(&["explain", "30001", "--service", "snss"]).run().exits(2);
    unknown.says(&["unknown service", "sns", "chatctl explain --help"]);
}

#[test]
fn every_documented_code_can_be_explained_as_text() {
    for spec in ERROR_CODES.iter().step_by(40) {
        let text = table(&[&spec.code.to_string()]);
        assert!(text.contains(spec.name), "{text}");
    }
    assert!(table(&["0"]).contains("Success"));
}

#[test]
fn explanation_is_in_the_language_that_is_asked_for() {
    let args = ["10010", "--language", "zh"];
    let code = explain(&args);
    assert_eq!(code["meaning"], "群组不存在或已解散。");
    assert!(code["cause"].as_str().unwrap().contains("不存在"), "{code}");
    assert_eq!(code["retry"], "never", "names stay the same in every language");
    let text = table(&args);
    for row in ["原因", "处理", "重试"] {
        assert!(text.lines().any(|line| line.starts_with(row)), "no {row} in {text}");
    }
    // Its meaning in another service has no Chinese text.
    let other = explain(&[&args[..], &["--service", "official_account_open_http_svc"]].concat());
    assert!(other["meaning"].as_str().unwrap().contains("official account"), "{other}");
}

#[test]
fn locale_chooses_the_language_of_tables_only() {
    let run = |output: &str, locale: &str| {
        let args = ["explain", "70001", "--output", output];
        Chatctl::new(&args).env("LC_ALL", locale).run().exits(0).stdout
    };
    assert!(run("table", "zh_CN.UTF-8").contains("UserSig 已过期"));
    assert!(run("table", "en_US.UTF-8").contains("has expired"));
    assert!(run("json", "zh_CN.UTF-8").contains("has expired"));
}

#[test]
fn every_text_in_chinese_is_chinese() {
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let mut texts = 0;
    for spec in ERROR_CODES {
        let Some(zh) = spec.zh else { continue };
        texts += 1;
        for text in [Some(zh.meaning), zh.remedy].into_iter().flatten() {
            assert!(is_chinese(text) && text.ends_with('。'), "{}: {text}", spec.name);
        }
        assert_eq!(zh.remedy.is_some(), spec.remedy.is_some(), "{}: one remedy only", spec.name);
    }
    assert!(texts > 100, "{texts}");
}

#[test]
fn codes_of_client_libraries_are_explained() {
    for (code, word) in [
        ("6013", "initialized"),
        ("6014", "logged in"),
        ("6206", "expired"),
        ("6208", "another device"),
        ("9508", "network"),
    ] {
        let code = explain(&[code]);
        assert_eq!(code["area"], "client_sdk", "{code}");
        assert!(code["meaning"].as_str().unwrap().contains(word), "{code}");
    }
    assert_eq!(explain(&["6206"])["retry"], "after_new_signature");
}

#[test]
fn undocumented_code_is_placed_among_documented_ones() {
    let code = |code: &str| Chatctl::new(&["explain", code]).run().exits(2);
    code("20043").says(&["20043 is not documented", "20000 to 20999", "message", "ErrorInfo"]);
    code("9999").says(&["9000 to 9999", "client_sdk"]);
    code("4711").says(&["none from 4000 to 4999", "https://"]);
}
