// Any bytes parsed, validated and planned: no crash, and the findings do not depend
// on whether the tree is kept.
#include <cstdlib>

#include "parser/plan.h"
#include "parser/validator.h"
#include "support/test_shell.h"

using namespace weir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const test::TestShell shell;
  const auto kept = parser::parse_and_validate("t", text, 1, shell, parser::Findings::all);
  const auto dropped =
      parser::parse_and_validate("t", text, 1, shell, parser::Findings::all, false);
  const auto errors = parser::parse_and_validate("t", text, 1, shell, parser::Findings::errors);
  if (kept.outcome != dropped.outcome || kept.outcome != errors.outcome) std::abort();
  if (kept.diagnostics.size() != dropped.diagnostics.size()) std::abort();
  for (size_t i = 0; i < kept.diagnostics.size(); ++i) {
    const auto& one = kept.diagnostics[i];
    const auto& other = dropped.diagnostics[i];
    if (one.code != other.code || !(one.span == other.span) || one.message != other.message)
      std::abort();
    if (one.span.begin > one.span.end || one.span.end > text.size()) std::abort();
    (void)parser::render(one, *kept.unit);
  }
  if (kept.unit->body != nullptr) (void)parser::plan(*kept.unit, shell);
  return 0;
}
