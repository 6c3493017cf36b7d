#include "repl/styled_text.h"

#include <fmt/format.h>

#include <iterator>

namespace weir::repl {

namespace {

constexpr char kEscape = 0x1B;
constexpr char kBell = 0x07;

std::vector<int> numbers(std::string_view parameters) {
  std::vector<int> values(1, 0);
  for (const char c : parameters) {
    if (c == ';' || c == ':')
      values.push_back(0);
    else if (c >= '0' && c <= '9' && values.back() < 100000)
      values.back() = values.back() * 10 + (c - '0');
  }
  return values;
}

/// `38;5;N` and `38;2;R;G;B`, with `i` at the number behind 38. Leaves `i` at the last one used.
Color extended_color(const std::vector<int>& values, size_t& i) {
  const auto byte = [&](size_t at) {
    return static_cast<uint8_t>(at < values.size() ? values[at] : 0);
  };
  if (i >= values.size()) return {};
  if (values[i] == 5) return Color::palette(byte(++i));
  if (values[i] != 2) return {};
  i += 3;
  return Color::rgb(byte(i - 2), byte(i - 1), byte(i));
}

void apply_attribute(int value, Style& style) {
  static constexpr uint8_t kOn[] = {Style::bold,      Style::dim, Style::italic,
                                    Style::underline, 0,          0,
                                    Style::reverse,   0,          Style::strike};
  const auto off = [&](int bits) { style.attributes &= static_cast<uint8_t>(~bits); };
  if (value >= 1 && value <= 9) style.attributes |= kOn[value - 1];
  if (value == 22) off(Style::bold | Style::dim);
  if (value == 23) off(Style::italic);
  if (value == 24) off(Style::underline);
  if (value == 27) off(Style::reverse);
  if (value == 29) off(Style::strike);
}

void apply_sgr(std::string_view parameters, Style& style) {
  const auto values = numbers(parameters);
  for (size_t i = 0; i < values.size(); ++i) {
    const int value = values[i];
    const auto index = [&](int first) {
      return Color::palette(static_cast<uint8_t>(value - first));
    };
    if (value == 0)
      style = {};
    else if (value >= 30 && value <= 37)
      style.foreground = index(30);
    else if (value >= 90 && value <= 97)
      style.foreground = index(90 - 8);
    else if (value >= 40 && value <= 47)
      style.background = index(40);
    else if (value >= 100 && value <= 107)
      style.background = index(100 - 8);
    else if (value == 38)
      style.foreground = extended_color(values, ++i);
    else if (value == 48)
      style.background = extended_color(values, ++i);
    else if (value == 39)
      style.foreground = {};
    else if (value == 49)
      style.background = {};
    else
      apply_attribute(value, style);
  }
}

/// The end of the escape sequence at `at`; `style` follows it when it is SGR.
size_t take_escape(std::string_view text, size_t at, Style& style) {
  size_t i = at + 1;
  if (i >= text.size()) return i;
  if (text[i] == '[') {
    const size_t begin = ++i;
    while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x40) ++i;
    if (i < text.size() && text[i] == 'm') apply_sgr(text.substr(begin, i - begin), style);
    return std::min(i + 1, text.size());
  }
  if (text[i] != ']') return i + 1;
  while (i < text.size() && text[i] != kBell && !(text[i] == '\\' && text[i - 1] == kEscape)) ++i;
  return std::min(i + 1, text.size());
}

void append_color(std::string& out, Color color, int base) {
  auto to = std::back_inserter(out);
  const int value = color.value;
  if (value == Color::kDefault) return;
  if (value & Color::kRgb)
    fmt::format_to(to, ";{};2;{};{};{}", base + 8, value >> 16 & 255, value >> 8 & 255,
                   value & 255);
  else if (value < 8)
    fmt::format_to(to, ";{}", base + value);
  else if (value < 16)
    fmt::format_to(to, ";{}", base + 60 + value - 8);
  else
    fmt::format_to(to, ";{};5;{}", base + 8, value);
}

}  // namespace

Style without_colors(Style style) {
  constexpr Color kGrey = Color::palette(8);
  if (style.foreground == kGrey) style.attributes |= Style::dim;
  style.foreground = style.background = {};
  return style;
}

std::string sgr_sequence(const Style& style) {
  static constexpr std::pair<uint8_t, char> kCodes[] = {
      {Style::bold, '1'},      {Style::dim, '2'},     {Style::italic, '3'},
      {Style::underline, '4'}, {Style::reverse, '7'}, {Style::strike, '9'}};
  std::string out = "\x1b[0";
  for (const auto& [attribute, code] : kCodes) {
    if (style.attributes & attribute) out.append({';', code});
  }
  append_color(out, style.foreground, 30);
  append_color(out, style.background, 40);
  return out + 'm';
}

std::vector<StyledRun> parse_styled_text(std::string_view text) {
  std::vector<StyledRun> runs;
  Style style;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == kEscape) {
      i = take_escape(text, i, style);
      continue;
    }
    const auto c = static_cast<unsigned char>(text[i++]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) continue;
    if (runs.empty() || runs.back().style != style) runs.push_back({{}, style});
    runs.back().text += static_cast<char>(c);
  }
  return runs;
}

}  // namespace weir::repl
