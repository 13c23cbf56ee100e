//! Where it talks to, and as whom: option before environment before default.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use chat_admin::Admin;
use chat_transport::Client;
use chat_types::Region;
use chat_usersig::{SecretKey, Signer};
use clap::Args;
use zeroize::Zeroizing;

use crate::{duration, error::Error};

/// Settings of the connection, as given on the command line.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct SettingsOptions {
    /// Region of the app: china, singapore, seoul, tokyo, frankfurt, silicon-valley, jakarta, mumbai
    /// [env: CHAT_REGION]
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<Region>,

    /// Base URL instead of a region: https, or http to loopback [env: CHAT_ENDPOINT]
    #[arg(long, global = true, value_name = "URL")]
    endpoint: Option<String>,

    /// SDKAppID of the app [env: CHAT_SDKAPPID]
    #[arg(long, global = true, value_name = "N", value_parser = app)]
    sdkappid: Option<u32>,

    /// Account that is called as, or signed for [env: CHAT_IDENTIFIER] [default: administrator]
    #[arg(long, global = true, value_name = "NAME")]
    identifier: Option<String>,

    /// File with the secret key, or - for standard input [env: CHAT_SECRET_KEY, the key itself]
    #[arg(long, global = true, value_name = "PATH")]
    secret_key_file: Option<PathBuf>,

    /// PEM file with a CA to trust beside those of the system [env: CHAT_CA_FILE]
    #[arg(long, global = true, value_name = "PEM")]
    ca_file: Option<PathBuf>,

    /// Time limit for each call, such as 10s; its wait for the quota counts [default: 10s]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration::parse)]
    timeout: Option<Duration>,
}

impl SettingsOptions {
    /// These, and others where these say nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        // The two exclude each other.
        let (region, endpoint) = match (self.region, self.endpoint) {
            (None, None) => (other.region, other.endpoint),
            given => given,
        };
        Self {
            region,
            endpoint,
            sdkappid: self.sdkappid.or(other.sdkappid),
            identifier: self.identifier.or(other.identifier),
            secret_key_file: self.secret_key_file.or(other.secret_key_file),
            ca_file: self.ca_file.or(other.ca_file),
            timeout: self.timeout.or(other.timeout),
        }
    }

    /// The files that are meant, to be found again from another directory.
    pub(crate) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let key = self.secret_key_file.as_mut().filter(|path| path.as_path() != Path::new("-"));
        key.into_iter().chain(self.ca_file.as_mut())
    }
}

/// The settings that hold, each looked up when it is needed.
pub(crate) struct Settings {
    options: SettingsOptions,
}

/// Where the service is.
enum Address {
    Region(Region),
    Endpoint(String),
}

impl Settings {
    pub(crate) fn new(options: SettingsOptions) -> Self {
        Self { options }
    }

    /// Many calls as one.
    pub(crate) fn admin(&self) -> Result<Admin, Error> {
        self.client().map(Admin::new)
    }

    pub(crate) fn client(&self) -> Result<Client, Error> {
        let address = self.address()?;
        let sdk_app_id = self.sdk_app_id()?;
        let mut builder =
            Client::builder(sdk_app_id, self.secret_key()?).identifier(self.identifier()?);
        builder = match address {
            Address::Region(region) => builder.region(region),
            Address::Endpoint(url) => builder.endpoint(url),
        };
        if let Some(timeout) = self.options.timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(pem) = self.extra_root_certificates()? {
            builder = builder.extra_root_certificates(pem);
        }
        Ok(builder.build()?)
    }

    pub(crate) fn signer(&self) -> Result<Signer, Error> {
        Ok(Signer::new(self.sdk_app_id()?, self.secret_key()?))
    }

    pub(crate) fn sdk_app_id(&self) -> Result<u32, Error> {
        self.optional_sdk_app_id()?.ok_or_else(|| {
            Error::configuration("the app is not set")
                .with_hint("set --sdkappid or CHAT_SDKAPPID; the console shows the number")
        })
    }

    /// The app, where it can also be told from something else.
    pub(crate) fn optional_sdk_app_id(&self) -> Result<Option<u32>, Error> {
        match self.options.sdkappid {
            Some(sdk_app_id) => Ok(Some(sdk_app_id)),
            None => variable("CHAT_SDKAPPID")?
                .map(|text| {
                    app(&text).map_err(|why| {
                        Error::configuration(format!("CHAT_SDKAPPID cannot be used: {why}"))
                    })
                })
                .transpose(),
        }
    }

    pub(crate) fn identifier(&self) -> Result<String, Error> {
        if let Some(identifier) = &self.options.identifier {
            return Ok(identifier.clone());
        }
        Ok(variable("CHAT_IDENTIFIER")?.unwrap_or_else(|| DEFAULT_IDENTIFIER.to_owned()))
    }

    /// The account, if it was named on the command line.
    pub(crate) fn chosen_identifier(&self) -> Option<&str> {
        self.options.identifier.as_deref()
    }

