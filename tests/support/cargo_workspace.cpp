#include "support/cargo_workspace.h"

#include <fmt/format.h>

#include <fstream>
#include <vector>

#include "support/run_program.h"

namespace weir::test {

namespace {

namespace fs = std::filesystem;

// One type with derived traits, an ordered map of it and generic code over both: checking, borrow
// checking and code generation all have something to do. {0} is the number of the type.
constexpr const char* kType = R"(
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Item{0} {{
    pub name: String,
    pub weight: u64,
    pub parts: Vec<u32>,
}}

impl Step for Item{0} {{
    fn step(&self, by: u64) -> Self {{
        let mut parts = self.parts.clone();
        parts.push((by % 7) as u32 + {0});
        parts.sort_unstable();
        Item{0} {{ name: format!("{{}}-{{}}", self.name, by), weight: self.weight.wrapping_mul(31) + by, parts }}
    }}
    fn weight(&self) -> u64 {{
        self.parts.iter().map(|p| u64::from(*p)).sum::<u64>() + self.weight
    }}
}}

pub fn table{0}(rounds: u64) -> BTreeMap<String, Item{0}> {{
    let mut table = BTreeMap::new();
    for round in 0..rounds {{
        let item = walk(&Item{0}::default(), round);
        let key = format!("{{:?}}", item.parts);
        table.entry(key).and_modify(|held: &mut Item{0}| held.weight += item.weight()).or_insert(item);
    }}
    table
}}
)";

constexpr const char* kCommon = R"(use std::collections::BTreeMap;

pub trait Step: Sized {
    fn step(&self, by: u64) -> Self;
    fn weight(&self) -> u64;
}

pub fn walk<T: Step>(from: &T, rounds: u64) -> T {
    let mut here = from.step(0);
    for round in 1..=rounds {
        here = here.step(round);
    }
    here
}
)";

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string manifest(const std::string& name, const std::vector<std::string>& needs) {
  std::string text = fmt::format(
      "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n",
      name);
  for (const std::string& need : needs)
    text += fmt::format("{} = {{ path = \"../{}\" }}\n", need, need);
  return text;
}

std::string library(const std::vector<std::string>& needs, int types) {
  std::string text = kCommon;
  for (int i = 0; i < types; ++i) text += fmt::format(kType, i);
  std::string sum;
  for (int i = 0; i < types; ++i)
    sum += fmt::format("    sum += table{}(rounds).values().map(Step::weight).sum::<u64>();\n", i);
  for (const std::string& need : needs) sum += fmt::format("    sum += {}::total(rounds);\n", need);
  text += fmt::format(
      "\npub fn total(rounds: u64) -> u64 {{\n    let mut sum = 0u64;\n{}    sum\n}}\n", sum);
  text += "\n#[test]\nfn adds_up() {\n    assert_eq!(total(0), total(0));\n}\n";
  return text;
}

/// c01 needs nobody, each later one its "parent" and the one four before it.
std::vector<std::string> needs_of(int number) {
  std::vector<std::string> needs;
  if (number > 1) needs.push_back(fmt::format("c{:02}", number / 2));
  if (number > 4 && number - 4 != number / 2) needs.push_back(fmt::format("c{:02}", number - 4));
  return needs;
}

}  // namespace

void write_cargo_workspace(const fs::path& where, const CargoWorkspace& workspace) {
  write_file(where / "Cargo.toml",
             "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\n\n"
             "[profile.dev]\ndebug = 1\n");
  const auto add_crate = [&](const std::string& name, const std::vector<std::string>& needs,
                             int types) {
    write_file(where / "crates" / name / "Cargo.toml", manifest(name, needs));
    write_file(where / "crates" / name / "src/lib.rs", library(needs, types));
  };
  add_crate("leaf", {}, workspace.leaf_types > 0 ? workspace.leaf_types : workspace.types);
  const int numbered = workspace.crates - 2;
  for (int i = 1; i <= numbered; ++i)
    add_crate(fmt::format("c{:02}", i), needs_of(i), workspace.types);

  std::vector<std::string> last;
  for (int i = std::max(1, numbered - 3); i <= numbered; ++i)
    last.push_back(fmt::format("c{:02}", i));
  std::string body = workspace.main_body;
  if (body.empty()) body = fmt::format("println!(\"{{}}\", {}::total(3));", last.back());
  write_file(where / "crates/app/Cargo.toml", manifest("app", last));
  write_file(where / "crates/app/src/main.rs", fmt::format("fn main() {{\n    {}\n}}\n", body));
}

void write_cargo_program(const fs::path& where, const std::string& name,
                         const std::string& main_body) {
  write_file(where / "Cargo.toml", manifest(name, {}));
  write_file(where / "src/main.rs", fmt::format("fn main() {{\n    {}\n}}\n", main_body));
}

bool has_cargo() {
  static const bool found = [] {
    std::vector<std::string> environment;
    for (const char* name : {"PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"}) {
      if (const char* value = std::getenv(name))
        environment.push_back(std::string(name) + "=" + value);
    }
    return run_program({.argv = {"/bin/sh", "-c", "cargo --version"},
                        .environment = environment,
                        .directory = "/"})
               .code == "0";
  }();
  return found;
}

}  // namespace weir::test
