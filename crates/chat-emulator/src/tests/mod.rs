//! Tests of the service without sockets.

mod damage;
mod damaged_bodies;
mod many_emulators;
