// Any bytes parsed: no crash, places inside of the text, a tree that can be dumped,
// and an outcome that agrees with what a newline behind the text makes of it.
#include <cstdlib>
#include <string>

#include "parser/dump.h"
#include "parser/parser.h"

using namespace weir::parser;

namespace {

void check_findings(const ParseResult& result, size_t size) {
  if (result.diagnostics.empty()) std::abort();
  for (const Diagnostic& one : result.diagnostics) {
    if (one.span.begin > one.span.end || one.span.end > size) std::abort();
    if (one.message.contains('\n') || one.help.contains('\n')) std::abort();
    (void)render(one, *result.unit);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const ParseResult result = parse("t", text);
  const ParseResult with_newline = parse("t", text + '\n');
  switch (result.outcome) {
    case Outcome::ok:
      (void)dump(*result.unit);
      // A \r at the end is text until the newline makes it a line's end.
      if (with_newline.outcome != Outcome::ok && !text.ends_with('\r')) std::abort();
      break;
    case Outcome::incomplete:
      check_findings(result, size);
      break;
    case Outcome::error:
      check_findings(result, size);
      if (with_newline.outcome == Outcome::ok) std::abort();
      break;
  }
  return 0;
}
