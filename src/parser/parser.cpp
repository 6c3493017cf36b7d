#include "parser/parser.h"

#include <cstring>

#include "base/text.h"
#include "parser/actions_arithmetic.h"
#include "parser/actions_compound.h"
#include "parser/actions_tests.h"
#include "parser/actions_words.h"
#include "parser/messages.h"

namespace weir::parser {

namespace {

/// Offsets are 32 bits wide.
constexpr size_t kMaxSource = UINT32_MAX - 1;

ParseResult failed(UnitPtr unit, Diagnostic diagnostic) {
  ParseResult result;
  result.outcome = Outcome::error;
  result.unit = std::move(unit);
  result.diagnostics.push_back(std::move(diagnostic));
  return result;
}

void parse_unit(Unit& unit, ItemReader* reader) {
  Builder builder(unit);
  builder.reader = reader;
  tao::pegtl::memory_input<tao::pegtl::tracking_mode::lazy, tao::pegtl::eol::lf, const char*> in(
      builder.base, builder.end, "");
  (void)tao::pegtl::parse<grammar::unit, action, control>(in, builder);
  if (builder.has_pending_here_documents())
    builder.fail_open_here_document(builder.pending.front(), builder.end);
  unit.body = builder.lists.pop();
  builder.give_items(unit.body->items);
  if (reader != nullptr && reader->drops_tree) unit.body = nullptr;
}

}  // namespace

ParseResult parse(std::string name, std::string source, uint32_t first_line, ItemReader* reader) {
  auto unit = std::make_shared<Unit>();
  unit->name = std::move(name);
  unit->source = std::move(source);
  unit->first_line = first_line;
  if (unit->source.size() > kMaxSource) {
    unit->source.clear();
    return failed(unit,
                  {Severity::error, "E031", "a text of 4 GiB or more cannot be read", "", {}});
  }
  if (const void* nul = std::memchr(unit->source.data(), 0, unit->source.size())) {
    const auto at = static_cast<uint32_t>(static_cast<const char*>(nul) - unit->source.data());
    return failed(unit,
                  {Severity::error, "E015", "a NUL byte: this is not a script", "", {at, at + 1}});
  }
  ParseResult result;
  result.unit = unit;
  try {
    parse_unit(*unit, reader);
  } catch (SyntaxError& error) {
    unit->body = nullptr;
    result.outcome = error.incomplete ? Outcome::incomplete : Outcome::error;
    result.missing = std::move(error.missing);
    // Both may quote the text, which may hold anything.
    error.diagnostic.message = one_line(std::move(error.diagnostic.message));
    error.diagnostic.help = one_line(std::move(error.diagnostic.help));
    result.diagnostics.push_back(std::move(error.diagnostic));
  }
  return result;
}

}  // namespace weir::parser