    /// Whether the key is read from standard input, which then holds nothing else.
    pub(crate) fn takes_standard_input(&self) -> bool {
        self.options.secret_key_file.as_deref() == Some(Path::new("-"))
    }

    /// The key, from a file or the environment. No error shows any of it.
    pub(crate) fn secret_key(&self) -> Result<SecretKey, Error> {
        let Some(path) = &self.options.secret_key_file else {
            let text = std::env::var_os("CHAT_SECRET_KEY").ok_or_else(|| {
                Error::configuration("the secret key is not set")
                    .with_hint("set --secret-key-file or CHAT_SECRET_KEY; the console shows it")
            })?;
            let text = text.into_string().map_err(|text| {
                drop(Zeroizing::new(text.into_encoded_bytes()));
                Error::configuration("CHAT_SECRET_KEY is not text")
            })?;
            return usable_key("CHAT_SECRET_KEY", &Zeroizing::new(text));
        };
        if self.takes_standard_input() {
            let text = read_key(io::stdin().lock())
                .map_err(|error| unreadable_key("standard input", &error))?;
            return usable_key("standard input", &text);
        }
        let name = path.display().to_string();
        let text =
            File::open(path).and_then(read_key).map_err(|error| unreadable_key(&name, &error))?;
        usable_key(&name, &text)
    }

    fn address(&self) -> Result<Address, Error> {
        let options = (self.options.region, self.options.endpoint.clone());
        if let Some(address) = one_of(options, "--region and --endpoint")? {
            return Ok(address);
        }
        let region = variable("CHAT_REGION")?
            .map(|text| {
                text.parse::<Region>().map_err(|why| {
                    Error::configuration(format!("CHAT_REGION cannot be used: {why}"))
                })
            })
            .transpose()?;
        let environment = (region, variable("CHAT_ENDPOINT")?);
        one_of(environment, "CHAT_REGION and CHAT_ENDPOINT")?.ok_or_else(|| {
            Error::configuration("the address of the service is not set").with_hint(
                "set --region or CHAT_REGION to the app's region, or --endpoint or CHAT_ENDPOINT \
                 to a base URL",
            )
        })
    }

    fn extra_root_certificates(&self) -> Result<Option<Vec<u8>>, Error> {
        let path = self
            .options
            .ca_file
            .clone()
            .or_else(|| set_variable("CHAT_CA_FILE").map(PathBuf::from));
        let Some(path) = path else { return Ok(None) };
        let pem = File::open(&path)
            .and_then(|file| read_at_most(file, MAX_CA_FILE))
            .map_err(|error| Error::unreadable(&path, &error))?;
        Ok(Some(pem))
    }
}

fn one_of(choice: (Option<Region>, Option<String>), names: &str) -> Result<Option<Address>, Error> {
    match choice {
        (Some(_), Some(_)) => Err(Error::configuration(format!("both {names} are set"))
            .with_hint("the two exclude each other; leave one out")),
        (Some(region), None) => Ok(Some(Address::Region(region))),
        (None, Some(url)) => Ok(Some(Address::Endpoint(url))),
        (None, None) => Ok(None),
    }
}

/// A variable as text; an empty one counts as not set.
fn variable(name: &str) -> Result<Option<String>, Error> {
    set_variable(name)
        .map(|value| {
            value.into_string().map_err(|_| Error::configuration(format!("{name} is not text")))
        })
        .transpose()
}

fn set_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Reads an SDKAppID.
pub(crate) fn app(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|sdk_app_id| *sdk_app_id != 0)
        .ok_or_else(|| format!("expected an SDKAppID between 1 and {}", u32::MAX))
}

/// Takes the line feed off that editors put behind a key.
fn usable_key(name: &str, text: &str) -> Result<SecretKey, Error> {
    let key = text.trim_end_matches(['\r', '\n']);
    if key.trim().is_empty() {
        return Err(Error::configuration(format!("the secret key in {name} is empty"))
            .with_hint("copy it from the app's page in the console"));
    }
    SecretKey::new(key).map_err(|error| Error::configuration(error.to_string()))
}

fn unreadable_key(name: &str, error: &io::Error) -> Error {
    Error::configuration(format!("the secret key cannot be read from {name}: {error}"))
}

fn read_key(source: impl Read) -> io::Result<Zeroizing<String>> {
    let bytes = read_at_most(source, MAX_KEY)?;
    String::from_utf8(bytes).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8")
    })
}

/// Reads to the end of what must be short. The buffer never moves, so it leaves no copies.
fn read_at_most(source: impl Read, max: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(max + 1);
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    source.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > max {
        drop(Zeroizing::new(bytes));
        let why = format!("it has more than {max} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(bytes)
}

const DEFAULT_IDENTIFIER: &str = "administrator";

/// A key has 64 characters.
const MAX_KEY: usize = 4 * 1024;

const MAX_CA_FILE: usize = 1024 * 1024;
