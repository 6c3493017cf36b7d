// ShimWorld: a private gate with the shim in front of a cargo, real or made up, for tests.
//
// bin/cargo is weir. Behind it on PATH is, as asked, the machine's own cargo or a script that knows
// `metadata`, fails at questions about units, and otherwise runs the text of run_as(). Runtime,
// state and home are the world's own; a daemon that was started in it is ended with it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "base/value.h"
#include "gate/client.h"
#include "gate/lane.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace weir::test {

/// Asks until it is so; false after a long while.
bool comes_true(const std::function<bool()>& condition);

class ShimWorld {
 public:
  enum class Cargo { real, script };
  explicit ShimWorld(Cargo cargo);
  ~ShimWorld();
  ShimWorld(const ShimWorld&) = delete;
  ShimWorld& operator=(const ShimWorld&) = delete;

  /// Where commands run: the directory of a package.
  std::filesystem::path directory() const { return root_ / "w"; }
  const std::filesystem::path& root() const { return root_; }
  /// The shim; the cargo behind it.
  std::string shim() const { return (root_ / "bin/cargo").string(); }
  const std::string& cargo() const { return cargo_; }
  /// Where its gate's files are.
  gate::Places places() const;
  /// Of a client that starts no daemon.
  gate::ClientOptions client_options() const;
  /// The lane of a `cargo build` here.
  gate::LaneKey lane() const;

  /// The text that the made-up cargo runs with /bin/sh.
  void run_as(const std::string& text) const;
  void set(const std::string& name, const std::string& value);
  void unset(const std::string& name);
  std::vector<std::string> environment() const { return environment_; }
  /// Asks the daemon until `holds` is true of its status; false after a long while.
  bool eventually(const std::function<bool(const Record& status)>& holds) const;

  ProgramEnd run(const std::string& program, std::vector<std::string> words) const;

 private:
  TempDir dir_;
  std::filesystem::path root_;
  std::string cargo_;
  std::vector<std::string> environment_;
};

/// A program that a test talks to by signals. It leads a group of its own.
class StartedProgram {
 public:
  StartedProgram(const ShimWorld& world, std::vector<std::string> words,
                 const std::function<void()>& before_exec = {});
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  pid_t pid() const { return pid_; }
  /// Its next line; "" at the end of its output.
  std::string line();
  /// All that is left of its output.
  std::string rest();
  /// "exit 3", "signal 15" or "stopped 20".
  std::string next_state();

 private:
  pid_t pid_ = -1;
  UniqueFd output_;
  std::string read_;
  bool has_ended_ = false;
};

}  // namespace weir::test
