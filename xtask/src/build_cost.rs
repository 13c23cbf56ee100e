//! `cargo xtask build-cost`: the cost of a dependency on the crates, in compile time and size.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

/// Builds chat-types, small programs on the crates, and the programs in `folders`, each from scratch,
/// and prints a table of the costs.
pub(crate) fn print(root: &Path, folders: &[&str]) -> Result<()> {
    let directory = tempfile::tempdir().context("cannot create a folder for the programs")?;
    let mut targets = vec![BuildTarget::package(root, "chat-types")];
    for program in PROGRAMS {
        targets.push(program.write(root, directory.path())?);
    }
    for folder in folders {
        targets.push(BuildTarget::program(folder, Path::new(folder).to_path_buf())?);
    }
    let mut output = io::stdout();
    writeln!(output, "{HEADER}")?;
    for target in &targets {
        let crates = target.crates()?;
        let debug = target.build(Profile::Debug)?;
        let release = target.build(Profile::Release)?;
        let size =
            release.size.map_or("–".to_owned(), |size| format!("{:.2} MiB", mebibytes(size)));
        let BuildTarget { name, .. } = target;
        writeln!(output, "| {name} | {crates} | {debug} | {release} | {size} |")?;
    }
    Ok(())
}

/// A package whose build is measured.
struct BuildTarget {
    name: String,
    folder: PathBuf,
    package: String,
    is_program: bool,
}

impl BuildTarget {
    fn package(root: &Path, package: &str) -> Self {
        Self {
            name: format!("`cargo build -p {package}`"),
            folder: root.to_path_buf(),
            package: package.to_owned(),
            is_program: false,
        }
    }

    fn program(name: &str, folder: PathBuf) -> Result<Self> {
        let path = folder.join("Cargo.toml");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let manifest: toml::Table = toml::from_str(&text)
            .with_context(|| format!("invalid manifest {}", path.display()))?;
        let package = manifest.get("package").and_then(|package| package.get("name")?.as_str());
        let package = package
            .with_context(|| format!("missing package name in {}", path.display()))?
            .to_owned();
        Ok(Self { name: name.to_owned(), folder, package, is_program: true })
    }

    /// The number of crates that are compiled, with build scripts and macros but without its own.
    fn crates(&self) -> Result<usize> {
        let mut tree = Command::new(cargo());
        tree.current_dir(&self.folder)
            .args(["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
            .args(["--package", &self.package])
            .stderr(Stdio::inherit());
        let output = tree.output().context("cannot run cargo tree")?;
        ensure!(output.status.success(), "cargo tree failed for {}", self.name);
        let lines = String::from_utf8_lossy(&output.stdout);
        let found: BTreeSet<&str> =
            lines.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        Ok(found.len() - 1)
    }

    /// Builds into an empty target folder.
    fn build(&self, profile: Profile) -> Result<Build> {
        let target = tempfile::tempdir().context("cannot create a target folder")?;
        // The shell counts the CPU time of its children, which the standard library does not expose.
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "\"$@\" >&2 || exit; times", "sh"])
            .arg(cargo())
            .args(["build", "--quiet", "--package", &self.package])
            .args(profile.arguments())
            .current_dir(&self.folder)
            // As in the build of someone who takes the crates from a registry.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_RELEASE_STRIP", "true")
            .env("CARGO_TARGET_DIR", target.path())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit());
        let start = Instant::now();
        let output = shell.output().context("cannot run sh")?;
        let wall = start.elapsed();
        ensure!(output.status.success(), "cannot build {}", self.name);
        let times = String::from_utf8_lossy(&output.stdout);
        let cpu = cpu_of_children(&times)
            .with_context(|| format!("cannot read what `times` printed: {times}"))?;
        let size = match (profile, self.is_program) {
            (Profile::Release, true) => {
                let binary = target.path().join("release").join(&self.package);
                Some(fs::metadata(&binary).context("cannot find the program")?.len())
            }
            _ => None,
        };
        Ok(Build { wall, cpu, size })
    }
}

/// A program that shows the cost of its dependencies.
struct Program {
    name: &'static str,
    dependencies: &'static str,
    main: &'static str,
}

