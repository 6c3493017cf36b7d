#include "repl/prompt_maker.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

#include "base/text.h"
#include "kernel/shell.h"
#include "repl/styled_text.h"

namespace weir::repl {

using loop::Task;

namespace {

constexpr std::string_view kLeft = "weir_prompt";
constexpr std::string_view kRight = "weir_right_prompt";

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? one_line(name.data()) : "";
}

std::string user_name() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  return found ? one_line(found->pw_name) : "";
}

std::string without_styles(std::string_view text) {
  std::string plain;
  for (const StyledRun& run : parse_styled_text(text)) plain += run.text;
  return plain;
}

}  // namespace

PromptMaker::PromptMaker(kernel::Context& ctx) : ctx_(ctx) {
  constant_.host = host_name();
  constant_.user = user_name();
  constant_.is_root = ::geteuid() == 0;
}

PromptFacts PromptMaker::facts(const LastEntry& last) const {
  PromptFacts facts = constant_;
  facts.directory = ctx_.scope.directory->path;
  facts.home = ctx_.text_of("HOME");
  facts.jobs = ctx_.shell.jobs.live().size();
  facts.status = last.status;
  facts.duration = last.duration;
  facts.entry = last.number + 1;
  facts.now = std::chrono::system_clock::now();
  const std::string terminal = ctx_.text_of("TERM");
  // https://no-color.org: any text that is not empty.
  facts.has_colors = ctx_.text_of("NO_COLOR").empty() && !terminal.empty() && terminal != "dumb";
  const auto git = git_states_.find(facts.directory);
  if (git != git_states_.end()) facts.git = git->second;
  return facts;
}

std::string PromptMaker::side(std::string_view function, std::string_view variable,
                              const PromptFacts& facts, std::string otherwise) const {
  if (ctx_.scope.functions->contains(function)) {
    const auto at = written_.find(function);
    if (at != written_.end()) return at->second;
  }
  auto value = ctx_.lookup(variable);
  return value ? expand_prompt_escapes(value->to_text(), facts) : std::move(otherwise);
}

Prompt PromptMaker::make(const LastEntry& last) {
  const PromptFacts now = facts(last);
  Prompt prompt;
  prompt.left = side(kLeft, "PS1", now, default_prompt(now));
  prompt.right = side(kRight, "RPS1", now, {});
  prompt.continuation = continuation(now);
  prompt.has_colors = now.has_colors;
  return prompt;
}

std::string PromptMaker::continuation(const PromptFacts& facts) const {
  auto value = ctx_.lookup("PS2");
  return value ? expand_prompt_escapes(value->to_text(), facts) : "> ";
}

Task<Prompt> PromptMaker::make_plain(LastEntry last, loop::CancelToken token) {
  co_await ask_function(std::string(kLeft), last.status, token);
  if (ctx_.text_of("PS1").contains("\\g")) co_await ask_git(token);
  const PromptFacts now = facts(last);
  Prompt prompt;
  prompt.left = without_styles(side(kLeft, "PS1", now, "weir$ "));
  prompt.continuation = without_styles(continuation(now));
  co_return prompt;
}

Task<void> PromptMaker::ask_git(loop::CancelToken token) {
  const std::string directory = ctx_.scope.directory->path;
  // No optional locks: the person's own git must never find the index locked by a prompt.
  List words = {Value("git"), Value("--no-optional-locks"), Value("status"),
                Value("--porcelain=v2"), Value("--branch")};
  if (kernel::resolve(ctx_, "git", {.functions = false, .builtins = false}).kind !=
      kernel::Resolution::Kind::file)
    co_return;
  auto run = co_await kernel::run_captured(ctx_, std::move(words),
                                           {.functions = false, .builtins = false}, token);
  if (!run) co_return;
  constexpr size_t kMostDirectories = 100;
  if (git_states_.size() >= kMostDirectories) git_states_.clear();
  git_states_[directory] = run->status == 0 ? parse_git_status(run->text) : GitState();
}

Task<void> PromptMaker::ask_function(std::string name, int status, loop::CancelToken token) {
  if (!ctx_.scope.functions->contains(name)) co_return;
  List words = {Value(name), Value(status)};
  auto run =
      co_await kernel::run_captured(ctx_, std::move(words), {}, token, kernel::Messages::kept);
  if (!run) co_return;
  note_messages(name, *run);
  if (run->text.empty() && !run->messages.empty())
    written_.erase(name);
  else
    written_[name] = std::move(run->text);
}

/// What a function says that does its work is of no interest.
void PromptMaker::note_messages(std::string_view name, const kernel::CapturedRun& run) {
  const bool did_work = run.status == 0 && !run.text.empty();
  const auto function = ctx_.scope.functions->find(name);
  if (did_work || run.messages.empty() || function == ctx_.scope.functions->end()) return;
  constexpr size_t kMostTold = 1000;  // characters
  Told told{function->second.unit, std::string(slice_code_points(run.messages, 0, kMostTold))};
  Told& before = told_[std::string(name)];
  if (before.unit == told.unit && before.messages == told.messages) return;
  before = std::move(told);
  problem_ += fmt::format("weir: {} failed:\n{}", name, before.messages);
  if (!problem_.ends_with('\n')) problem_ += '\n';
}

Task<std::optional<Prompt>> PromptMaker::refresh(LastEntry last, loop::CancelToken token) {
  const Prompt before = make(last);
  co_await ask_git(token);
  co_await ask_function(std::string(kLeft), last.status, token);
  co_await ask_function(std::string(kRight), last.status, token);
  if (token.cancelled()) co_return std::nullopt;
  Prompt now = make(last);
  if (now.left == before.left && now.right == before.right) co_return std::nullopt;
  co_return now;
}

}  // namespace weir::repl
