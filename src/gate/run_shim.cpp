#include "gate/run_shim.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "base/text.h"
#include "gate/leased_run.h"
#include "gate/nested_lease.h"
#include "gate/real_program.h"
#include "gate/route_file.h"

namespace weir::gate {

namespace {

constexpr size_t kSettings = 4;  // words of words_of()

template <class T>
std::optional<T> number(const std::string& text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// The reverse of words_of(). An empty word was not given.
RunSettings settings_of(std::span<const std::string> words) {
  RunSettings settings;
  if (!words[0].empty()) settings.lane = words[0];
  settings.band = words[1];
  settings.jobs = number<int>(words[2]);
  settings.memory = number<std::uint64_t>(words[3]).value_or(0);
  return settings;
}

std::string here() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

/// A path is the directory that it leads to, whoever names it how.
LaneKey lane_of(const std::string& name) {
  if (name.empty() || name == "none") return {};
  if (name == "directory") return LaneKey({{.directory = here()}});
  if (name.find('/') == std::string::npos) return LaneKey({{.directory = name}});
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(name, error);
  std::string text = error ? name : path.string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return LaneKey({{.directory = std::move(text)}});
}

/// A wrong gate.json is told, and the command runs as if there was none.
std::optional<GenericRoute> configured(const std::vector<std::string>& words,
                                       const EnvironmentList& environment) {
  const auto settings = read_route_file(route_file(environment));
  if (!settings) {
    ::dprintf(STDERR_FILENO, "gate: %s\n", settings.error().message.c_str());
    return {};
  }
  const GenericRoute* found = find_route(settings->routes, words);
  if (!found) return {};
  GenericRoute route = *found;
  route.jobs = jobs_of(route, words);
  return route;
}

std::string one_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + quote_word(word);
  return line;
}

/// Machines are asked for all that they have by their number of processors.
int all_if_zero(int jobs) {
  return jobs > 0 ? jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

Band band_of(const RunSettings& settings, const GenericRoute& route,
             const EnvironmentList& environment) {
  std::string name = settings.band.empty() ? environment.text("GATE_BAND") : settings.band;
  if (name == "focus") return Band::focus;
  if (name == "bulk") return Band::bulk;
  return route.band == GenericBand::focus ? Band::focus : Band::bulk;
}

std::string find_program(const std::string& name, const EnvironmentList& environment) {
  if (name.find('/') != std::string::npos) return name;
  if (auto found = find_real_program(name, environment.text("PATH"))) return *found;
  ::dprintf(STDERR_FILENO, "gate: %s: command not found\n", name.c_str());
  ::_exit(127);
}

[[noreturn]] void run_routed(std::vector<std::string> words, EnvironmentList environment,
                             const RunSettings& settings) {
  LeasedProgram program;
  program.path = find_program(words[0], environment);
  const GenericRoute route = configured(words, environment).value_or(GenericRoute{});
  const bool is_asked = !settings.band.empty() || settings.lane || settings.jobs;
  if (is_inside_lease(environment) || (route.band == GenericBand::passthrough && !is_asked))
    become_program(program.path, words, environment);
  Request& request = program.request;
  request.requester = requester_name(environment);
  request.command = one_line(words);
  request.directory = here();
  request.shape = request.command + ' ' + request.directory;
  request.lane = lane_of(settings.lane.value_or(route.lane));
  request.band = band_of(settings, route, environment);
  request.max_jobs = all_if_zero(settings.jobs.value_or(route.jobs));
  request.memory_per_job = settings.memory != 0 ? settings.memory : route.memory;
  program.words = std::move(words);
  program.environment = std::move(environment);
  run_leased(std::move(program));
}

}  // namespace

std::vector<std::string> words_of(const RunSettings& settings) {
  return {settings.lane.value_or(""), settings.band,
          settings.jobs ? std::to_string(*settings.jobs) : "", std::to_string(settings.memory)};
}

void run_command_shim(std::vector<std::string> words, EnvironmentList environment) {
  if (words.size() < 2 + kSettings) ::_exit(2);  // only the builtin starts this
  const auto settings = settings_of(std::span(words).subspan(1, kSettings));
  words.erase(words.begin(), words.begin() + 1 + kSettings);
  run_routed(std::move(words), std::move(environment), settings);
}

void run_program_shim(std::vector<std::string> words, EnvironmentList environment) {
  words[0] = words[0].substr(words[0].rfind('/') + 1);
  run_routed(std::move(words), std::move(environment), {});
}

}  // namespace weir::gate
