// CargoArguments: what a command line of cargo asks for, as far as the gate must know.
//
// Pure. It reads the words as cargo 1.95 does, but reports no mistake: words that cargo
// will refuse are passed over, and cargo itself gets the original ones in any case.
// Read by cargo_route.h (how to let it run), cargo_lane.h (what it locks) and
// target_directory.h (where).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gate/routes/cargo_subcommand.h"

namespace weir::gate {

struct CargoArguments {
  std::string toolchain;    // of a leading +NAME; empty without
  std::string subcommand;   // aliases expanded; empty: none was given
  bool only_answers = false;  // --help, --version, --list, --explain, --unit-graph and their like

  // Which part of the workspace.
  std::vector<std::string> packages;
  std::vector<std::string> targets_chosen;  // "--lib", "--test=smoke"
  bool whole_workspace = false;

  // How.
  std::string profile;  // of --profile; empty without
  bool release = false;
  bool debug = false;  // install --debug
  std::vector<std::string> triples;  // of --target
  std::optional<std::string> jobs;  // of -j, as cargo_jobs() reads it
  bool runs_nothing = false;  // --no-run

  // Where.
  std::string directory;  // of -C
  std::string target_dir;  // of --target-dir
  std::string manifest_path;  // of --manifest-path
  std::string install_path;  // of install --path
  std::vector<std::string> configs;  // of each --config, in order
  std::vector<std::string> unstable;  // of each -Z, in order

  /// Of `subcommand`; null where the gate knows nothing about it.
  const CargoSubcommand* known() const { return find_cargo_subcommand(subcommand); }
  /// The profile that is built: --profile, --release, or the subcommand's own.
  std::string_view built_profile() const;
  /// Its directory under the target directory: "debug" for dev and test, "release" for
  /// release and bench, else the name.
  std::string_view profile_directory() const;
  /// A part of the workspace was named.
  bool is_limited() const;
};

/// How many jobs `text` means, of -j or of build.jobs: N; `processors` for "default", and less N
/// for -N, at least 1. Nothing for what cargo refuses.
std::optional<int> cargo_jobs(std::string_view text, int processors);

/// The words that an alias of the user stands for; nothing when NAME is no alias.
/// Asked only about names that are no subcommands of cargo's own: those cannot be changed, its
/// abbreviations can.
using CargoAliases = std::function<std::optional<std::vector<std::string>>(std::string_view name)>;

/// `words` are those behind the command's name.
CargoArguments read_cargo_arguments(std::span<const std::string> words,
                                    const CargoAliases& aliases = {});

}  // namespace weir::gate
