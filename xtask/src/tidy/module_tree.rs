//! The modules of one crate: which file each is in, and which file defines a name.

use std::collections::{BTreeMap, BTreeSet};

use syn::{File, Item, UseTree, Visibility};

use super::sources::Source;

/// A module's path from the crate root: empty for the root itself.
pub(super) type ModulePath = Vec<String>;

/// The modules of a crate that have a file of their own.
pub(super) struct ModuleTree<'s> {
    pub(super) modules: BTreeMap<ModulePath, Module<'s>>,
}

/// One file, parsed.
pub(super) struct Module<'s> {
    pub(super) path: &'s str,
    pub(super) file: File,
    /// Names that the module re-exports, with the path that each comes from.
    reexports: BTreeMap<String, Vec<String>>,
    children: BTreeSet<String>,
}

impl<'s> ModuleTree<'s> {
    /// The crate whose root file is `src/lib.rs` or `src/main.rs` in this folder.
    pub(super) fn read(folder: &str, sources: &'s [Source]) -> syn::Result<Self> {
        let mut modules = BTreeMap::new();
        let inside = format!("{folder}/src/");
        for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
            let Some(rest) = source.path.strip_prefix(&inside) else { continue };
            let file = syn::parse_file(&source.text)?;
            modules.insert(module_path(rest), Module::new(&source.path, file));
        }
        Ok(Self { modules })
    }

    /// The file that defines what a path of a module names: `crate::a::B`, `super::b`, `self::c`.
    pub(super) fn resolve(&self, from: &[String], path: &[String]) -> Option<&ModulePath> {
        let absolute = absolute(from, path)?;
        self.definition(&absolute, MAX_REEXPORTS)
    }

    fn definition(&self, path: &[String], hops: u32) -> Option<&ModulePath> {
        let (home, module) = self.deepest(path)?;
        let Some(name) = path.get(home.len()) else { return Some(home) };
        let Some(origin) = module.reexports.get(name).filter(|_| hops > 0) else {
            return Some(home);
        };
        let mut origin = absolute(home, origin)?;
        origin.extend_from_slice(&path[home.len() + 1..]);
        self.definition(&origin, hops - 1)
    }

    /// The innermost module on a path.
    fn deepest(&self, path: &[String]) -> Option<(&ModulePath, &Module<'s>)> {
        (0..=path.len()).rev().find_map(|length| self.modules.get_key_value(&path[..length]))
    }
}

impl<'s> Module<'s> {
    fn new(path: &'s str, file: File) -> Self {
        let mut reexports = BTreeMap::new();
        let mut children = BTreeSet::new();
        for item in &file.items {
            match item {
                Item::Use(item) if !matches!(item.vis, Visibility::Inherited) => {
                    let mut names = Vec::new();
                    flatten(&item.tree, &mut Vec::new(), &mut names);
                    for (name, origin) in names {
                        reexports.insert(name, origin);
                    }
                }
                Item::Mod(item) => {
                    children.insert(item.ident.to_string());
                }
                _ => {}
            }
        }
        // `pub use a::B` names the child `a`, as `pub use self::a::B` does.
        for origin in reexports.values_mut() {
            if origin.first().is_some_and(|first| children.contains(first)) {
                origin.insert(0, "self".to_owned());
            }
        }
        Self { path, file, reexports, children }
    }

    /// Whether a path that starts with this word may name a module of the crate.
    pub(super) fn is_local(&self, first: &str) -> bool {
        matches!(first, "crate" | "super" | "self") || self.children.contains(first)
    }
}

/// Every name that a `use` brings in, with its whole path.
pub(super) fn flatten(
    tree: &UseTree,
    prefix: &mut Vec<String>,
    names: &mut Vec<(String, Vec<String>)>,
) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, names);
            prefix.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, names);
            }
        }
        UseTree::Name(name) if name.ident == "self" => {
            names.push((prefix.last().cloned().unwrap_or_default(), prefix.clone()));
        }
        UseTree::Name(name) => names.push((name.ident.to_string(), joined(prefix, &name.ident))),
        UseTree::Rename(name) => names.push((name.rename.to_string(), joined(prefix, &name.ident))),
        // The names are unknown; the module itself is what is imported.
        UseTree::Glob(_) => names.push(("*".to_owned(), prefix.clone())),
    }
}

fn joined(prefix: &[String], name: &syn::Ident) -> Vec<String> {
    let mut path = prefix.to_vec();
    path.push(name.to_string());
    path
}

/// A path from the crate root, for one that starts with `crate`, `self`, `super` or a child.
fn absolute(from: &[String], path: &[String]) -> Option<Vec<String>> {
    let mut base = from.to_vec();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        _ => {}
    }
    while rest.first().is_some_and(|word| word == "super") {
        base.pop()?;
        rest = &rest[1..];
    }
    base.extend_from_slice(rest);
    Some(base)
}

/// `a/b.rs` and `a/b/mod.rs` are `a::b`; `lib.rs` and `main.rs` are the root.
fn module_path(file: &str) -> ModulePath {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" | "main" | "mod" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// A name is re-exported at most this often before it counts as defined where the search stands.
const MAX_REEXPORTS: u32 = 8;
