#include "gate/cargo_command.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "gate/lock_files.h"
#include "gate/route_file.h"
#include "gate/routes/cargo_config.h"
#include "gate/routes/cargo_lane.h"
#include "gate/routes/cargo_list.h"
#include "gate/routes/target_directory.h"

namespace weir::gate {

namespace {

CargoPlace place_of(const CargoCommand& command) {
  return {.program = command.program,
          .directory = command.directory,
          .environment = command.environment.entries(),
          .cache = command.cache};
}

/// Nothing: cargo itself cannot tell, so the command will fail. Empty ones: it needs none.
std::optional<CargoDirectories> directories_of(const CargoCommand& command,
                                               const CargoArguments& arguments) {
  const bool is_install = arguments.subcommand == "install";
  if (is_install && arguments.install_path.empty()) return CargoDirectories{};  // a temporary one
  auto found = find_cargo_directories(arguments, place_of(command));
  if (found) return std::move(*found);
  return is_install ? std::optional(CargoDirectories{}) : std::nullopt;
}

/// What -j says, else the configuration; 0: nothing.
int jobs_of(const CargoCommand& command, const CargoArguments& arguments) {
  if (arguments.jobs) return cargo_jobs(*arguments.jobs, usable_processors()).value_or(0);
  const auto configured = configured_jobs(arguments, place_of(command));
  return configured ? cargo_jobs(*configured, usable_processors()).value_or(0) : 0;
}

/// What it costs, and how it is told what it may use.
void add_cost(const CargoCommand& command, const CargoArguments& arguments, CargoPlan& plan) {
  const CargoSubcommand* known = arguments.known();
  const bool compiles = !known || known->work == CargoWork::compile;
  const bool has_own = has_jobserver(command.environment);
  if (!compiles) return;
  if (!has_own || arguments.jobs) plan.request.max_jobs = jobs_of(command, arguments);
  if (has_own) return;
  // With a jobserver and -j cargo prints a warning: then the number alone must do.
  plan.request.wants_tokens = !arguments.jobs;
  const bool tests = known && known->runs_program && arguments.subcommand != "run";
  plan.jobs = tests ? JobsVariable::cargo_tests : JobsVariable::cargo;
}

/// A focused check while bulk has the lane: its results are of no use to a build in any case, so it
/// can have a build directory of its own, below the same target directory. Not where the user has
/// said something about build directories, or where cargo knows none (before 1.91).
void add_side_lane(const CargoCommand& command, const CargoArguments& arguments,
                   const CargoDirectories& places, CargoPlan& plan) {
  const bool is_plain_check = arguments.subcommand == "check" || arguments.subcommand == "clippy";
  if (plan.route != CargoRoute::focus || !is_plain_check) return;
  if (!places.has_build_directory || places.build != places.target) return;
  const auto settings = read_route_file(route_file(command.environment));
  if (!settings || !settings->checks_aside) return;
  CargoDirectories aside = places;
  aside.build = places.target + "/.gate-check";
  plan.side_directory = aside.build;
  plan.request.side_lane = cargo_lane(arguments, aside);
}

/// As far as is known of cargo's own subcommands.
bool tells_units(std::string_view subcommand) {
  constexpr std::string_view kThose[] = {"build", "check", "test", "bench", "run", "rustc", "doc"};
  return std::ranges::find(kThose, subcommand) != std::end(kThose);
}

/// Nothing when the subcommand is a mistake, which cargo will tell.
std::optional<CargoArguments> read_arguments(const CargoCommand& command) {
  CargoArguments read = read_cargo_command(command);
  if (is_cargo_passthrough(read) || read.known()) return read;
  const auto list = ask_cargo_list(cargo_question(read, place_of(command)));
  if (!list || !list->has(read.subcommand)) return std::nullopt;
  return read;
}

}  // namespace

std::string CargoCommand::line() const {
  std::string line = "cargo";
  for (const std::string& word : words) line += ' ' + quote_word(word);
  return line;
}

CargoArguments read_cargo_command(const CargoCommand& command) {
  const CargoArguments plain = read_cargo_arguments(command.words);
  if (is_cargo_passthrough(plain)) return plain;
  return read_cargo_arguments(command.words, [&](std::string_view name) {
    return configured_alias(plain, place_of(command), name);
  });
}

CargoPlan plan_cargo(const CargoCommand& command) {
  const auto arguments = read_arguments(command);
  if (!arguments) return {};
  CargoPlan plan{.route = cargo_route(*arguments, {})};
  if (plan.route == CargoRoute::passthrough || plan.route == CargoRoute::cache) return plan;
  const auto places = directories_of(command, *arguments);
  if (!places) return {};
  Request& request = plan.request;
  if (!places->target.empty()) request.lane = cargo_lane(*arguments, *places);
  const std::string wanted = command.environment.text("GATE_BAND");
  plan.route = cargo_route(*arguments, {.is_in_member = places->is_in_member,
                                        .is_warm = is_warm_lane(request.lane),
                                        .wanted = wanted});
  request.band = plan.route == CargoRoute::focus ? Band::focus : Band::bulk;
  request.guesses_band = is_band_guessed(*arguments, wanted);
  request.requester = requester_name(command.environment);
  request.command = command.line();
  request.shape = cargo_shape(*arguments, *places);
  request.directory = command.directory;
  const CargoSubcommand* known = arguments->known();
  request.runs_program = known && known->runs_program;
  plan.has_units = tells_units(arguments->subcommand);
  add_cost(command, *arguments, plan);
  add_side_lane(command, *arguments, *places, plan);
  return plan;
}

}  // namespace weir::gate
