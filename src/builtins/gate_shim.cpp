// `gate shim`: the gate in front of cargo, and of other programs, in shells that are not weir.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <filesystem>

#include "base/text.h"
#include "builtins/reports_support.h"
#include "gate/real_program.h"
#include "gate/shim_directory.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "no-profile", {}, "leave the start-up files of shells alone"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"gate shim install", "cargo, in bash, zsh and fish as in weir"},
    {"gate shim install make", "make, as the routes of gate.json say"},
    {"gate shim remove", "all of them"},
};
constexpr CommandSchema kGateShim = {
    .name = "gate shim",
    .summary = "put the gate in front of cargo in other shells",
    .synopsis = "[--no-profile] [--json] install [NAME…] | remove [NAME…] | status",
    .flags = kFlags,
    .min_operands = 1,
    .style = ArgumentStyle::flags_anywhere,
    .examples = kExamples,
    .details =
        "install makes a link NAME (cargo) to weir in a directory of its own, and adds one line to "
        "the start-up\nfiles that are there (.profile and .bashrc, or .zshenv, where there are "
        "none), "
        "which puts the directory in\nfront of PATH. remove takes both back. Each says what it "
        "did.",
    .group = "gate"};

using gate::EnvironmentList;

/// What the shells of this user read when they start.
constexpr std::array kStartUpFiles = {"/.profile", "/.bashrc", "/.bash_profile", "/.zshenv",
                                      "/.zshrc"};

std::string variable(const Context& ctx, std::string_view name) {
  const auto value = ctx.lookup(name);
  return value ? value->to_text() : std::string();
}

EnvironmentList environment_of(const Context& ctx) {
  EnvironmentList environment;
  for (const char* name : {"HOME", "XDG_DATA_HOME", "PATH"}) {
    if (const auto value = ctx.lookup(name)) environment.set(name, value->to_text());
  }
  return environment;
}

std::vector<std::string> start_up_files(const Context& ctx) {
  const std::string home = variable(ctx, "HOME");
  std::vector<std::string> files;
  std::error_code error;
  for (const char* name : kStartUpFiles) {
    if (std::filesystem::is_regular_file(home + name, error)) files.push_back(home + name);
  }
  if (files.empty()) {
    // A bash that is no login shell reads the second one only.
    const bool is_zsh = variable(ctx, "SHELL").ends_with("/zsh");
    files = is_zsh ? std::vector{home + "/.zshenv"}
                   : std::vector{home + "/.profile", home + "/.bashrc"};
  }
  if (std::filesystem::is_directory(home + "/.config/fish/conf.d", error))
    files.push_back(home + "/.config/fish/conf.d/weir-gate.fish");
  return files;
}

bool is_shim_word(std::string_view name) {
  return !name.empty() && name.find('/') == std::string_view::npos && name != "." && name != ".." &&
         name != "weir" && !name.starts_with('-');
}

std::string this_program() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

class ShimCommand {
 public:
  ShimCommand(const Invocation& call, std::string directory)
      : call_(call), directory_(std::move(directory)), report_(call) {
    for (size_t i = 1; i < call.args.operands.size(); ++i)
      names_.push_back(call.args.operands[i].to_text());
  }

  ValueTask<int> install() {
    if (names_.empty()) names_.emplace_back("cargo");
    for (const std::string& name : names_) {
      if (!is_shim_word(name)) return misuse(call_, quote_word(name) + " is no name of a program");
    }
    for (const std::string& name : names_) {
      auto made = gate::install_shim(name, directory_, this_program());
      told(made, fmt::format("{}/{}", directory_, name), "now leads to the gate",
           "led to the gate already");
    }
    if (!call_.args.has("no-profile")) {
      for (const std::string& file : start_up_files(call_.ctx)) {
        auto added = gate::add_path_line(file, directory_, 0666 & ~call_.ctx.scope.mask);
        told(added, file, "now puts it in front of PATH", "puts it in front of PATH already");
      }
    }
    if (report_.code() != 0) return std::move(report_).finish();
    report_.out += fmt::format("here and now: export PATH={}:\"$PATH\"\n", quote_word(directory_));
    return std::move(report_).finish();
  }

  ValueTask<int> remove() {
    const bool all = names_.empty();
    if (all) names_ = gate::installed_shims(directory_);
    for (const std::string& name : names_) {
      if (!is_shim_word(name)) return misuse(call_, quote_word(name) + " is no name of a program");
    }
    for (const std::string& name : names_) {
      auto removed = gate::remove_shim(name, directory_);
      told(removed, fmt::format("{}/{}", directory_, name), "is removed", "was not there");
    }
    if (all && !call_.args.has("no-profile")) {
      for (const std::string& file : start_up_files(call_.ctx)) {
        auto removed = gate::remove_path_line(file);
        const bool is_gone = !std::filesystem::exists(file);
        told(removed, file,
             is_gone ? "is removed: it held nothing else" : "leaves PATH alone again", "");
      }
    }
    gate::remove_empty_shim_directory(directory_);
    return std::move(report_).finish();
  }

  ValueTask<int> status() {
    if (!names_.empty()) return misuse(call_, "status takes no operand");
    const std::string path = variable(call_.ctx, "PATH");
    for (const std::string& name : gate::installed_shims(directory_)) {
      const auto real = gate::find_real_program(name, path);
      const bool acts = is_first(name, path);
      report_.rows.emplace_back(Record{{"name", Value(name)},
                                       {"shim", Value(directory_ + "/" + name)},
                                       {"program", real ? Value(*real) : Value()},
                                       {"acts", Value(acts)}});
      report_.out += fmt::format("{}\t{}\t{}\n", name, real.value_or("no program of this name"),
                                 acts ? "behind the gate" : "not first on PATH");
    }
    if (report_.rows.empty()) report_.out = "no shims; gate shim install makes one for cargo\n";
    if (call_.args.has("json")) return print_array(call_, std::move(report_.rows));
    return std::move(report_).finish();
  }

 private:
  void told(const Result<bool>& done, const std::string& what, std::string_view yes,
            std::string_view no) {
    if (!done) return report_.error(done.error().message);
    const auto text = *done ? yes : no;
    if (text.empty()) return;
    report_.out += fmt::format("{} {}\n", what, text);
    report_.rows.emplace_back(Record{
        {"path", Value(what)}, {"changed", Value(*done)}, {"what", Value(std::string(text))}});
  }

  /// The first file of the name on PATH is the shim.
  bool is_first(const std::string& name, std::string_view path) const {
    while (!path.empty()) {
      const size_t end = std::min(path.find(':'), path.size());
      const std::string directory(path.substr(0, end));
      if (::access((directory + "/" + name).c_str(), X_OK) == 0) return directory == directory_;
      path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
  }

  const Invocation& call_;
  std::string directory_;
  std::vector<std::string> names_;
  Report report_;
};

ValueTask<int> run_gate_shim(Invocation call) {
  const std::string what = call.operands()[0].to_text();
  const std::string directory = gate::shim_directory(environment_of(call.ctx));
  if (directory.empty()) return complain(call, "there is no home for the shims: HOME is not set");
  ShimCommand command(call, directory);
  if (what == "install") return command.install();
  if (what == "remove") return command.remove();
  if (what == "status") return command.status();
  return misuse(call, quote_word(what) + " is none of install, remove and status");
}

}  // namespace

void register_gate_shim(BuiltinRegistry& registry) { registry.add({&kGateShim, run_gate_shim}); }

}  // namespace weir::builtins
