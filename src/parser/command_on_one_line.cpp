#include "parser/command_on_one_line.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace weir::parser {

namespace {

constexpr std::string_view kBlanks = " \t\n\r";
/// A command follows them at once.
constexpr std::array<std::string_view, 10> kOpeners = {"do", "then", "else", "elif",  "if",
                                                       "in", "{",    "!",    "while", "until"};

bool is_blank(char c) { return kBlanks.contains(c); }

class Joiner {
 public:
  explicit Joiner(std::string_view text) : text_(text) {}

  std::string join() {
    while (at_ < text_.size()) step();
    out_.erase(std::min(out_.find_last_not_of(kBlanks) + 1, out_.size()));
    return std::move(out_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool begins_word() const { return out_.empty() || is_blank(out_.back()) || ends_with_operator(); }
  bool ends_with_operator() const {
    return !out_.empty() && std::string_view(";&|(").contains(out_.back());
  }

  void take(size_t count) {
    out_ += text_.substr(at_, count);
    at_ += count;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  void step() {
    const char c = text_[at_];
    if (starts("\\\n")) {
      at_ += 2;
      if (begins_word()) skip_blanks();
    } else if (c == '\\') {
      take(2);
    } else if (c == '\'' || c == '"') {
      take_quoted(c);
    } else if (starts("<<") && !starts("<<<")) {
      take_document();
    } else if (c == '#' && begins_word()) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '\n') {
      end_line();
    } else {
      if (c == '(') ++depth_;
      ends_pattern_ = c == ')' && (depth_ == 0 || out_.ends_with('('));  // `a)` of a case, `f()`
      if (c == ')' && depth_ > 0) --depth_;
      take(1);
    }
  }

  void take_quoted(char quote) {
    const size_t begin = out_.size();
    take(1);
    while (at_ < text_.size() && text_[at_] != quote)
      take(text_[at_] == '\\' && quote == '"' ? 2 : 1);
    take(1);
    std::replace(out_.begin() + static_cast<std::ptrdiff_t>(begin), out_.end(), '\n', ' ');
  }

  /// `<<END`: its text begins behind this line.
  void take_document() {
    take(2);
    const bool has_tabs = starts("-");
    if (has_tabs) take(1);
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) take(1);
    const size_t begin = at_;
    while (at_ < text_.size() && !is_blank(text_[at_]) &&
           !std::string_view(";&|<>()").contains(text_[at_]))
      take(1);
    std::string end(text_.substr(begin, at_ - begin));
    std::erase_if(end, [](char c) { return c == '\'' || c == '"' || c == '\\'; });
    documents_.push_back({std::move(end), has_tabs});
  }

  void skip_documents() {
    for (const Document& document : documents_) {
      while (at_ < text_.size()) {
        const size_t line_end = std::min(text_.find('\n', at_), text_.size());
        std::string_view line = text_.substr(at_, line_end - at_);
        at_ = std::min(line_end + 1, text_.size());
        if (document.has_tabs)
          line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
        if (line == document.end) break;
      }
    }
    documents_.clear();
  }

  void end_line() {
    ++at_;
    skip_documents();
    skip_blanks();
    out_.erase(std::min(out_.find_last_not_of(kBlanks) + 1, out_.size()));
    if (out_.empty() || at_ == text_.size()) return;
    out_ += is_open() || std::string_view(")|&;").contains(text_[at_]) ? " " : "; ";
  }

  /// A separator may not, or need not, follow.
  bool is_open() const {
    if (ends_with_operator() || (out_.back() == ')' && ends_pattern_)) return true;
    const size_t begin = out_.find_last_of(" \t;&|(") + 1;
    return std::ranges::find(kOpeners, std::string_view(out_).substr(begin)) != kOpeners.end();
  }

  struct Document {
    std::string end;
    bool has_tabs;
  };

  std::string_view text_;
  size_t at_ = 0;
  std::string out_;
  std::vector<Document> documents_;  // of the line in progress
  int depth_ = 0;                    // of parentheses
  bool ends_pattern_ = false;        // the last parenthesis
};

}  // namespace

std::string command_on_one_line(std::string_view text) {
  if (!text.contains('\n')) return one_line(text);
  return one_line(Joiner(text).join());
}

}  // namespace weir::parser
