//! `chatctl man`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Args, Command};

use crate::{
    error::{Error, Exit},
    output::{Output, counted},
};

/// Write the manual pages, one per command, into a directory
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl man /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// Directory to write to, which is created
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Man {
    /// Writes the pages of this command line.
    pub(crate) fn run(&self, mut command: Command, out: &Output) -> Result<Exit, Error> {
        command.build();
        let mut pages = 0;
        fs::create_dir_all(&self.directory)
            .and_then(|()| write_pages(&command, "chatctl", &self.directory, &mut pages))
            .map_err(|error| {
                let directory = self.directory.display();
                Error::configuration(format!("cannot write manual pages to {directory}: {error}"))
            })?;
        let pages = counted(pages, "manual page");
        out.note(format_args!("wrote {pages} to {}", self.directory.display()));
        Ok(Exit::Done)
    }
}

fn write_pages(command: &Command, name: &str, directory: &Path, pages: &mut u64) -> io::Result<()> {
    let subcommands = command.get_subcommands().filter(|each| each.get_name() != "help");
    for subcommand in subcommands {
        let name = format!("{name}-{}", subcommand.get_name());
        write_pages(subcommand, &name, directory, pages)?;
    }
    let mut page = Vec::new();
    // clap wants names that live as long as the program.
    let titled = command.clone().name(name.to_owned()).bin_name(name.replace('-', " "));
    clap_mangen::Man::new(titled).render(&mut page)?;
    fs::write(directory.join(format!("{name}.1")), page)?;
    *pages += 1;
    Ok(())
}
