//! Tests of chat-types by behaviour.

mod check;
mod codes;
mod outcomes;
mod pages;
mod reading;
mod tables;
mod times;
