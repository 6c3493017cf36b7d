#include "parser/diagnostic.h"

#include <fmt/core.h>

#include <algorithm>

#include "parser/ast.h"

namespace weir::parser {

namespace {

/// A longer line is cut for the message: nobody reads a caret 5,000 columns away.
constexpr size_t kMaxShown = 160;

bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

uint32_t code_points(std::string_view text) {
  return static_cast<uint32_t>(
      std::ranges::count_if(text, [](char c) { return !continues_code_point(c); }));
}

std::string_view name_of(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

/// The source line and the caret line below it; tabs and control characters are
/// shown as one blank so that the caret stays under its text.
void append_excerpt(std::string& out, std::string_view source, Span span) {
  const size_t at = std::min<size_t>(span.begin, source.size());
  size_t from = at == 0 ? 0 : source.rfind('\n', at - 1);
  from = at == 0 || from == std::string_view::npos ? 0 : from + 1;
  size_t to = std::min(source.find('\n', at), source.size());
  if (at - from > kMaxShown / 2) {
    from = at - kMaxShown / 2;
    while (from < at && continues_code_point(source[from])) ++from;
  }
  if (to - from > kMaxShown) {
    to = from + kMaxShown;
    while (to > at && continues_code_point(source[to])) --to;
  }
  out += "  ";
  for (char c : source.substr(from, to - from))
    out += static_cast<unsigned char>(c) < ' ' || c == 0x7F ? ' ' : c;
  out += "\n  ";
  out.append(code_points(source.substr(from, at - from)), ' ');
  const size_t end = std::clamp<size_t>(span.end, at, to);
  out.append(std::max<size_t>(1, code_points(source.substr(at, end - at))), '^');
  out += '\n';
}

}  // namespace

Unit::Position Unit::position(uint32_t offset) const {
  const std::string_view text = source;
  const auto at = static_cast<uint32_t>(std::min<size_t>(offset, text.size()));
  if (line_starts.empty()) {
    line_starts.push_back(0);
    for (size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1))
      line_starts.push_back(static_cast<uint32_t>(i + 1));
  }
  const auto after = std::ranges::upper_bound(line_starts, at);
  const auto line = static_cast<uint32_t>(after - line_starts.begin() - 1);
  // Counted from the last place of the line: thousands may be asked for on one long line.
  if (last_column.at < line_starts[line] || last_column.line != line)
    last_column = {line, line_starts[line], 1};
  const auto [from, to] = std::minmax(last_column.at, at);
  const uint32_t between = code_points(text.substr(from, to - from));
  last_column.column += at == to ? between : -between;
  last_column.at = at;
  return {first_line + line, last_column.column};
}

std::string render(const Diagnostic& diagnostic, const Unit& unit) {
  const auto position = unit.position(diagnostic.span.begin);
  std::string out =
      fmt::format("{}:{}:{}: {}: {} [{}]\n", unit.name, position.line, position.column,
                  name_of(diagnostic.severity), diagnostic.message, diagnostic.code);
  append_excerpt(out, unit.source, diagnostic.span);
  if (!diagnostic.help.empty()) out += fmt::format("  help: {}\n", diagnostic.help);
  return out;
}

Value to_row(const Diagnostic& diagnostic, const Unit& unit) {
  const auto begin = unit.position(diagnostic.span.begin);
  const auto end = unit.position(diagnostic.span.end);
  return Record{{"code", Value(diagnostic.code)},
                {"severity", Value(name_of(diagnostic.severity))},
                {"file", Value(unit.name)},
                {"line", Value(int64_t{begin.line})},
                {"column", Value(int64_t{begin.column})},
                {"end_line", Value(int64_t{end.line})},
                {"end_column", Value(int64_t{end.column})},
                {"message", Value(diagnostic.message)},
                {"help", Value(diagnostic.help)}};
}

}  // namespace weir::parser
