//! What several receivers share, on a Redis or Valkey server.

mod duplicates;
mod link;
mod stream;
mod worker;

pub use chat_redis::{Address as RedisAddress, AddressError as RedisAddressError};

pub use self::{
    duplicates::RedisDuplicates,
    stream::{RedisStream, StreamError, StreamLength},
    worker::{StreamStats, StreamWorker},
};
