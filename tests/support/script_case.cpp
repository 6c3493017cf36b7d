#include "support/script_case.h"

#include <algorithm>
#include <cctype>

namespace weir::test {

namespace {

std::unexpected<std::string> error_at(const std::string& path, int line, std::string_view what) {
  return std::unexpected(path + ":" + std::to_string(line) + ": " + std::string(what));
}

// Hands out the lines of a text, without their newlines.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return {};
    ++number_;
    const size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? "" : rest_.substr(end + 1);
    return line;
  }
  int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Takes WORD and the blanks behind it off the front of `text`.
bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  if (text.size() > word.size() && text[word.size()] != ' ') return false;
  text = trim(text.substr(word.size()));
  return true;
}

// Blank lines at the end of a case only separate it from the next one.
void drop_trailing_blank_lines(std::string& text) {
  while (text == "\n" || text.ends_with("\n\n")) text.pop_back();
  if (text == "\n") text.clear();
}

class TestFileParser {
 public:
  TestFileParser(const std::string& path, std::string_view text) : path_(path), lines_(text) {}

  Cases parse() {
    while (auto line = lines_.next()) {
      if (!take_line(*line)) return error_at(path_, lines_.number(), problem_);
    }
    end_case();
    return std::move(cases_);
  }

 private:
  bool take_line(std::string_view line) {
    if (line.starts_with("=== ")) return begin_case(trim(line.substr(4)));
    if (cases_.empty()) {
      if (line.empty() || line.starts_with('#')) return true;
      return wrong("text before the first `=== name` line");
    }
    if (line.starts_with("--- ")) return begin_section(trim(line.substr(4)));
    if (!section_) return line.empty() || wrong("this section takes no text");
    section_->append(line).append("\n");
    return true;
  }

  bool begin_case(std::string_view name) {
    end_case();
    if (name.empty()) return wrong("a case needs a name");
    cases_.push_back({});
    current().path = path_;
    current().line = lines_.number();
    current().name = name;
    section_ = &current().script;
    chomp_ = false;
    return true;
  }

  void end_case() {
    if (section_) drop_trailing_blank_lines(*section_);
    end_section();
  }

  void end_section() {
    if (section_ && chomp_ && section_->ends_with('\n')) section_->pop_back();
    section_ = nullptr;
    chomp_ = false;
  }

  bool begin_section(std::string_view head) {
    end_section();
    if (take_word(head, "args:")) return set_args(head);
    if (take_word(head, "env")) return set_environment(head);
    if (take_word(head, "code")) return set_code(head);
    if (take_word(head, "skip-asan")) return set_skip_asan(head);
    if (take_word(head, "file") || take_word(head, "files")) return begin_file(head);
    if (take_word(head, "stdin")) {
      current().std_in.emplace();
      return begin_text(*current().std_in, head);
    }
    if (take_word(head, "out~")) return begin_expectation(current().out, true, head);
    if (take_word(head, "err~")) return begin_expectation(current().err, true, head);
    if (take_word(head, "out")) return begin_expectation(current().out, false, head);
    if (take_word(head, "err")) return begin_expectation(current().err, false, head);
    return wrong("unknown section: " + std::string(head));
  }

  bool set_args(std::string_view text) {
    auto words = split_words(text);
    if (!words) return wrong(words.error());
    current().args = *std::move(words);
    return true;
  }

