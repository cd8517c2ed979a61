//! Which files of a crate name something of which others. A name that a file passes on (`pub use`) is followed to the file
//! that has it; what stands under `#[cfg(test)]` is not looked at.

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// A module, or something in it, by its segments from the root of the crate.
type Names = Vec<String>;

/// The files, and what each imports.
pub struct Graph {
    imports: BTreeMap<String, BTreeSet<String>>,
}

/// What one file says.
#[derive(Default)]
struct File {
    /// Names that it gives to others itself.
    own: BTreeSet<String>,
    /// Names that it passes on, and what they are.
    passed_on: BTreeMap<String, Names>,
    /// Modules of which it passes on everything.
    whole: Vec<Names>,
    /// What it names, as far as it can be of this crate.
    named: BTreeSet<Names>,
    /// Its modules in files of their own.
    children: Vec<Names>,
}

impl Graph {
    /// Reads the files of a library, or of a program, from its root on.
    pub fn of(src: &Path) -> Self {
        let mut files = BTreeMap::new();
        let lib = src.join("lib.rs");
        let mut unread = vec![(Names::new(), if lib.exists() { lib } else { src.join("main.rs") })];
        while let Some((module, path)) = unread.pop() {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let mut reader = Reader { at: module.clone(), file: File::default() };
            reader.visit_file(&syntax);
            for child in &reader.file.children {
                let dir = src.join(child.join("/"));
                let flat = dir.with_extension("rs");
                unread.push((child.clone(), if flat.exists() { flat } else { dir.join("mod.rs") }));
            }
            files.insert(module, reader.file);
        }
        let imports = files.iter().map(|(module, file)| {
            let found = file.named.iter().filter_map(|names| owner(&files, names, 0));
            (spelt(module), found.filter(|other| *other != module).map(spelt).collect())
        });
        Self { imports: imports.collect() }
    }

    /// The largest sets of files each of which leads to all others.
    pub fn circles(&self) -> Vec<BTreeSet<String>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            self.imports.keys().map(|file| (&**file, self.reached(file))).collect();
        let mut circles = BTreeSet::new();
        for (file, others) in &reached {
            let circle: BTreeSet<String> =
                others.iter().filter(|other| reached[*other].contains(file)).map(|other| (*other).to_owned()).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    fn reached<'a>(&'a self, from: &'a str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![from];
        while let Some(file) = next.pop() {
            next.extend(self.imports[file].iter().filter(|file| reached.insert(file.as_str())).map(String::as_str));
        }
        reached
    }

    /// A shortest way from a file to itself.
    pub fn way_round(&self, from: &str) -> Vec<String> {
        let mut ways = VecDeque::from([vec![from.to_owned()]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop_front() {
            for file in &self.imports[way.last().unwrap()] {
                let longer = [&way[..], std::slice::from_ref(file)].concat();
                if file == from {
                    return longer;
                }
                if seen.insert(file) {
                    ways.push_back(longer);
                }
            }
        }
        panic!("{from} is in no circle");
    }
}

fn spelt(module: &Names) -> String {
    if module.is_empty() { "lib".to_owned() } else { module.join("/") }
}

/// The file that has what is named. `None` where that is of no file of this crate.
fn owner<'a>(files: &'a BTreeMap<Names, File>, names: &[String], depth: usize) -> Option<&'a Names> {
    assert!(depth < 20, "{names:?} is passed on in a circle");
    let known = (0..=names.len()).rev().find(|length| files.contains_key(&names[..*length]))?;
    let (module, file) = files.get_key_value(&names[..known])?;
    let Some(name) = names.get(known) else { return Some(module) };
    if file.own.contains(name) {
        return Some(module);
    }
    if let Some(target) = file.passed_on.get(name) {
        // Of another crate, perhaps; then whoever passes it on is who is asked.
        let target: Names = target.iter().chain(&names[known + 1..]).cloned().collect();
        return owner(files, &target, depth + 1).filter(|found| !found.is_empty()).or(Some(module));
    }
    let through = |whole: &Names| {
        let target: Names = whole.iter().chain(&names[known..]).cloned().collect();
        let found = owner(files, &target, depth + 1)?;
        (files[found].own.contains(name) || found.len() > whole.len()).then_some(found)
    };
    file.whole.iter().find_map(through).or(Some(module))
}

struct Reader {
    /// The module that is being read; longer than that of the file within its inline modules.
    at: Names,
    file: File,
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "syn may come to know more")]
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all others have no name, or pass one on")]
fn own_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

impl Reader {
    /// What a path leads to from here, from the root of the crate on. Where its beginning is no word for a place, it may be a
    /// module beside us or something of another crate; the files will tell.
    fn absolute(&self, path: &[String]) -> Names {
        let mut from = self.at.clone();
        let mut rest = path;
        while let Some((first, more)) = rest.split_first() {
            match first.as_str() {
                "crate" => from.clear(),
                "super" => {
                    from.pop();
                }
                "self" => {}
                _ => break,
            }
            rest = more;
        }
        from.extend(rest.iter().cloned());
        from
    }

    fn names(&mut self, path: &[String]) {
        let is_placed = matches!(path.first().map(String::as_str), Some("crate" | "super" | "self"));
        let beside =
            || path.first().is_some_and(|first| self.file.children.iter().any(|child| child.last() == Some(first)));
        if path.len() > 1 && (is_placed || beside()) {
            let names = self.absolute(path);
            self.file.named.insert(names);
        }
    }

    fn uses(&mut self, tree: &UseTree, mut path: Names, passed_on: bool) {
        let (path, name) = match tree {
            UseTree::Path(more) => {
                path.push(more.ident.to_string());
                return self.uses(&more.tree, path, passed_on);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.uses(tree, path.clone(), passed_on));
            }
            UseTree::Glob(_) if passed_on => {
                let whole = self.absolute(&path);
                return self.file.whole.push(whole);
            }
            UseTree::Glob(_) => {
                path.push("*".to_owned());
                (path, None)
            }
            UseTree::Name(one) if one.ident == "self" => (path, None),
            UseTree::Name(one) => {
                path.push(one.ident.to_string());
                (path, Some(one.ident.to_string()))
            }
            UseTree::Rename(one) => {
                if one.ident != "self" {
                    path.push(one.ident.to_string());
                }
                (path, Some(one.rename.to_string()))
            }
        };
        match name {
            Some(name) if passed_on => {
                let target = self.absolute(&path);
                self.file.passed_on.insert(name, target);
            }
            Some(_) | None => self.names(&path),
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_file(&mut self, file: &'ast syn::File) {
        for item in &file.items {
            if let Item::Mod(item) = item
                && item.content.is_none()
                && !is_for_tests(&item.attrs)
            {
                let child = [&self.at[..], &[item.ident.to_string()]].concat();
                self.file.children.push(child);
            }
            self.file.own.extend(own_name(item));
        }
        visit::visit_file(self, file);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.at.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.at.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.uses(&item.tree, Names::new(), !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.names(&segments);
        visit::visit_path(self, path);
    }

    /// What stands in a macro is no syntax yet; a path in it begins with `crate` or `super`.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let path = Regex::new(r"\b(crate|super)( :: \w+)+").unwrap();
        let tokens = call.tokens.to_string();
        for found in path.find_iter(&tokens) {
            let segments: Names = found.as_str().split(" :: ").map(str::to_owned).collect();
            self.names(&segments);
        }
        visit::visit_macro(self, call);
    }
}
