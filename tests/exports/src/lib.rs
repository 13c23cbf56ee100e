//! Only tests: the exported schemas and OpenAPI documents agree with the types.
//!
//! They stand apart because `jsonschema` switches on features of `serde_json` that users of the other
//! crates do not get.
