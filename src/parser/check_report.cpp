#include "parser/check_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "parser/allow_comment.h"

namespace weir::parser {

namespace {

std::string code_of(Severity severity, Check check) {
  return fmt::format("{}{:03}", severity == Severity::error ? 'E' : 'W', static_cast<int>(check));
}

}  // namespace

void CheckReport::add(Severity severity, Check check, Span span, std::string message,
                      std::string help, std::string_view builtin, bool in_function) {
  findings_.push_back({{severity, code_of(severity, check), one_line(std::move(message)),
                        one_line(std::move(help)), shown(span)},
                       std::string(builtin),
                       in_function});
}

void CheckReport::misuse(Check check, std::string_view builtin, const Place& place, Span span,
                         std::string message, std::string help) {
  if (place.is_handled && !wants_warnings) return;
  add(place.is_handled ? Severity::warning : Severity::error, check, span, std::move(message),
      std::move(help), builtin, place.in_function);
}

CheckReport::Inner::Inner(CheckReport& report, const Unit& inner, Span span)
    : report_(report), unit_(report.unit), shown_(report.shown_) {
  report.unit = &inner;
  if (!report.shown_) report.shown_ = span;
}

CheckReport::Inner::~Inner() {
  report_.unit = unit_;
  report_.shown_ = shown_;
}

bool CheckReport::holds(Finding& finding, const Names& functions) const {
  if (finding.builtin.empty()) return true;
  if (functions.contains(finding.builtin) || facts.aliases.contains(finding.builtin)) return false;
  if (shell.builtin(finding.builtin).is_special) return true;
  // A function from elsewhere could take the builtin's name: not certain any more.
  const bool is_certain = !facts.sources_text && !facts.makes_unknown_aliases &&
                          (shell.is_program || !finding.in_function);
  if (!is_certain && finding.diagnostic.severity == Severity::error) {
    finding.diagnostic.severity = Severity::warning;
    finding.diagnostic.code[0] = 'W';
  }
  return is_certain || wants_warnings;
}

void CheckReport::drop(Check check) {
  std::erase_if(findings_, [code = code_of(Severity::warning, check)](const Finding& finding) {
    return finding.diagnostic.code == code;
  });
}

std::vector<Diagnostic> CheckReport::take(const Unit& whole) {
  if (findings_.empty()) return {};
  const Names functions(facts.functions.begin(), facts.functions.end());
  std::vector<Diagnostic> found;
  for (Finding& finding : findings_) {
    if (holds(finding, functions)) found.push_back(std::move(finding.diagnostic));
  }
  if (wants_warnings) remove_allowed(found, whole);
  std::ranges::sort(found, [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span.begin, a.code, a.message) < std::tie(b.span.begin, b.code, b.message);
  });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.span == b.span && a.code == b.code && a.message == b.message;
  };
  found.erase(std::ranges::unique(found, same).begin(), found.end());
  return found;
}

}  // namespace weir::parser
