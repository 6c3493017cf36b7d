#include "parser/allow_comment.h"

#include <algorithm>
#include <string_view>

namespace weir::parser {

namespace {

constexpr std::string_view kMark = "# weir: allow ";

/// The line that holds the byte `at`, without its newline.
std::string_view line_around(std::string_view source, size_t at) {
  const size_t before = at == 0 ? std::string_view::npos : source.rfind('\n', at - 1);
  const size_t from = before == std::string_view::npos ? 0 : before + 1;
  return source.substr(from, std::min(source.find('\n', from), source.size()) - from);
}

bool is_comment_alone(std::string_view line) {
  const size_t text = line.find_first_not_of(" \t");
  return text != std::string_view::npos && line[text] == '#';
}

bool allows(std::string_view line, std::string_view code) {
  const size_t mark = line.find(kMark);
  return mark != std::string_view::npos &&
         line.find(code, mark + kMark.size()) != std::string_view::npos;
}

bool is_allowed(std::string_view source, const Diagnostic& diagnostic) {
  if (diagnostic.severity == Severity::error) return false;
  const std::string_view line = line_around(source, diagnostic.span.begin);
  if (allows(line, diagnostic.code)) return true;
  const auto from = static_cast<size_t>(line.data() - source.data());
  if (from == 0) return false;
  const std::string_view above = line_around(source, from - 1);
  return is_comment_alone(above) && allows(above, diagnostic.code);
}

}  // namespace

void remove_allowed(std::vector<Diagnostic>& found, const Unit& unit) {
  const std::string_view source = unit.source;
  if (source.find(kMark) == std::string_view::npos) return;
  std::erase_if(found, [&](const Diagnostic& one) { return is_allowed(source, one); });
}

}  // namespace weir::parser
