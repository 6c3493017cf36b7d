#include "repl/prompt_text.h"

#include <fmt/format.h>

#include <ctime>
#include <optional>
#include <vector>

#include "base/text.h"

namespace weir::repl {

namespace {

constexpr auto kLongEntry = std::chrono::seconds(2);

std::string colored(const PromptFacts& facts, std::string_view code, const std::string& text) {
  if (!facts.has_colors || text.empty()) return text;
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

/// On one line: what a directory is called must not colour or split the prompt.
std::string abbreviated(std::string_view directory, std::string_view home) {
  if (home.size() > 1 && directory.starts_with(home)) {
    const std::string_view rest = directory.substr(home.size());
    if (rest.empty() || rest.starts_with('/')) return "~" + one_line(rest);
  }
  return one_line(directory);
}

std::string last_part(const std::string& directory) {
  return directory.size() > 1 ? directory.substr(directory.rfind('/') + 1) : directory;
}

std::string time_text(const PromptFacts& facts, const std::string& format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(facts.now);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  std::string text(256, '\0');
  text.resize(std::strftime(text.data(), text.size(), format.c_str(), &parts));
  return text;
}

/// What stands for the escape `letter`; nothing: it is none.
std::optional<std::string> simple_escape(char letter, const PromptFacts& facts) {
  switch (letter) {
    case 'w':
      return abbreviated(facts.directory, facts.home);
    case 'W':
      return last_part(abbreviated(facts.directory, facts.home));
    case 'u':
      return facts.user;
    case 'h':
      return facts.host.substr(0, facts.host.find('.'));
    case 'H':
      return facts.host;
    case '$':
      return facts.is_root ? "#" : "$";
    case 'j':
      return fmt::format("{}", facts.jobs);
    case 't':
      return time_text(facts, "%H:%M:%S");
    case 'T':
      return time_text(facts, "%I:%M:%S");
    case '@':
      return time_text(facts, "%I:%M %p");
    case 'A':
      return time_text(facts, "%H:%M");
    case 'd':
      return time_text(facts, "%a %b %d");
    case 's':
      return "weir";
    case '#':
    case '!':
      return fmt::format("{}", facts.entry);
    case '?':
      return fmt::format("{}", facts.status);
    case 'g':
      return git_text(facts.git);
    case 'n':
      return "\n";
    case 'r':
      return "\r";
    case 'a':
      return "\a";
    case 'e':
      return "\x1b";
    case '\\':
      return "\\";
    case '[':
    case ']':
      return "";
    default:
      return std::nullopt;
  }
}

/// \D{FORMAT} at `at`, the letter; moves behind it.
std::string dated(std::string_view text, size_t& at, const PromptFacts& facts) {
  const size_t end = text.find('}', at);
  if (text.substr(at + 1, 1) != "{" || end == std::string_view::npos) return "\\D";
  const std::string format(text.substr(at + 2, end - at - 2));
  at = end;
  return time_text(facts, format.empty() ? "%X" : format);
}

bool is_octal(std::string_view digits) {
  return digits.size() == 3 && digits.find_first_not_of("01234567") == std::string_view::npos;
}

}  // namespace

std::string short_directory(std::string_view directory, std::string_view home) {
  const std::string whole = abbreviated(directory, home);
  std::vector<std::string_view> parts;
  for (size_t from = 0; from <= whole.size();) {
    const size_t end = std::min(whole.find('/', from), whole.size());
    parts.push_back(std::string_view(whole).substr(from, end - from));
    from = end + 1;
  }
  constexpr size_t kMostParts = 4;
  if (parts.size() <= kMostParts) return whole;
  std::string text(parts.front());
  for (size_t i = 1; i < parts.size(); ++i) {
    const bool is_whole = i + 2 >= parts.size();
    const bool is_hidden = parts[i].starts_with('.');
    text += '/';
    text += is_whole ? parts[i] : slice_code_points(parts[i], 0, is_hidden ? 2 : 1);
  }
  return text;
}

std::string default_prompt(const PromptFacts& facts) {
  std::string text = colored(facts, "1;34", short_directory(facts.directory, facts.home));
  const auto add = [&](std::string_view code, const std::string& part) {
    if (!part.empty()) text += " " + colored(facts, code, part);
  };
  add("35", git_text(facts.git));
  if (facts.jobs > 0) add("36", fmt::format("{}&", facts.jobs));
  if (facts.status != 0) add("31", fmt::format("!{}", facts.status));
  if (facts.duration > kLongEntry) {
    add("33", format_duration(std::chrono::duration_cast<std::chrono::seconds>(facts.duration)));
  }
  return text + (facts.is_root ? " # " : " $ ");
}

std::string expand_prompt_escapes(std::string_view text, const PromptFacts& facts) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const char letter = text[++at];
    if (is_octal(text.substr(at, 3))) {
      out +=
          static_cast<char>((letter - '0') * 64 + (text[at + 1] - '0') * 8 + (text[at + 2] - '0'));
      at += 2;
    } else if (letter == 'D') {
      out += dated(text, at, facts);
    } else if (auto meaning = simple_escape(letter, facts)) {
      out += *meaning;
    } else {
      out += '\\';
      out += letter;
    }
  }
  return out;
}

size_t prompt_width(std::string_view text) {
  text = text.substr(text.rfind('\n') + 1);
  std::string visible;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\x1b') {
      visible += text[at];
    } else if (text.substr(at + 1, 1) == "[") {
      // ECMA-48 5.4: parameters and intermediates up to a final byte.
      at += 2;
      while (at < text.size() && (text[at] < 0x40 || text[at] > 0x7e)) ++at;
    } else if (text.substr(at + 1, 1) == "]") {
      const size_t bell = text.find('\a', at);
      const size_t terminator = text.find("\x1b\\", at + 2);
      const size_t end =
          std::min(bell, terminator == std::string_view::npos ? terminator : terminator + 1);
      at = std::min(end, text.size());
    } else {
      ++at;
    }
  }
  return display_width(visible);
}

}  // namespace weir::repl
