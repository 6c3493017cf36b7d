#include "repl/layout.h"

#include <algorithm>

#include "base/text.h"
#include "repl/row_writer.h"

namespace weir::repl {

namespace {

constexpr Style kSuggestionStyle{.foreground = Color::palette(8)};
constexpr size_t kEverything = SIZE_MAX / 2;

Style shown(const Style& style, const Prompt& prompt) {
  return prompt.has_colors ? style : without_colors(style);
}

/// The style of each byte: an index into the styles that the spans hold, 0 for none.
class Styles {
 public:
  Styles(size_t size, const std::vector<StyledSpan>& spans) : spans_(spans) {
    if (spans.empty()) return;
    index_.resize(size);
    for (size_t i = 0; i < spans.size() && i < UINT16_MAX; ++i) {
      const size_t begin = std::min<size_t>(spans[i].span.begin, size);
      const size_t end = std::clamp<size_t>(spans[i].span.end, begin, size);
      std::fill(index_.begin() + static_cast<std::ptrdiff_t>(begin),
                index_.begin() + static_cast<std::ptrdiff_t>(end), static_cast<uint16_t>(i + 1));
    }
  }
  const Style& at(size_t byte) const {
    static constexpr Style kPlain;
    return index_.empty() || index_[byte] == 0 ? kPlain : spans_[index_[byte] - 1u].style;
  }

 private:
  const std::vector<StyledSpan>& spans_;
  std::vector<uint16_t> index_;
};

/// Writes prompt, text and suggestion.
class BodyWriter {
 public:
  struct Places {
    Place text_begins;
    Place cursor;
  };

  explicit BodyWriter(const LayoutInput& input)
      : input_(input),
        left_(parse_styled_text(input.prompt.left)),
        continuation_(parse_styled_text(input.prompt.continuation)),
        styles_(input.text.size(), input.highlights) {}

  Places write(RowWriter& out) const {
    for (const StyledRun& run : left_) out.put_all(run.text, run.style);
    const Place text_begins = out.place();
    Place cursor = text_begins;
    for (size_t i = 0; i < input_.text.size();) {
      if (i == input_.cursor) cursor = out.place();
      const char c = input_.text[i];
      i = out.put(input_.text, i, styles_.at(i));
      if (c == '\n') continue_line(out);
    }
    if (input_.cursor >= input_.text.size()) cursor = out.place();
    for (size_t i = 0; i < input_.suggestion.size();) {
      const char c = input_.suggestion[i];
      i = out.put(input_.suggestion, i, shown(kSuggestionStyle, input_.prompt));
      if (c == '\n') continue_line(out);
    }
    return {text_begins, cursor};
  }

 private:
  void continue_line(RowWriter& out) const {
    for (const StyledRun& run : continuation_) {
      if (run.text.find('\n') == std::string::npos) out.put_all(run.text, run.style);
    }
  }

  const LayoutInput& input_;
  const std::vector<StyledRun> left_;
  const std::vector<StyledRun> continuation_;
  const Styles styles_;
};

Row row_of(const StyledLine& line, size_t columns) {
  RowWriter out(columns, 0, 1);
  for (const StyledRun& run : line) out.put_all(run.text, run.style);
  auto rows = out.take();
  if (rows.empty()) return {};
  rows[0].wraps = false;
  return std::move(rows[0]);
}

StyledLine shown(StyledLine line, const Prompt& prompt) {
  for (StyledRun& run : line) run.style = shown(run.style, prompt);
  return line;
}

/// On the first row, when there is room for it and a blank on each side.
void add_right_prompt(const LayoutInput& input, size_t row_index, Frame& frame) {
  Row& row = frame.rows[row_index];
  if (input.prompt.right.empty() || row.wraps) return;
  const Row right = row_of(parse_styled_text(input.prompt.right), input.size.columns);
  if (row.cells.size() + right.cells.size() + 2 > input.size.columns) return;
  row.cells.resize(input.size.columns - right.cells.size() - 1);
  row.cells.insert(row.cells.end(), right.cells.begin(), right.cells.end());
}

/// The first row to show of `total`, so that `wanted` is among `height`, moved as little as
/// possible.
size_t viewport_for(size_t before, size_t wanted, size_t total, size_t height) {
  size_t first = std::min(before, total - std::min(total, height));
  if (wanted < first) first = wanted;
  if (wanted >= first + height) first = wanted - height + 1;
  return first;
}

}  // namespace

size_t columns_of(std::string_view text) {
  RowWriter out(kEverything, 0, 0);
  out.put_all(text, {});
  return out.place().column;
}

Layout lay_out(const LayoutInput& input) {
  LayoutInput bounded = input;
  bounded.size.columns = std::max<size_t>(input.size.columns, 1);
  const size_t height = std::max<size_t>(input.size.rows, 1);
  const BodyWriter body(bounded);

  RowWriter measure(bounded.size.columns, 0, 0);
  const auto [text_begins, cursor] = body.write(measure);
  const size_t total = measure.row_count();
  const size_t below = std::min(input.below.size(), height - 1);
  // The menu may take what the text leaves free, or half of the terminal.
  const size_t for_text = std::max(height - below, std::min(total, (height + 1) / 2));
  Layout result;
  result.viewport = viewport_for(input.viewport, cursor.row, total, for_text);

  RowWriter out(bounded.size.columns, result.viewport, std::min(for_text, total));
  body.write(out);
  Frame& frame = result.frame;
  frame.rows = out.take();
  frame.rows.resize(std::min(for_text, total - result.viewport));
  frame.rows.back().wraps = false;
  frame.cursor = {cursor.row - result.viewport, cursor.column};
  if (result.viewport == 0 && text_begins.row < frame.rows.size()) frame.text_begins = text_begins;
  if (result.viewport == 0) add_right_prompt(bounded, 0, frame);
  if (bounded.cursor_below && below > 0 && frame.rows.size() < height)
    frame.cursor = {frame.rows.size(), std::min(*bounded.cursor_below, bounded.size.columns - 1)};
  for (size_t i = 0; i < below && frame.rows.size() < height; ++i)
    frame.rows.push_back(row_of(shown(input.below[i], input.prompt), bounded.size.columns));
  return result;
}

}  // namespace weir::repl
