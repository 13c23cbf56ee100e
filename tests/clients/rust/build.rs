//! Generates the client from the OpenAPI document of version 3.0.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let document: openapiv3::OpenAPI = serde_json::from_str(&fs::read_to_string(DOCUMENT)?)?;
    let client = progenitor::Generator::default().generate_tokens(&document)?;
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(folder.join("client.rs"), client.to_string())?;
    Ok(())
}

const DOCUMENT: &str = "../../../crates/chat-types/openapi/openapi-3.0.json";
