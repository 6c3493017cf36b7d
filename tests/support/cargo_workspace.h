// Workspaces of path dependencies with real work for the compiler, for tests and benchmarks of
// builds. Nothing in them comes from a registry.
//
// A workspace of N crates has `leaf`, which needs no other; `c01`, `c02` …, a graph in which two
// or more can be compiled at once nearly always; and `app`, a program that needs the last of them.
// Each crate has one test. The same settings give the same bytes.
#pragma once

#include <filesystem>
#include <string>

namespace weir::test {

struct CargoWorkspace {
  int crates = 24;  // with leaf and app; at least 3
  int types = 24;   // in each crate: what the compiler has to do grows with it
  int leaf_types = 0;  // in leaf; 0: as many as in the others
  /// The body of app's main(), in place of one that prints a number.
  std::string main_body = {};
};

/// Writes it below `where`, whose Cargo.toml is the workspace's.
void write_cargo_workspace(const std::filesystem::path& where, const CargoWorkspace& workspace);

/// A package alone: a program NAME with this main().
void write_cargo_program(const std::filesystem::path& where, const std::string& name,
                         const std::string& main_body);

/// The cargo on PATH runs.
bool has_cargo();

}  // namespace weir::test
