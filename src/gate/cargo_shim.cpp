#include "gate/cargo_shim.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/private_directory.h"
#include "base/text.h"
#include "gate/client.h"
#include "gate/leased_run.h"
#include "gate/nested_lease.h"
#include "gate/program_output.h"
#include "gate/real_program.h"
#include "gate/routes/cargo_aliases.h"
#include "gate/routes/cargo_lane.h"
#include "gate/routes/cargo_route.h"
#include "gate/routes/target_directory.h"

namespace weir::gate {

namespace {

class CargoShim {
 public:
  CargoShim(std::vector<std::string> words, EnvironmentList environment)
      : words_(std::move(words)), environment_(std::move(environment)) {}

  [[noreturn]] void run() {
    find_cargo();
    const auto answers = read_cargo_arguments(arguments());
    if (is_cargo_passthrough(answers) || is_inside_lease(environment_)) pass();
    arguments_ = answers.known() ? answers : expand(answers);
    if (is_cargo_passthrough(arguments_)) pass();
    if (const auto* command = arguments_.known(); command && command->work == CargoWork::cache) {
      announce();
      pass();
    }
    run_leased(leased());
  }

 private:
  std::span<const std::string> arguments() const { return std::span(words_).subspan(1); }

  void find_cargo() {
    auto found = find_real_program("cargo", environment_.text("PATH"));
    if (!found) {
      ::dprintf(STDERR_FILENO, "%s: command not found\n", words_[0].c_str());
      ::_exit(127);
    }
    path_ = std::move(*found);
    // A name as it was typed; of a shim's own path nothing is left.
    if (words_[0].find('/') != std::string::npos) words_[0] = path_;
  }

  [[noreturn]] void pass() { become_program(path_, words_, environment_); }

  std::string here() const {
    std::error_code error;
    return std::filesystem::current_path(error).string();
  }

  /// The subcommand is an alias, another program's, or a mistake that cargo will tell.
  CargoArguments expand(const CargoArguments& read) {
    const auto aliases = ask_cargo_aliases({.program = path_,
                                            .words = {"cargo"},
                                            .environment = environment_.entries(),
                                            .directory = {}},
                                           read.toolchain);
    if (!aliases || !aliases->has(read.subcommand)) pass();
    return read_cargo_arguments(arguments(),
                                [&](std::string_view name) { return aliases->find(name); });
  }

  /// Tells a daemon that is there who works with the package cache. Quick, and no matter if not.
  void announce() {
    auto places = Places::from_environment();
    if (!places) return;
    ClientOptions options;
    options.places = std::move(*places);
    options.starts_daemon = false;
    auto client = Client::connect(options);
    if (!client) return;
    protocol::Progress progress;
    progress.note = "cache: " + command_line();
    (void)client->notify("announce", to_value(progress));
  }

  std::string command_line() const {
    std::string line = "cargo";
    for (const std::string& word : arguments()) line += ' ' + quote_word(word);
    return line;
  }

  /// A command whose directories cargo itself cannot tell will fail, or needs none of them.
  CargoDirectories directories() {
    const bool is_install = arguments_.subcommand == "install";
    if (is_install && arguments_.install_path.empty()) return {};  // builds in a temporary one
    std::string cache;
    if (const auto places = Places::from_environment()) {
      cache = places->run + "/cargo";
      if (!make_private_directory(cache)) cache.clear();
    }
    auto found = find_cargo_directories(arguments_, {.program = path_,
                                                     .directory = here(),
                                                     .environment = environment_.entries(),
                                                     .cache = std::move(cache)});
    if (!found && !is_install) pass();
    return found ? std::move(*found) : CargoDirectories{};
  }

  LeasedProgram leased() {
    const CargoDirectories places = directories();
    const CargoSubcommand* command = arguments_.known();
    LeasedProgram program;
    program.path = path_;
    program.words = words_;
    Request& request = program.request;
    if (!places.target.empty()) request.lane = cargo_lane(arguments_, places);
    const std::string wanted = environment_.text("GATE_BAND");
    const auto route = cargo_route(arguments_, {.is_in_member = places.is_in_member,
                                                .is_warm = is_warm_lane(request.lane),
                                                .wanted = wanted});
    request.band = route == CargoRoute::focus ? Band::focus : Band::bulk;
    request.requester = requester_name(environment_);
    request.command = command_line();
    request.shape = cargo_shape(arguments_, places);
    request.directory = here();
    request.max_jobs = arguments_.jobs.value_or(0);
    const bool compiles = !command || command->work == CargoWork::compile;
    // With a jobserver and -j cargo prints a warning: then the number alone must do.
    request.wants_tokens = compiles && !arguments_.jobs && !has_jobserver(environment_);
    if (compiles && !has_jobserver(environment_)) {
      const bool tests = command && command->runs_program && arguments_.subcommand != "run";
      program.jobs = tests ? JobsVariable::cargo_tests : JobsVariable::cargo;
    }
    program.environment = std::move(environment_);
    return program;
  }

  std::vector<std::string> words_;
  EnvironmentList environment_;
  std::string path_;
  CargoArguments arguments_;
};

}  // namespace

void run_cargo_shim(std::vector<std::string> words, EnvironmentList environment) {
  CargoShim(std::move(words), std::move(environment)).run();
}

}  // namespace weir::gate
