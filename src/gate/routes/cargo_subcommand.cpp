#include "gate/routes/cargo_subcommand.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::gate {

namespace {

constexpr CargoSubcommand kSubcommands[] = {
    {"build", CargoWork::compile},
    {"check", CargoWork::compile, "dev", true},
    {"clippy", CargoWork::compile, "dev", true},
    {"fix", CargoWork::compile, "dev", true},
    {"test", CargoWork::compile, "test", false, true},
    {"bench", CargoWork::compile, "bench", false, true},
    {"run", CargoWork::compile, "dev", false, true},
    {"nextest", CargoWork::compile, "test", false, true},
    {"rustc", CargoWork::compile},
    {"rustdoc", CargoWork::compile, "dev", false, false, true},
    {"doc", CargoWork::compile, "dev", false, false, true},
    {"install", CargoWork::compile, "release", false, false, true},
    {"package", CargoWork::compile, "dev", false, false, true},
    {"publish", CargoWork::compile, "dev", false, false, true},

    {"clean", CargoWork::clean},

    {"add", CargoWork::cache},
    {"fetch", CargoWork::cache},
    {"generate-lockfile", CargoWork::cache},
    {"info", CargoWork::cache},
    {"remove", CargoWork::cache},
    {"search", CargoWork::cache},
    {"update", CargoWork::cache},
    {"vendor", CargoWork::cache},

    {"config"},
    {"fmt"},
    {"git-checkout"},
    {"help"},
    {"init"},
    {"locate-project"},
    {"login"},
    {"logout"},
    {"metadata"},
    {"new"},
    {"owner"},
    {"pkgid"},
    {"read-manifest"},
    {"report"},
    {"tree"},
    {"uninstall"},
    {"verify-project"},
    {"version"},
    {"watch"},  // a program that never ends; the cargos that it starts are asked about
    {"yank"},
};

constexpr std::pair<std::string_view, std::string_view> kAbbreviations[] = {
    {"b", "build"}, {"c", "check"}, {"d", "doc"}, {"r", "run"}, {"rm", "remove"}, {"t", "test"},
};

}  // namespace

const CargoSubcommand* find_cargo_subcommand(std::string_view name) {
  const auto* const found = std::ranges::find(kSubcommands, name, &CargoSubcommand::name);
  return found == std::end(kSubcommands) ? nullptr : found;
}

std::string_view cargo_abbreviation(std::string_view name) {
  for (const auto& [brief, full] : kAbbreviations) {
    if (brief == name) return full;
  }
  return {};
}

}  // namespace weir::gate
