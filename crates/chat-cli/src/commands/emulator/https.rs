//! HTTPS options of the emulator.

use std::{fs, path::PathBuf};

use chat_emulator::{Emulator, Tls};
use clap::Args;

use crate::error::Error;

/// HTTPS options.
#[derive(Clone, Debug, Args)]
pub(super) struct HttpsOptions {
    /// Serve HTTPS, with a certificate authority that is generated at the start
    #[arg(long, conflicts_with = "tls_cert")]
    tls: bool,

    /// Write the certificate of that authority to this file, for clients to trust
    #[arg(long, value_name = "FILE", requires = "tls")]
    tls_ca_out: Option<PathBuf>,

    /// Further host name of the generated certificate; repeat for several
    #[arg(long, value_name = "HOST", requires = "tls")]
    tls_name: Vec<String>,

    /// Serve HTTPS with this certificate chain, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// Private key of that certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl HttpsOptions {
    /// Returns the certificate to serve HTTPS with; `None` for HTTP.
    pub(super) fn certificate(&self) -> Result<Option<Tls>, Error> {
        let read = |path: &PathBuf| {
            fs::read_to_string(path).map_err(|error| Error::unreadable(path, &error))
        };
        if let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) {
            return Ok(Some(Tls::from_pem(read(certificate)?, read(key)?)));
        }
        let generated = || self.tls_name.iter().fold(Tls::generated(), Tls::name);
        Ok(self.tls.then(generated))
    }

    /// Writes the certificate of the generated authority, if a file was named.
    pub(super) fn write_authority(&self, emulator: &Emulator) -> Result<(), Error> {
        if let (Some(path), Some(pem)) = (&self.tls_ca_out, emulator.ca_certificate()) {
            fs::write(path, pem).map_err(|error| {
                Error::configuration(format!("cannot write {}: {error}", path.display()))
            })?;
        }
        Ok(())
    }

    /// Returns the file with the certificate of the generated authority.
    pub(super) fn authority_file(&self) -> Option<&PathBuf> {
        self.tls_ca_out.as_ref()
    }
}
