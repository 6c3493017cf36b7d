#include "kernel/trace.h"

#include "base/text.h"
#include "kernel/builtin.h"
#include "kernel/expansion.h"
#include "kernel/kept_place.h"
#include "kernel/shell.h"
#include "parser/parser.h"

namespace weir::kernel {

using loop::Task;

namespace {

/// PS4 is read as a here-document is: expansions count, quotes do not.
parser::UnitPtr read_prefix(std::string_view text) {
  constexpr std::string_view kEnd = "\x01PS4";
  auto read = parser::parse("PS4", fmt::format(": <<{}\n{}\n{}\n", kEnd, text, kEnd));
  return read.outcome == parser::Outcome::ok ? read.unit : nullptr;
}

const parser::Word& body_of(const parser::Unit& unit) {
  const parser::Stage& stage = unit.body->items[0].items[0].pipeline->stages[0];
  return *stage.command->redirects[0].target;
}

/// While it is expanded nothing is traced, and $LINENO is the line of what is.
class PrefixFrame {
 public:
  PrefixFrame(Context& ctx, const parser::UnitPtr& unit)
      : ctx_(ctx), place_(ctx), status_(ctx.substitution_status) {
    KeptPlace::interrupt(ctx, unit);
    ctx.unit = unit;
    ctx.scope.options.xtrace = false;
  }
  ~PrefixFrame() {
    ctx_.substitution_status = status_;
    ctx_.scope.options.xtrace = true;
  }
  PrefixFrame(const PrefixFrame&) = delete;
  PrefixFrame& operator=(const PrefixFrame&) = delete;

 private:
  Context& ctx_;
  const KeptPlace place_;
  const decltype(Context::substitution_status) status_;
};

/// As it is where it cannot be expanded: a trace is no place for an error.
Task<std::string> prefix(Context& ctx) {
  const auto value = ctx.lookup("PS4");
  std::string text = value ? value->to_text() : "+ ";
  if (text.find('$') == std::string::npos && text.find('\\') == std::string::npos) co_return text;
  auto& kept = ctx.shell.trace_prefix;
  if (kept.text != text) kept = {text, read_prefix(text)};
  const parser::UnitPtr unit = kept.unit;
  if (!unit) co_return text;
  const PrefixFrame frame(ctx, unit);
  auto expanded = co_await expand_text(ctx, body_of(*unit));
  if (!expanded) co_return text;
  if (expanded->ends_with('\n')) expanded->pop_back();  // of the here-document
  co_return std::move(*expanded);
}

}  // namespace

std::string traced_value(const Value& value) {
  if (!value.is_scalar()) return value.to_json();
  return value.is_null() ? "null" : quote_word(value.to_text());
}

Task<void> trace(Context& ctx, std::string line) {
  const std::string before = co_await prefix(ctx);
  // As it is: PS4 may have colours, and the words are quoted.
  (void)co_await ctx.err().write(before + line + '\n', {});
}

}  // namespace weir::kernel
