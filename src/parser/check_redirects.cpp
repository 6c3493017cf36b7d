// Redirections that do not do what they seem to (066, 069, 070).
#include <fmt/core.h>

#include <algorithm>

#include "parser/checks.h"
#include "parser/scatter_stages.h"

namespace weir::parser {

namespace {

bool empties(const Redirect& redirect) {
  return redirect.op == RedirectOp::write || redirect.op == RedirectOp::clobber ||
         redirect.op == RedirectOp::both;
}
bool writes_stdout(const Redirect& redirect) {
  if (!redirect.fd_variable.empty()) return false;
  const bool to_file = empties(redirect) || redirect.op == RedirectOp::append ||
                       redirect.op == RedirectOp::both_append;
  return to_file && (redirect.fd == -1 || redirect.fd == 1);
}
bool reads_stdin(const Redirect& redirect) {
  if (!redirect.fd_variable.empty() || redirect.fd > 0) return false;
  return redirect.op == RedirectOp::read || redirect.op == RedirectOp::here_document ||
         redirect.op == RedirectOp::here_string;
}

// ---- a file that is emptied before it is read ------------------------------------------

/// Programs that read the files that are named behind them, and how many of
/// their operands are something else first.
struct Reader {
  std::string_view name;
  size_t others = 0;
};
constexpr Reader kReaders[] = {
    {"cat"},   {"sort"},   {"uniq"},   {"head"},    {"tail"},     {"tac"},      {"rev"},
    {"wc"},    {"shuf"},   {"cut"},    {"nl"},      {"fold"},     {"fmt"},      {"paste"},
    {"lines"}, {"sed", 1}, {"awk", 1}, {"grep", 1}, {"egrep", 1}, {"fgrep", 1}, {"jq", 1}};

/// The same name for certain: the same text, without anything that may differ.
bool is_same_file(const CheckReport& report, const Word& a, const Word& b) {
  if (a.is_static && b.is_static)
    return a.text == b.text && a.text != "/dev/null" && a.text != "/dev/tty";
  if (a.is_static || b.is_static || a.has_pattern || a.has_substitution || a.has_brace)
    return false;
  const auto plain = [&](const Word& word) {
    std::string_view text = report.unit->text(word.span);
    if (text.size() > 1 && text.front() == '"' && text.back() == '"')
      text = text.substr(1, text.size() - 2);
    return text;
  };
  return plain(a) == plain(b);
}

/// Calls `visit` with each file that the command surely reads.
template <class Visit>
void for_each_input(const Command& command, Visit visit) {
  for (const Redirect& redirect : command.redirects)
    if (redirect.op == RedirectOp::read) visit(*redirect.target);
  const std::string_view name = static_name(command);
  if (name.empty()) return;
  const auto& words = as<SimpleCommand>(command).words;
  const auto reader = std::ranges::find(kReaders, name, &Reader::name);
  if (reader == std::end(kReaders)) return;
  size_t skipped = 0;
  for (const Word* word : words.subspan(1)) {
    if (first_byte(*word) == '-') continue;
    if (skipped++ < reader->others) continue;
    visit(*word);
  }
}

void check_emptied(CheckReport& report, const Command& reader, const Command& writer) {
  for_each_input(reader, [&](const Word& input) {
    for (const Redirect& redirect : writer.redirects) {
      if (!empties(redirect) || !is_same_file(report, input, *redirect.target)) continue;
      const std::string_view file = report.unit->text(redirect.target->span);
      report.warning(Check::emptied_file, redirect.span,
                     fmt::format("{} is emptied before it is read", file),
                     fmt::format("write to another file and move it: … > {}.new && mv {}.new {}",
                                 file, file, file));
    }
  });
}

// ---- files with odd names ------------------------------------------------------------------

bool is_descriptor_number(const Word& word) {
  return word.is_static && word.text.size() == 1 && word.text[0] >= '0' && word.text[0] <= '9' &&
         !word.has_quotes;
}

void check_odd_file(CheckReport& report, const Redirect& redirect, bool in_test) {
  if (!empties(redirect) && redirect.op != RedirectOp::append && redirect.op != RedirectOp::read)
    return;
  if (in_test && redirect.op != RedirectOp::append) {
    report.warning(Check::odd_file, redirect.span,
                   fmt::format("this is a redirection, not a comparison: {} is a file",
                               report.unit->text(redirect.target->span)),
                   "compare numbers with -lt and -gt, text with [[ a < b ]]");
  } else if (is_descriptor_number(*redirect.target)) {
    report.warning(Check::odd_file, redirect.span,
                   fmt::format("this is a file with the name {}", redirect.target->text),
                   fmt::format("the descriptor is written: >&{}", redirect.target->text));
  }
}

// ---- pipes that carry nothing -----------------------------------------------------------------

/// Keeps the pipe under another number (3>&1, 2>&1), or is a command of several.
bool keeps_pipe(const Command& command) {
  return command.kind != CommandKind::simple ||
         std::ranges::any_of(command.redirects, [](const Redirect& redirect) {
           return redirect.op == RedirectOp::dup_out || redirect.op == RedirectOp::dup_in;
         });
}

void check_pipe(CheckReport& report, const Stage& from, const Stage& to) {
  for (const Redirect& redirect : from.command->redirects) {
    if (writes_stdout(redirect) && !keeps_pipe(*from.command))
      report.warning(Check::unused_pipe, redirect.span,
                     "nothing goes into the pipe: the output goes to this file",
                     "to have both write: … | tee FILE | …");
  }
  for (const Redirect& redirect : to.command->redirects) {
    if (reads_stdin(redirect) && !keeps_pipe(*to.command))
      report.warning(Check::unused_pipe, redirect.span,
                     "nothing reads the pipe: the input comes from here",
                     "end the pipeline before it, or take the redirection away");
  }
}

}  // namespace

void check_redirects(CheckReport& report, const Command& command) {
  const std::string_view name = static_name(command);
  const bool in_test = name == "[" || name == "test";
  for (const Redirect& redirect : command.redirects) check_odd_file(report, redirect, in_test);
  check_emptied(report, command, command);
}

void check_pipeline(CheckReport& report, const Pipeline& pipeline) {
  const auto& stages = pipeline.stages;
  for (size_t i = 1; i < stages.size(); ++i) {
    const bool is_worker = is_stage_of(stages[i - 1], "scatter");  // it gets its item by name
    if (!is_worker) check_pipe(report, stages[i - 1], stages[i]);
    if (std::ranges::none_of(stages[i].command->redirects, empties)) continue;
    for (size_t j = 0; j < i; ++j) check_emptied(report, *stages[j].command, *stages[i].command);
  }
}

}  // namespace weir::parser
