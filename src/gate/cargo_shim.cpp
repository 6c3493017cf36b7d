#include "gate/cargo_shim.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/private_directory.h"
#include "gate/cargo_command.h"
#include "gate/client.h"
#include "gate/leased_run.h"
#include "gate/nested_lease.h"
#include "gate/real_program.h"

namespace weir::gate {

namespace {

class CargoShim {
 public:
  CargoShim(std::vector<std::string> words, EnvironmentList environment)
      : words_(std::move(words)) {
    command_.words.assign(words_.begin() + 1, words_.end());
    command_.environment = std::move(environment);
  }

  [[noreturn]] void run() {
    find_cargo();
    const bool answers = is_cargo_passthrough(read_cargo_arguments(command_.words));
    if (answers) pass();
    if (is_inside_lease(command_.environment)) pass_inside();
    find_directories();
    CargoPlan plan = plan_cargo(command_);
    if (plan.route == CargoRoute::cache) announce();
    if (plan.route == CargoRoute::cache || plan.route == CargoRoute::passthrough) pass();
    run_leased({.path = command_.program,
                .words = words_,
                .environment = std::move(command_.environment),
                .jobs = plan.jobs,
                .side_directory = std::move(plan.side_directory),
                .has_units = plan.has_units,
                .request = std::move(plan.request)});
  }

 private:
  void find_cargo() {
    auto found = find_real_program("cargo", command_.environment.text("PATH"));
    if (!found) {
      ::dprintf(STDERR_FILENO, "%s: command not found\n", words_[0].c_str());
      ::_exit(127);
    }
    command_.program = std::move(*found);
    // A name as it was typed; of a shim's own path nothing is left.
    if (words_[0].find('/') != std::string::npos) words_[0] = command_.program;
  }

  void find_directories() {
    std::error_code error;
    command_.directory = std::filesystem::current_path(error).string();
    if (const auto places = Places::from_environment()) {
      command_.cache = places->run + "/cargo";
      if (!make_private_directory(command_.cache)) command_.cache.clear();
    }
  }

  [[noreturn]] void pass() { become_program(command_.program, words_, command_.environment); }

  /// With a jobserver and -j cargo prints a warning, which without the gate it would not.
  [[noreturn]] void pass_inside() {
    if (!has_lease_tokens(command_.environment)) pass();
    find_directories();
    if (read_cargo_command(command_).jobs) command_.environment.unset("CARGO_MAKEFLAGS");
    pass();
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
    progress.note = "cache: " + command_.line();
    (void)client->notify("announce", to_value(progress));
  }

  std::vector<std::string> words_;
  CargoCommand command_;
};

}  // namespace

void run_cargo_shim(std::vector<std::string> words, EnvironmentList environment) {
  CargoShim(std::move(words), std::move(environment)).run();
}

}  // namespace weir::gate