impl Program {
    /// Writes it to a folder, with the versions in the lock file of the workspace.
    fn write(&self, root: &Path, directory: &Path) -> Result<BuildTarget> {
        let folder = directory.join(self.name.replace([' ', ',', ':'], "-"));
        let crates = root.join("crates");
        let crates = crates.to_str().context("the path of the workspace is not valid UTF-8")?;
        let dependencies = self.dependencies.replace("CRATES", crates);
        let manifest = format!("{MANIFEST}{dependencies}");
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/main.rs"), self.main)?;
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        BuildTarget::program(self.name, folder)
    }
}

#[derive(Clone, Copy)]
enum Profile {
    Debug,
    Release,
}

impl Profile {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Debug => &[],
            Self::Release => &["--release"],
        }
    }
}

struct Build {
    wall: Duration,
    cpu: Duration,
    size: Option<u64>,
}

impl std::fmt::Display for Build {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} s | {:.1} s", self.cpu.as_secs_f64(), self.wall.as_secs_f64())
    }
}

/// User and system time in the second line of what `times` prints, such as `1m2.5s 0m3.25s`.
fn cpu_of_children(times: &str) -> Option<Duration> {
    let (user, system) = times.lines().nth(1)?.split_once(' ')?;
    let seconds = |text: &str| {
        let (minutes, seconds) = text.trim().strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    };
    Duration::try_from_secs_f64(seconds(user)? + seconds(system)?).ok()
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn cargo() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

const HEADER: &str = "\
| what | crates | debug, CPU | wall | release, CPU | wall | stripped binary |
| --- | --: | --: | --: | --: | --: | --: |";

const MANIFEST: &str = "\
[package]
name = \"hello\"
edition = \"2024\"

[workspace]

[dependencies]
";

const PROGRAMS: &[Program] = &[
    Program {
        name: "chat-types: write a request, read a response",
        dependencies: "\
chat-types = { path = \"CRATES/chat-types\" }
serde_json = \"1\"
",
        main: TYPES,
    },
    Program {
        name: "chat-types, `group` alone",
        dependencies: "\
chat-types = { path = \"CRATES/chat-types\", default-features = false, features = [\"group\"] }
serde_json = \"1\"
",
        main: TYPES,
    },
    Program {
        name: "chat-admin: mute a member",
        dependencies: "\
chat-admin = { path = \"CRATES/chat-admin\" }
tokio = { version = \"1\", features = [\"macros\", \"rt\"] }
",
        main: ADMIN,
    },
    Program {
        name: "chat-admin, `group` alone",
        dependencies: "\
chat-admin = { path = \"CRATES/chat-admin\", default-features = false, features = [\"group\", \"hyper\"] }
tokio = { version = \"1\", features = [\"macros\", \"rt\"] }
",
        main: ADMIN,
    },
];

const TYPES: &str = r##"
use chat_types::{Endpoint, Envelope, MuteTime, group::ForbidSendMsg};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mute = ForbidSendMsg::new("@TGS#2C5SZEAEF", ["peter"], MuteTime::Forever);
    mute.check()?;
    println!("{} {}", ForbidSendMsg::SPEC.path(), serde_json::to_string(&mute)?);
    let response = std::io::read_to_string(std::io::stdin())?;
    println!("{:?}", Envelope::read(response.as_bytes())?);
    Ok(())
}
"##;

const ADMIN: &str = r##"
use chat_admin::{Admin, transport::{Client, SecretKey}, types::Region};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = SecretKey::new(std::env::var("CHAT_SECRET_KEY")?)?;
    let client = Client::builder(1_400_000_000, key).region(Region::Singapore).build()?;
    let report = Admin::new(client).group("@TGS#2C5SZEAEF").mute(["peter"]).run().await;
    println!("{}", report.summary);
    Ok(())
}
"##;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_in_the_second_line_of_times() {
        let seconds = |text| cpu_of_children(text).map(|time| time.as_secs_f64());
        assert_eq!(seconds("0m0.00s 0m0.00s\n1m2.50s 0m3.25s\n"), Some(65.75));
        assert_eq!(seconds("0m0.000000s 0m0.000000s\n0m0.010000s 0m0.000000s\n"), Some(0.01));
        assert_eq!(seconds("0m0.00s 0m0.00s\n"), None);
        assert_eq!(seconds("real 1.0\nuser 2.0\n"), None);
    }
}
