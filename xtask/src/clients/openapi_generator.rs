//! Client libraries of openapi-generator: from each document one for Java, PHP and Python.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result, anyhow};

use super::{
    emulator::Emulator,
    install::version,
    paths::{Paths, VERSIONS},
    python::Python,
    step::{self, Step},
};

/// All libraries of both documents.
pub(super) struct Libraries<'a> {
    paths: &'a Paths,
    python: &'a Python<'a>,
    folder: PathBuf,
}

impl<'a> Libraries<'a> {
    pub(super) fn new(paths: &'a Paths, python: &'a Python<'a>) -> Self {
        Self { paths, python, folder: paths.work.join("openapi-generator") }
    }

    /// Generates and checks the libraries. Java takes about as long as the others together.
    pub(super) fn prepare(&self) -> Result<()> {
        version("java", "default-jdk-headless")?;
        version("javac", "default-jdk-headless")?;
        version("php", "php-cli")?;
        fs::create_dir_all(&self.folder).context("cannot create a folder for the libraries")?;
        thread::scope(|scope| {
            let java = scope.spawn(|| {
                VERSIONS.iter().try_for_each(|version| {
                    self.generate(&JAVA, version)?;
                    self.compile_java(version)
                })
            });
            for version in VERSIONS {
                self.generate(&PHP, version)?;
                self.generate(&PYTHON, version)?;
            }
            java.join().map_err(|_| anyhow!("the thread of the Java libraries failed"))?
        })
    }

    pub(super) fn call(&self, emulator: &Emulator) -> Result<()> {
        for version in VERSIONS {
            let java = self.step(&JAVA, version, "call the emulator", "java");
            let classes = self.library(&JAVA, version).join("classes");
            let java = java.args(QUICK_START).arg("--class-path").arg(self.class_path(&classes)?);
            let php = self.step(&PHP, version, "call the emulator", "php");
            let php = php.arg(self.paths.sources.join("php/client.php"));
            let python = self.step(&PYTHON, version, "call the emulator", self.python.program());
            let python = python.arg(self.paths.sources.join("python-library/client.py"));
            let calls = [
                java.arg("Client"),
                php.arg(self.library(&PHP, version)),
                python.env("PYTHONPATH", self.library(&PYTHON, version)),
            ];
            for call in calls {
                step::run(emulator.set_up(call))?;
            }
        }
        Ok(())
    }

    fn generate(&self, language: &Language, version: &str) -> Result<()> {
        let library = self.library(language, version);
        if library.exists() {
            fs::remove_dir_all(&library)
                .with_context(|| format!("cannot remove {}", library.display()))?;
        }
        let generate = self.step(language, version, "generate a library", "java");
        let generate = generate.args(QUICK_START).arg("-jar").arg(self.python.generator()?);
        let generate = generate.args(["generate", "--generator-name", language.name]);
        let generate = generate.args(["--global-property", WITHOUT_TESTS]).args(language.options);
        let generate = generate.arg("--input-spec").arg(self.paths.document(version));
        step::run(generate.arg("--output").arg(library))
    }

    fn compile_java(&self, version: &str) -> Result<()> {
        let library = self.library(&JAVA, version);
        let sources = self.paths.sources.join("java");
        let mut files = java_files(&library.join("src/main/java"))?;
        files.extend(java_files(&sources)?);
        let list: String = files.iter().map(|file| format!("\"{}\"\n", file.display())).collect();
        let arguments = library.join("files.txt");
        fs::write(&arguments, list).context("cannot write the list of Java files")?;
        let compile = self.step(&JAVA, version, "compile", "javac");
        let compile = compile.args(["-proc:none", "-nowarn", "-J-XX:TieredStopAtLevel=1"]);
        let compile = compile.arg("--class-path").arg(self.python.generator()?);
        let compile = compile.arg("-d").arg(library.join("classes"));
        step::run(compile.arg(format!("@{}", arguments.display())))
    }

    /// The classes of a library with what they need. The generator contains Jackson.
    fn class_path(&self, classes: &Path) -> Result<String> {
        Ok(format!("{}:{}", classes.display(), self.python.generator()?.display()))
    }

    fn library(&self, language: &Language, version: &str) -> PathBuf {
        self.folder.join(format!("{}-{version}", language.name))
    }

    fn step(
        &self,
        language: &Language,
        version: &str,
        what: &str,
        program: impl AsRef<Path>,
    ) -> Step {
        let name = format!("openapi-generator: {} {version}: {what}", language.name);
        self.paths.step(&name, program, &self.folder)
    }
}

/// A language with the options of its generator; `tests/clients/README.md` gives the reasons.
struct Language {
    name: &'static str,
    options: &'static [&'static str],
}

fn java_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry.context("cannot read a folder of Java files")?.path();
        if path.is_dir() {
            found.extend(java_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "java") {
            found.push(path);
        }
    }
    Ok(found)
}

const JAVA: Language = Language {
    name: "java",
    options: &[
        "--library",
        "native",
        "--additional-properties",
        "openApiNullable=false,hideGenerationTimestamp=true,containerDefaultToNull=true",
        "--schema-mappings",
        "TagValue=Object",
    ],
};

const PHP: Language = Language {
    name: "php",
    options: &["--type-mappings", "AnyInt64=int,AnyUint64=int,AnyUint32=int,AnyFlag=int"],
};

const PYTHON: Language = Language { name: "python", options: &[] };

const WITHOUT_TESTS: &str = "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false";

/// The programs run for seconds, in which an optimizing compiler costs more than it saves.
const QUICK_START: [&str; 2] = ["-Xshare:auto", "-XX:TieredStopAtLevel=1"];
