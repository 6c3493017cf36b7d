#include "base/signal_names.h"

#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstring>

#include "base/text.h"

namespace weir {

namespace {

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// RTMIN+n and RTMAX-n.
std::optional<int> real_time(std::string_view name) {
  const bool from_min = name.starts_with("RTMIN");
  if (!from_min && !name.starts_with("RTMAX")) return std::nullopt;
  const std::string_view rest = name.substr(5);
  if (rest.empty()) return from_min ? SIGRTMIN : SIGRTMAX;
  if (rest.front() != (from_min ? '+' : '-')) return std::nullopt;
  const auto offset = number_of(rest.substr(1));
  if (!offset || *offset > SIGRTMAX - SIGRTMIN) return std::nullopt;
  return from_min ? SIGRTMIN + *offset : SIGRTMAX - *offset;
}

}  // namespace

std::string signal_name(int signal) {
  if (const char* name = ::sigabbrev_np(signal)) return name;
  if (signal == SIGRTMIN) return "RTMIN";
  if (signal == SIGRTMAX) return "RTMAX";
  if (signal > SIGRTMIN && signal < SIGRTMAX) return fmt::format("RTMIN+{}", signal - SIGRTMIN);
  return fmt::format("{}", signal);
}

std::vector<int> all_signals() {
  std::vector<int> all;
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (::sigabbrev_np(signal) || signal >= SIGRTMIN) all.push_back(signal);
  }
  return all;
}

Result<int> parse_signal(std::string_view text) {
  if (const auto number = number_of(text)) {
    if (*number >= 0 && *number <= SIGRTMAX) return *number;
    return fail(ErrorKind::invalid, fmt::format("{} is not a signal's number", text));
  }
  std::string name = upper_all(text);
  if (name.starts_with("SIG")) name.erase(0, 3);
  std::vector<std::string> known;
  for (int signal : all_signals()) {
    known.push_back(signal_name(signal));
    if (known.back() == name) return signal;
  }
  if (const auto signal = real_time(name)) return *signal;
  if (name == "IOT") return SIGABRT;
  if (name == "CLD") return SIGCHLD;
  if (name == "IO") return SIGIO;
  const std::vector<std::string_view> views(known.begin(), known.end());
  return fail(ErrorKind::not_found,
              fmt::format("{} is not a signal{}", quote_word(text), did_you_mean(name, views)));
}

}  // namespace weir