  bool set_environment(std::string_view text) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) return wrong("env needs NAME=value");
    current().environment.emplace_back(text);
    return true;
  }

  bool set_code(std::string_view text) {
    const std::string_view number = text.starts_with("signal ") ? text.substr(7) : text;
    const bool digits = std::all_of(number.begin(), number.end(),
                                    [](unsigned char c) { return std::isdigit(c) != 0; });
    if (number.empty() || !digits) return wrong("code needs a number or `signal N`");
    current().code = std::string(text);
    return true;
  }

  bool set_skip_asan(std::string_view reason) {
    if (reason.empty()) return wrong("skip-asan needs a reason");
    current().skip_asan = std::string(reason);
    return true;
  }

  bool begin_file(std::string_view name) {
    CaseFile file;
    if (name.ends_with(" executable")) {
      file.executable = true;
      name = trim(name.substr(0, name.size() - 10));
    }
    if (name.empty() || name.starts_with('/') || name.find("..") != std::string_view::npos) {
      return wrong("a file needs a relative name");
    }
    file.name = name;
    current().files.push_back(std::move(file));
    section_ = &current().files.back().text;
    return true;
  }

  bool begin_text(std::string& text, std::string_view rest) {
    section_ = &text;
    chomp_ = take_word(rest, "no-newline");
    return rest.empty() || wrong("unknown word: " + std::string(rest));
  }

  bool begin_expectation(Expectation& expectation, bool regex, std::string_view rest) {
    if (!expectation.text.empty()) return wrong("this section is there twice");
    expectation.regex = regex;
    return begin_text(expectation.text, rest);
  }

  bool wrong(std::string_view what) {
    problem_ = what;
    return false;
  }

  ScriptCase& current() { return cases_.back(); }

  const std::string& path_;
  Lines lines_;
  std::vector<ScriptCase> cases_;
  std::string* section_ = nullptr;  // where text lines go; null where none may come
  bool chomp_ = false;              // the section's last newline does not count
  std::string problem_;
};

// A fenced block of a markdown file.
struct Block {
  std::string info;  // what follows the opening fence: "weir no-run"
  std::string text;
  int line = 0;
  bool follows = false;  // only blank lines since the block before it
};

std::expected<std::vector<Block>, std::string> fenced_blocks(const std::string& path,
                                                             std::string_view text) {
  std::vector<Block> blocks;
  bool inside = false;
  bool text_between = true;
  Lines lines(text);
  while (auto line = lines.next()) {
    const bool fence = line->starts_with("```");
    if (inside && fence) {
      inside = text_between = false;
    } else if (inside) {
      blocks.back().text.append(*line).append("\n");
    } else if (fence) {
      const std::string info(trim(line->substr(3)));
      blocks.push_back({info, "", lines.number(), !text_between});
      inside = true;
    } else if (!trim(*line).empty()) {
      text_between = true;
    }
  }
  if (inside) return error_at(path, blocks.back().line, "this block is not closed");
  return blocks;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

ScriptCase markdown_case(const std::string& path, const Block& block) {
  ScriptCase made;
  made.path = path;
  made.line = block.line;
  made.name = first_line(block.text);
  made.script = block.text;
  made.code.reset();
  made.merged = true;
  return made;
}

}  // namespace

std::string label(const ScriptCase& script_case) {
  return script_case.path + ":" + std::to_string(script_case.line) + ": " + script_case.name;
}

Cases parse_test_file(const std::string& path, std::string_view text) {
  return TestFileParser(path, text).parse();
}

Cases parse_markdown(const std::string& path, std::string_view text) {
  const auto blocks = fenced_blocks(path, text);
  if (!blocks) return std::unexpected(blocks.error());
  std::vector<ScriptCase> cases;
  for (size_t i = 0; i < blocks->size(); ++i) {
    const Block& block = (*blocks)[i];
    if (block.info == "weir no-run") {
      ScriptCase checked = markdown_case(path, block);
      checked.args = {"-n", "case.ksh"};
      checked.code = "0";
      cases.push_back(std::move(checked));
    } else if (block.info == "weir") {
      cases.push_back(markdown_case(path, block));
      const bool has_output =
          i + 1 < blocks->size() && (*blocks)[i + 1].info == "output" && (*blocks)[i + 1].follows;
      if (has_output) cases.back().out.text = (*blocks)[++i].text;
    } else if (block.info == "output") {
      return error_at(path, block.line, "an output block must follow a weir block");
    } else if (block.info.starts_with("weir")) {
      return error_at(path, block.line, "unknown kind of weir block: " + block.info);
    }
  }
  return cases;
}

std::expected<std::vector<std::string>, std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!quote && (c == ' ' || c == '\t')) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == '\\' && quote != '\'') {
      if (++i == text.size()) return std::unexpected("backslash at the end");
      words.back() += text[i];
    } else if (quote ? c == quote : c == '\'' || c == '"') {
      quote = quote ? 0 : c;
    } else {
      words.back() += c;
    }
  }
  if (quote) return std::unexpected("quote is not closed");
  return words;
}

}  // namespace weir::test
