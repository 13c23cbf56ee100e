//! Settings of the connection. An option takes precedence over the environment, the environment over
//! the profile, and the profile over the default.

mod environment;
mod files;
mod key;
mod login;
mod options;
mod profiles;

use std::{
    cell::OnceCell,
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use chat_admin::Admin;
use chat_transport::{Client, SharedQuota};
use chat_types::Region;
use chat_usersig::Signer;

use self::environment::variable;
pub(crate) use self::{
    environment::{redis_password, string_variable},
    files::{key_from_file, key_from_variable},
    login::{look_up_admin, verify_login},
    options::SettingsOptions,
    profiles::{Profile, Profiles, directory, write_private},
};
use crate::{endpoint_name::without_parameters, error::Error, parsers};

/// The settings in effect, each looked up when it is needed.
pub(crate) struct Settings {
    options: SettingsOptions,
    /// The profile in effect, read when it is needed first.
    profile: OnceCell<Profile>,
}

/// Where the service is.
enum Address {
    Region(Region),
    Endpoint(String),
}

impl Settings {
    pub(crate) fn new(options: SettingsOptions) -> Self {
        Self { options, profile: OnceCell::new() }
    }

    /// Returns the settings of a profile alone, as far as the environment does not change them.
    pub(crate) fn of_profile(profile: Profile) -> Self {
        Self { options: SettingsOptions::default(), profile: OnceCell::from(profile) }
    }

    /// Builds the client for jobs, lists and pages.
    pub(crate) fn admin(&self) -> Result<Admin, Error> {
        self.client().map(Admin::new)
    }

    /// Builds the client for single calls.
    pub(crate) fn client(&self) -> Result<Client, Error> {
        self.client_at(self.address()?)
    }

    /// Builds the client for single calls in another region.
    pub(crate) fn client_in(&self, region: Region) -> Result<Client, Error> {
        self.client_at(Address::Region(region))
    }

    fn client_at(&self, address: Address) -> Result<Client, Error> {
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
        if let Some(quota) = self.shared_quota()? {
            builder = builder.shared_quota(quota);
        }
        Ok(builder.build()?)
    }

    pub(crate) fn signer(&self) -> Result<Signer, Error> {
        Ok(Signer::new(self.sdk_app_id()?, self.secret_key()?))
    }

    pub(crate) fn sdk_app_id(&self) -> Result<u32, Error> {
        self.optional_sdk_app_id()?.ok_or_else(|| {
            Error::configuration("the app is not set").with_hint(
                "set --sdkappid or CHAT_SDKAPPID; the app's page in the console shows the number",
            )
        })
    }

    /// Returns the app, for commands that can do without.
    pub(crate) fn optional_sdk_app_id(&self) -> Result<Option<u32>, Error> {
        if let Some(sdk_app_id) = self.options.sdkappid {
            return Ok(Some(sdk_app_id));
        }
        let text = string_variable("CHAT_SDKAPPID")?;
        let text = text.map(|text| {
            parsers::sdk_app_id(&text)
                .map_err(|why| Error::configuration(format!("invalid CHAT_SDKAPPID: {why}")))
        });
        match text.transpose()? {
            Some(sdk_app_id) => Ok(Some(sdk_app_id)),
            None => Ok(self.profile()?.sdkappid),
        }
    }

    pub(crate) fn identifier(&self) -> Result<String, Error> {
        if let Some(identifier) = &self.options.identifier {
            return Ok(identifier.clone());
        }
        if let Some(identifier) = string_variable("CHAT_IDENTIFIER")? {
            return Ok(identifier);
        }
        let of_profile = self.profile()?.identifier.clone();
        Ok(of_profile.unwrap_or_else(|| DEFAULT_IDENTIFIER.to_owned()))
    }

    /// Returns the account, if the command line names it.
    pub(crate) fn chosen_identifier(&self) -> Option<&str> {
        self.options.identifier.as_deref()
    }

    /// Returns whether the key comes from standard input, which can then provide nothing else.
    pub(crate) fn takes_standard_input(&self) -> bool {
        self.options.secret_key_file.as_deref() == Some(Path::new("-"))
    }

    /// Returns the profile in effect: the chosen one, or the current one, or an empty one.
    fn profile(&self) -> Result<&Profile, Error> {
        if let Some(profile) = self.profile.get() {
            return Ok(profile);
        }
        let chosen = match &self.options.profile {
            Some(name) => Some(name.clone()),
            None => string_variable("CHAT_PROFILE")?,
        };
        let profiles = Profiles::read()?;
        let profile = match chosen.or_else(|| profiles.current.clone()) {
            Some(name) => profiles.get(&name)?.clone(),
            None => Profile::default(),
        };
        Ok(self.profile.get_or_init(|| profile))
    }

    /// Returns the address as a URL.
    pub(crate) fn base_url(&self) -> Result<String, Error> {
        Ok(match self.address()? {
            Address::Region(region) => format!("https://{}", region.spec().domain),
            Address::Endpoint(url) => without_parameters(&url).to_owned(),
        })
    }

    /// Returns the address in words.
    pub(crate) fn address_text(&self) -> Result<String, Error> {
        Ok(match self.address()? {
            Address::Region(region) => format!("region {region}"),
            Address::Endpoint(url) => without_parameters(&url).to_owned(),
        })
    }

    /// Returns whether the server is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let Ok(Address::Endpoint(url)) = self.address() else { return false };
        let authority = url.split_once("://").map_or(&*url, |(_, rest)| rest);
        let authority = authority.split('/').next().unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    fn address(&self) -> Result<Address, Error> {
        let options = (self.options.region, self.options.endpoint.clone());
        if let Some(address) = one_address(options, "--region and --endpoint")? {
            return Ok(address);
        }
        let region = string_variable("CHAT_REGION")?
            .map(|text| {
                parsers::region(&text)
                    .map_err(|why| Error::configuration(format!("invalid CHAT_REGION: {why}")))
            })
            .transpose()?;
        let environment = (region, string_variable("CHAT_ENDPOINT")?);
        if let Some(address) = one_address(environment, "CHAT_REGION and CHAT_ENDPOINT")? {
            return Ok(address);
        }
        let profile = self.profile()?;
        let of_profile = (profile.region()?, profile.endpoint.clone());
        let names = "region and endpoint of the profile";
        one_address(of_profile, names)?.ok_or_else(|| {
            Error::configuration("the address of the service is not set").with_hint(
                "set --region or CHAT_REGION to the app's region, or --endpoint or CHAT_ENDPOINT \
                 to a base URL; `chatctl profile add` keeps them",
            )
        })
    }

    /// Returns the quota that this process shares with others; without one, it has its own.
    fn shared_quota(&self) -> Result<Option<SharedQuota>, Error> {
        let option = self.options.redis.clone();
        let given = option.map_or_else(|| string_variable("CHAT_REDIS"), |url| Ok(Some(url)))?;
        let url = match given {
            Some(url) => Some(url),
            None => self.profile()?.redis.clone(),
        };
        let Some(url) = url else { return Ok(None) };
        let quota = SharedQuota::redis(&url).map_err(|why| {
            Error::configuration(why.to_string()).with_hint("check --redis or CHAT_REDIS")
        })?;
        let quota = quota.timeout(REDIS_TIMEOUT);
        Ok(Some(match redis_password()? {
            Some(password) => quota.or_password(&password),
            None => quota,
        }))
    }

    /// Returns the PEM certificates that are trusted in addition to the system's.
    pub(crate) fn extra_root_certificates(&self) -> Result<Option<Vec<u8>>, Error> {
        let option = self.options.ca_file.clone();
        let given = option.or_else(|| variable("CHAT_CA_FILE").map(PathBuf::from));
        let path = match given {
            Some(path) => Some(path),
            None => self.profile()?.ca_file.clone(),
        };
        path.map(|path| files::certificates(&path)).transpose()
    }
}

fn one_address(
    given: (Option<Region>, Option<String>),
    names: &str,
) -> Result<Option<Address>, Error> {
    match given {
        (Some(_), Some(_)) => {
            Err(Error::configuration(format!("both {names} are set")).with_hint("set only one"))
        }
        (Some(region), None) => Ok(Some(Address::Region(region))),
        (None, Some(url)) => Ok(Some(Address::Endpoint(url))),
        (None, None) => Ok(None),
    }
}

const DEFAULT_IDENTIFIER: &str = "administrator";

/// A person who waits for a command rather has it wait for a slow server than fail.
const REDIS_TIMEOUT: Duration = Duration::from_secs(2);
