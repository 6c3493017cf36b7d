// `gate doctor`: whether the gate can work here, and what is missing where it cannot.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/private_directory.h"
#include "builtins/directory_support.h"
#include "builtins/gate_client_support.h"
#include "gate/places.h"
#include "gate/real_program.h"
#include "gate/route_file.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {kJsonFlag};
constexpr ExampleSchema kExamples[] = {
    {"gate doctor", "does all of it work here?"},
    {"gate doctor | where state != ok", "only what does not"},
};
constexpr CommandSchema kGateDoctor = {
    .name = "gate doctor",
    .summary = "check what the gate needs of the machine, and its own files",
    .synopsis = "[--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kExamples,
    .details =
        "`bad` makes exit 1: the gate cannot work. `weak`: it works, but knows or can do less.",
    .group = "gate"};

struct Finding {
  std::string check;
  std::string state;  // ok, weak, bad
  std::string detail;
};

Finding check_directory(const Context& ctx, const char* name, const std::string& path) {
  const std::string shown = shown_directory(ctx, path);
  if (auto made = make_private_directory(path); !made) return {name, "bad", made.error().message};
  if (::access(path.c_str(), W_OK) != 0) return {name, "bad", shown + " cannot be written to"};
  return {name, "ok", shown};
}

Finding check_pressure() {
  for (const char* file : {"/proc/pressure/memory", "/proc/pressure/io"}) {
    std::string line;
    std::ifstream in(file);
    if (!std::getline(in, line)) {
      return {"pressure", "weak", fmt::format("{} cannot be read: load is not seen", file)};
    }
  }
  return {"pressure", "ok", "memory and io"};
}

// With autogroups nice acts inside of a session only; the gate then sets that of the session.
Finding check_weight() {
  std::string enabled;
  std::ifstream("/proc/sys/kernel/sched_autogroup_enabled") >> enabled;
  if (enabled != "1") return {"weight", "ok", "nice"};
  if (::access("/proc/self/autogroup", W_OK) == 0) return {"weight", "ok", "nice and autogroup"};
  return {"weight", "weak", "autogroups are on and cannot be set: bulk slows focus down"};
}

// The shim, and what it will find behind itself.
Finding check_cargo(const Context& ctx, const gate::EnvironmentList& environment) {
  const std::string path = environment.text("PATH");
  const auto shim = gate::find_shim("cargo", path);
  if (const auto real = gate::find_real_program("cargo", path)) {
    std::string detail = shown_directory(ctx, *real);
    if (shim) detail += ", behind the shim " + shown_directory(ctx, *shim);
    return {"cargo", "ok", std::move(detail)};
  }
  constexpr const char* kWayOut = "install one (https://rustup.rs), or put its directory on PATH";
  if (!shim) return {"cargo", "weak", fmt::format("there is none on PATH: {}", kWayOut)};
  return {
      "cargo", "bad",
      fmt::format("behind the shim {} is none on PATH: {}", shown_directory(ctx, *shim), kWayOut)};
}

// "make clean"
std::string command_of(const gate::GenericRoute& route) {
  return fmt::format("{}", fmt::join(route.command, " "));
}

std::string settings_text(const gate::GateSettings& settings) {
  const size_t count = settings.routes.size();
  std::string text = fmt::format("{} route{}", count, count == 1 ? "" : "s");
  for (size_t i = 0; i < count; ++i)
    text += (i == 0 ? ": " : ", ") + command_of(settings.routes[i]);
  return text + (settings.checks_aside ? "; checks build aside" : "; checks do not build aside");
}

Finding check_settings(const Context& ctx, const gate::EnvironmentList& environment) {
  const std::string file = gate::route_file(environment);
  if (file.empty()) return {"gate.json", "ok", "there is no home to look for it"};
  const std::string shown = shown_directory(ctx, file);
  if (::access(file.c_str(), F_OK) != 0) return {"gate.json", "ok", "there is no " + shown};
  const auto settings = gate::read_route_file(file);
  if (settings) return {"gate.json", "ok", shown + ": " + settings_text(*settings)};
  return {"gate.json", "weak",
          settings.error().message + "; all of it is passed over: mend it, or take it away"};
}

Task<Finding> check_daemon(Context& ctx) {
  auto status = co_await ask_gate(ctx, "status", Record{}, NoDaemon::starts_one);
  if (!status) co_return Finding{"daemon", "bad", status.error().message};
  const Value& daemon = member(*status, "daemon");
  if (const std::string warning = member_text(daemon, "warning"); !warning.empty()) {
    co_return Finding{"daemon", "weak", warning};
  }
  co_return Finding{"daemon", "ok",
                    fmt::format("{}, process {}, up {}", member_text(daemon, "program"),
                                member_text(daemon, "pid"), member_time(daemon, "time_ms"))};
}

Task<int> doctor(Invocation call) {
  std::vector<Finding> findings;
  if (const auto places = gate::Places::from_environment()) {
    findings.push_back(check_directory(call.ctx, "runtime directory", places->run));
    findings.push_back(check_directory(call.ctx, "state directory", places->state));
    findings.push_back(co_await check_daemon(call.ctx));
  } else {
    findings.push_back({"directories", "bad", places.error().message});
  }
  findings.push_back(check_pressure());
  findings.push_back(check_weight());
  const gate::EnvironmentList environment = exported_environment(call.ctx);
  findings.push_back(check_cargo(call.ctx, environment));
  findings.push_back(check_settings(call.ctx, environment));
  Table table{.head = {"CHECK", "STATE", "WHAT"}, .flexible = 2};
  List rows;
  int code = 0;
  for (const Finding& finding : findings) {
    if (finding.state == "bad") code = 1;
    table.rows.push_back({finding.check, finding.state, finding.detail});
    rows.emplace_back(Record{{"check", Value(finding.check)},
                             {"state", Value(finding.state)},
                             {"what", Value(finding.detail)}});
  }
  const int shown = co_await show_table(call, table, std::move(rows));
  co_return shown != 0 ? shown : code;
}

ValueTask<int> run_gate_doctor(Invocation call) { return doctor(std::move(call)); }

}  // namespace

void register_gate_doctor(BuiltinRegistry& registry) {
  registry.add({&kGateDoctor, run_gate_doctor});
}

}  // namespace weir::builtins
