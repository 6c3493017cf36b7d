#include "gate/routes/generic_route.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <charconv>
#include <sstream>

#include "base/text.h"
#include "base/value.h"

namespace weir::gate {

namespace {

constexpr int kMostJobs = 4096;

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

/// One route, member after member; the first that is wrong is kept.
class RouteReader {
 public:
  explicit RouteReader(size_t number) : number_(number) {}

  Result<GenericRoute> read(const Value& value) {
    if (!value.is_record()) return wrong("is no record");
    for (const auto& [name, member] : value.as_record()) {
      if (auto done = read_member(name, member); !done) return fail(std::move(done.error()));
    }
    if (route_.command.empty()) return wrong("has no command");
    return std::move(route_);
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const {
    return fail(ErrorKind::invalid, fmt::format("route {} {}", number_, what));
  }

  Result<void> read_member(const std::string& name, const Value& value) {
    if (name == "jobs") return read_jobs(value);
    if (!value.is_string()) return wrong(fmt::format("has a {} that is no string", name));
    const std::string& text = value.as_string();
    if (name == "command") return read_command(text);
    if (name == "band") return read_band(text);
    if (name == "memory") return read_memory(text);
    if (name == "lane") {
      route_.lane = text.empty() ? "none" : text;
    } else if (name == "jobs_flag") {
      route_.jobs_flag = text;
    } else if (name != "note") {
      return wrong(fmt::format(
          "has a member {}; known are command, lane, band, jobs, jobs_flag, memory and note",
          name));
    }
    return {};
  }

  Result<void> read_command(const std::string& text) {
    std::istringstream words(text);
    for (std::string word; words >> word;) route_.command.push_back(std::move(word));
    return {};
  }

  Result<void> read_jobs(const Value& value) {
    if (!value.is_int() || value.as_int() < 0 || value.as_int() > kMostJobs)
      return wrong(fmt::format("has jobs that are no number from 0 to {}", kMostJobs));
    route_.jobs = static_cast<int>(value.as_int());
    return {};
  }

  Result<void> read_band(const std::string& text) {
    if (text == "bulk")
      route_.band = GenericBand::bulk;
    else if (text == "focus")
      route_.band = GenericBand::focus;
    else if (text == "passthrough")
      route_.band = GenericBand::passthrough;
    else
      return wrong("has a band that is none of focus, bulk and passthrough");
    return {};
  }

  Result<void> read_memory(const std::string& text) {
    const auto size = parse_size(text);
    if (!size) return wrong("has a memory that is no size: " + size.error().message);
    route_.memory = *size;
    return {};
  }

  size_t number_;
  GenericRoute route_;
};

bool fits(const GenericRoute& route, std::span<const std::string> words) {
  if (words.size() < route.command.size()) return false;
  for (size_t i = 0; i < route.command.size(); ++i) {
    std::string word = words[i];
    if (i == 0) word = word.substr(word.rfind('/') + 1);
    if (::fnmatch(route.command[i].c_str(), word.c_str(), 0) != 0) return false;
  }
  return true;
}

}  // namespace

Result<GateSettings> parse_gate_settings(std::string_view json) {
  auto document = Value::parse_json(json);
  if (!document) return fail(std::move(document.error()));
  const Value* list = document->is_record() ? document->as_record().find("routes") : nullptr;
  const Value* aside = document->is_record() ? document->as_record().find("checks_aside") : nullptr;
  if (aside && !aside->is_bool()) {
    return fail(ErrorKind::invalid, "checks_aside is neither true nor false");
  }
  const bool has_list = list && list->is_list();
  if (!has_list && (list || !aside)) return fail(ErrorKind::invalid, "there is no list of routes");
  GateSettings settings;
  if (aside) settings.checks_aside = aside->as_bool();
  for (const Value& value : has_list ? list->as_list() : List()) {
    auto route = RouteReader(settings.routes.size() + 1).read(value);
    if (!route) return fail(std::move(route.error()));
    settings.routes.push_back(std::move(*route));
  }
  return settings;
}

const GenericRoute* find_route(std::span<const GenericRoute> routes,
                               std::span<const std::string> words) {
  for (const GenericRoute& route : routes) {
    if (fits(route, words)) return &route;
  }
  return nullptr;
}

int jobs_of(const GenericRoute& route, std::span<const std::string> words) {
  int jobs = route.jobs;
  const std::string& flag = route.jobs_flag;
  if (flag.empty()) return jobs;
  for (size_t i = 1; i < words.size(); ++i) {
    if (!words[i].starts_with(flag)) continue;
    std::string_view rest = std::string_view(words[i]).substr(flag.size());
    if (rest.starts_with('=')) rest.remove_prefix(1);
    if (!rest.empty()) {
      jobs = whole_number(rest).value_or(jobs);
    } else {
      jobs = i + 1 < words.size() ? whole_number(words[i + 1]).value_or(0) : 0;
    }
  }
  return std::clamp(jobs, 0, kMostJobs);
}

}  // namespace weir::gate
