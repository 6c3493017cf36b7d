#include "gate/routes/generic_route.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/text.h"
#include "base/value.h"

namespace weir::gate {

namespace {

constexpr int kMostJobs = 4096;

constexpr std::string_view kMembers[] = {"routes", "checks_aside", "note"};
constexpr std::string_view kRouteMembers[] = {"command",   "lane",   "band", "jobs",
                                              "jobs_flag", "memory", "note"};

/// `has no member "lanes"; did you mean "lane"?`, or which ones there are.
std::string unknown_member(std::string_view name, std::span<const std::string_view> known) {
  std::string hint = did_you_mean(name, known);
  if (hint.empty()) hint = fmt::format("; there are {}", fmt::join(known, ", "));
  return fmt::format("has no member {}{}", quote_word(name), hint);
}

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
    if (std::ranges::find(kRouteMembers, name) == std::end(kRouteMembers))
      return wrong(unknown_member(name, kRouteMembers));
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
  if (!document->is_record()) return fail(ErrorKind::invalid, "the document is no record");
  const Record& record = document->as_record();
  for (const auto& [name, value] : record) {
    if (std::ranges::find(kMembers, name) == std::end(kMembers))
      return fail(ErrorKind::invalid, "the document " + unknown_member(name, kMembers));
  }
  GateSettings settings;
  if (const Value* note = record.find("note"); note && !note->is_string())
    return fail(ErrorKind::invalid, "the document has a note that is no string");
  if (const Value* aside = record.find("checks_aside")) {
    if (!aside->is_bool())
      return fail(ErrorKind::invalid, "checks_aside is neither true nor false");
    settings.checks_aside = aside->as_bool();
  }
  const Value* list = record.find("routes");
  if (!list) return settings;
  if (!list->is_list()) return fail(ErrorKind::invalid, "routes is no list");
  for (const Value& value : list->as_list()) {
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
