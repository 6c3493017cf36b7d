// seq: numbers as typed rows. Decimal fractions are counted exactly, as scaled integers.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "builtins/row_filter_support.h"
#include "builtins/tool_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'s', "separator", "TEXT", "put TEXT between the numbers instead of newlines"},
    {'w', "equal-width", "", "pad with zeros in front"},
    {'f', "format", "FORMAT", "print each with this printf format"},
    {0, "json", "", "one JSON array"},
};
constexpr ExampleSchema kExamples[] = {
    {"seq 3", "1, 2 and 3"},
    {"seq 0 0.25 1", "from 0 to 1 in steps"},
    {"for i in $(seq 10 -1 1); do …", "downwards"},
};
constexpr CommandSchema kSchema = {
    .name = "seq",
    .summary = "count from FIRST to LAST",
    .synopsis = "[--json] [FIRST [STEP]] LAST",
    .flags = kFlags,
    .min_operands = 1,
    .max_operands = 3,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "Emits typed rows: ints, or floats where FIRST or STEP has a decimal point. With -s, "
        "-w or -f, and for\nnumbers that are not plain decimals of 64 bits, the program seq "
        "does it.",
    .group = "rows",
};

constexpr int kMaxDecimals = 15;

/// A plain decimal: digits without the point, and how many of them follow it.
struct Decimal {
  int64_t digits = 0;
  int decimals = 0;
};

std::optional<Decimal> parse_decimal(const Value& word) {
  std::string text = word.to_text();
  if (text.starts_with('+')) text.erase(0, 1);
  const bool negative = text.starts_with('-');
  Decimal number;
  if (const size_t point = text.find('.'); point != std::string::npos) {
    if (text.size() - point - 1 > kMaxDecimals) return {};
    number.decimals = static_cast<int>(text.size() - point - 1);
    text.erase(point, 1);
  }
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number.digits);
  if (ec != std::errc() || end != text.data() + text.size()) return {};
  if (negative && number.digits == 0) return {};  // coreutils prints "-0"
  return number;
}

bool scale(Decimal& number, int decimals) {
  for (; number.decimals < decimals; ++number.decimals) {
    if (__builtin_mul_overflow(number.digits, int64_t{10}, &number.digits)) return false;
  }
  return true;
}

struct Range {
  int64_t first;
  int64_t step;
  int64_t last;
  int decimals;        // of all three
  int shown_decimals;  // LAST does not count
};

/// Nothing when only the program can do it.
std::optional<Range> read_range(const List& words) {
  if (words.empty() || words.size() > 3) return {};
  std::vector<Decimal> numbers;
  for (const Value& word : words) {
    auto number = parse_decimal(word);
    if (!number) return {};
    numbers.push_back(*number);
  }
  Decimal first{1};
  Decimal step{1};
  Decimal last = numbers.back();
  if (numbers.size() > 1) first = numbers[0];
  if (numbers.size() > 2) step = numbers[1];
  const int shown = std::max(first.decimals, step.decimals);
  const int decimals = std::max(shown, last.decimals);
  if (!scale(first, decimals) || !scale(step, decimals) || !scale(last, decimals)) return {};
  return Range{first.digits, step.digits, last.digits, decimals, shown};
}

/// What is wrong with words among which there is no flag of the program; empty when nothing is.
std::string wrong_operand(const List& words) {
  for (const Value& word : words) {
    const std::string text = word.to_text();
    char* end = nullptr;
    (void)std::strtold(text.c_str(), &end);
    const bool is_number = !text.empty() && end == text.c_str() + text.size();
    if (!is_number && text.starts_with('-')) return {};
    if (!is_number) return fmt::format("{} is not a number", quote_word(text));
  }
  if (words.size() <= 3) return {};
  return fmt::format("takes at most three operands; {} is too many",
                     quote_word(words[3].to_text()));
}

Row decimal_row(const Range& range, int64_t scaled) {
  const bool negative = scaled < 0;
  std::string text =
      std::to_string(negative ? 0 - static_cast<uint64_t>(scaled) : static_cast<uint64_t>(scaled));
  const auto decimals = static_cast<size_t>(range.decimals);
  if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
  text.insert(text.size() - decimals, ".");
  text.resize(text.size() - static_cast<size_t>(range.decimals - range.shown_decimals));
  if (text.ends_with('.')) text.pop_back();
  if (negative) text.insert(0, "-");
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return Row(number, true, text + '\n');
}

/// The digits that are not shown are zero in every number: only LAST has them.
Row make_row(const Range& range, int64_t scaled) {
  if (range.decimals == 0) return Value(scaled);
  if (range.shown_decimals > 0) return decimal_row(range, scaled);
  int64_t unit = 1;
  for (int i = 0; i < range.decimals; ++i) unit *= 10;
  return Value(scaled / unit);
}

Task<int> count(Invocation call, Range range, bool as_array) {
  ReportWriter out(call.ctx, as_array);
  int64_t number = range.first;
  while (range.step > 0 ? number <= range.last : number >= range.last) {
    auto written = co_await out.put(make_row(range, number));
    if (!written) co_return co_await kernel::stream_failed(call, std::move(written.error()));
    if (wants_pause(call.ctx)) {
      auto go_on = co_await pause_point(call.ctx);
      if (!go_on) co_return co_await kernel::stream_failed(call, std::move(go_on.error()));
    }
    if (__builtin_add_overflow(number, range.step, &number)) break;
  }
  auto ended = co_await out.end();
  if (!ended) co_return co_await kernel::stream_failed(call, std::move(ended.error()));
  co_return 0;
}

ValueTask<int> run(Invocation call) {
  const bool as_array = std::erase(call.operands(), Value("--json")) > 0;
  if (call.operands().empty()) return kernel::misuse(call, "an operand is missing: LAST");
  const auto range = read_range(call.operands());
  if (!range) {
    if (std::string wrong = wrong_operand(call.operands()); !wrong.empty())
      return kernel::misuse(call, std::move(wrong));
    return hand_over(std::move(call));
  }
  if (range->step == 0) return kernel::misuse(call, "the step is 0, so LAST is never reached");
  return count(std::move(call), *range, as_array);
}

}  // namespace

void register_seq(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
