//! No circular imports: the files of a crate can be read from the bottom up.
//!
//! An import is an edge from the file that names something to the file that defines it, through any
//! re-exports. Test modules do not count, and neither does a parent that declares its children.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use syn::{
    Attribute, ItemMod, ItemUse,
    visit::{self, Visit},
};

use super::{
    module_tree::{self, Module, ModulePath, ModuleTree},
    sources::Sources,
    violation::Violation,
};

/// Reports every group of files of a crate that import each other in a circle.
pub(super) fn check(sources: &Sources) -> Result<Vec<Violation>> {
    let crates: BTreeSet<&str> = sources
        .with_ending(".rs")
        .filter_map(|source| Some(source.path.split_once("/src/")?.0))
        .collect();
    let mut violations = Vec::new();
    for folder in crates {
        let tree = ModuleTree::read(folder, &sources.0)
            .with_context(|| format!("cannot parse the sources of {folder}"))?;
        for circle in circles(&edges(&tree)) {
            let files: Vec<&str> = circle.iter().map(|module| tree.modules[*module].path).collect();
            if !is_allowed(&files) {
                violations.push(Violation {
                    path: files[0].to_owned(),
                    line: None,
                    message: format!("circular imports: {}", files.join(", ")),
                });
            }
        }
    }
    Ok(violations)
}

fn is_allowed(files: &[&str]) -> bool {
    ALLOWED.iter().any(|(allowed, _)| *allowed == files)
}

type Edges<'t> = BTreeMap<&'t ModulePath, BTreeSet<&'t ModulePath>>;

fn edges<'t>(tree: &'t ModuleTree<'_>) -> Edges<'t> {
    let mut edges = Edges::new();
    for (from, module) in &tree.modules {
        let mut imports = Imports { tree, from, module, targets: BTreeSet::new() };
        imports.visit_file(&module.file);
        imports.targets.remove(from);
        edges.insert(from, imports.targets);
    }
    edges
}

/// Collects the files that a file imports from.
struct Imports<'t, 's> {
    tree: &'t ModuleTree<'s>,
    from: &'t ModulePath,
    module: &'t Module<'s>,
    targets: BTreeSet<&'t ModulePath>,
}

impl Imports<'_, '_> {
    fn add(&mut self, path: &[String]) {
        if path.first().is_some_and(|first| self.module.is_local(first)) {
            self.targets.extend(self.tree.resolve(self.from, path));
        }
    }
}

impl Visit<'_> for Imports<'_, '_> {
    fn visit_item_mod(&mut self, item: &ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        // A re-export is not a dependency of the module that passes it on.
        if is_test(&item.attrs) || !matches!(item.vis, syn::Visibility::Inherited) {
            return;
        }
        let mut names = Vec::new();
        module_tree::flatten(&item.tree, &mut Vec::new(), &mut names);
        for (_, path) in names {
            self.add(&path);
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.segments.len() > 1 {
            let words: Vec<_> = path.segments.iter().map(|part| part.ident.to_string()).collect();
            self.add(&words);
        }
        visit::visit_path(self, path);
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
    })
}

/// The strongly connected components of more than one file (Tarjan).
fn circles<'t>(edges: &Edges<'t>) -> Vec<Vec<&'t ModulePath>> {
    let mut search =
        Search { edges, next: 0, marks: BTreeMap::new(), stack: Vec::new(), found: Vec::new() };
    for module in edges.keys() {
        if !search.marks.contains_key(*module) {
            search.visit(module);
        }
    }
    for circle in &mut search.found {
        circle.sort();
    }
    search.found
}

struct Search<'e, 't> {
    edges: &'e Edges<'t>,
    next: usize,
    /// Order of the visit, and the earliest module on the stack that can be reached.
    marks: BTreeMap<&'t ModulePath, (usize, usize)>,
    stack: Vec<&'t ModulePath>,
    found: Vec<Vec<&'t ModulePath>>,
}

impl<'t> Search<'_, 't> {
    fn visit(&mut self, module: &'t ModulePath) -> usize {
        let order = self.next;
        self.next += 1;
        self.marks.insert(module, (order, order));
        self.stack.push(module);
        let mut low = order;
        for target in self.edges.get(module).into_iter().flatten() {
            match self.marks.get(target) {
                None => low = low.min(self.visit(target)),
                Some((order, _)) if self.stack.contains(target) => low = low.min(*order),
                Some(_) => {}
            }
        }
        self.marks.insert(module, (order, low));
        if low == order {
            let start = self.stack.iter().position(|on| *on == module).unwrap_or_default();
            let circle = self.stack.split_off(start);
            if circle.len() > 1 {
                self.found.push(circle);
            }
        }
        low
    }
}

/// Circles that are meant, with the reason: a handle and its owner.
const ALLOWED: &[(&[&str], &str)] = &[
    (
        &[
            "crates/chat-admin/src/admin.rs",
            "crates/chat-admin/src/facade/account.rs",
            "crates/chat-admin/src/facade/accounts.rs",
            "crates/chat-admin/src/facade/broadcast.rs",
            "crates/chat-admin/src/facade/group.rs",
            "crates/chat-admin/src/facade/groups.rs",
        ],
        "`Admin` hands out the facades, and each of them holds an `Admin`",
    ),
    (
        &["crates/chat-emulator/src/builder.rs", "crates/chat-emulator/src/emulator.rs"],
        "`Emulator::builder` starts the builder that makes it",
    ),
    (
        &["crates/chat-quota/src/limiter.rs", "crates/chat-quota/src/permit.rs"],
        "a permit returns what it did not use to its limiter",
    ),
    (
        &["crates/chat-transport/src/builder.rs", "crates/chat-transport/src/client.rs"],
        "`Client::builder` starts the builder that makes it",
    ),
    (
        &["crates/chat-types/src/check/object.rs", "crates/chat-types/src/check/value.rs"],
        "an object holds values, and a value may be an object",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of<const N: usize>(files: [(&str, &str); N]) -> Vec<String> {
        let sources = Sources::of(files);
        check(&sources).unwrap().into_iter().map(|each| each.message).collect()
    }

    #[test]
    fn a_circle_through_a_reexport_is_found() {
        let found = circles_of([
            ("crates/c/src/lib.rs", "mod a; mod b;"),
            ("crates/c/src/a/mod.rs", "mod inner; pub(crate) use self::inner::Inner;"),
            ("crates/c/src/a/inner.rs", "use crate::b::B; pub struct Inner;"),
            ("crates/c/src/b.rs", "use crate::a::Inner; pub struct B;"),
        ]);
        assert_eq!(found, ["circular imports: crates/c/src/a/inner.rs, crates/c/src/b.rs"]);
    }

    #[test]
    fn an_expression_that_names_another_file_is_an_import() {
        let found = circles_of([
            ("crates/c/src/lib.rs", "mod a; mod b;"),
            ("crates/c/src/a.rs", "pub fn a() { super::b::b() }"),
            ("crates/c/src/b.rs", "pub fn b() { crate::a::a() }"),
        ]);
        assert_eq!(found, ["circular imports: crates/c/src/a.rs, crates/c/src/b.rs"]);
    }

    #[test]
    fn layers_tests_and_reexports_are_no_circle() {
        let found = circles_of([
            ("crates/c/src/lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
            ("crates/c/src/a.rs", "pub struct A; #[cfg(test)] mod tests { use crate::b::B; }"),
            ("crates/c/src/b.rs", "use crate::A; pub struct B(A);"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
