#include "gate/routes/cargo_question.h"

#include <filesystem>

namespace weir::gate {

std::string cargo_start(const CargoArguments& arguments, const CargoPlace& place) {
  if (arguments.directory.empty()) return place.directory;
  return (std::filesystem::path(place.directory) / arguments.directory).lexically_normal().string();
}

ProgramCall cargo_question(const CargoArguments& arguments, const CargoPlace& place) {
  ProgramCall call{.program = place.program,
                   .words = {"cargo"},
                   .environment = place.environment,
                   .directory = cargo_start(arguments, place)};
  if (!arguments.toolchain.empty()) call.words.push_back("+" + arguments.toolchain);
  // A toolchain is not installed behind somebody's back: the command itself will do it.
  call.environment.emplace_back("RUSTUP_AUTO_INSTALL=0");
  return call;
}

}  // namespace weir::gate
