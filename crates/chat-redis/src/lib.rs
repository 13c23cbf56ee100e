#![doc = include_str!("../README.md")]

mod address;
mod connection;

pub use self::{
    address::{Address, AddressError},
    connection::Connection,
};
