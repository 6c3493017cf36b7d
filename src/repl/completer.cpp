#include "repl/completer.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "kernel/detached_shell.h"
#include "kernel/run_captured.h"
#include "repl/completion_quoting.h"
#include "repl/directory_listing.h"

namespace weir::repl {

using kernel::Context;
using loop::Task;

/// One completion on its way: what is offered, and for which piece of the word.
struct Completer::Search {
  CompletionRequest request;
  CompletionContext context;
  Offers offers;
  std::string typed;   // what the offers are compared with
  uint32_t begin = 0;  // where they go

  /// Only what follows the first `count` bytes of the value, which end at `separator`, is
  /// completed. False: the separator is not written there, a variable's value has it.
  bool narrow(size_t count, char separator) {
    typed = context.value.substr(count);
    std::string_view raw =
        std::string_view(request.text)
            .substr(context.typed.begin, context.typed.end - context.typed.begin);
    size_t at = raw.rfind(separator);
    for (auto later = std::ranges::count(typed, separator); later > 0 && at != raw.npos; --later) {
      raw = raw.substr(0, at);
      at = raw.rfind(separator);
    }
    const bool is_written = at != raw.npos;
    begin = context.typed.begin + static_cast<uint32_t>(is_written ? at + 1 : 0);
    return is_written;
  }

  /// The same, and what follows is completed as if the word began there.
  bool begin_anew(size_t count, char separator) {
    const bool is_written = narrow(count, separator);
    context.value = typed;
    context.typed.begin = begin;
    return is_written;
  }
};

namespace {

/// The directory that a path as typed is in: absolute.
std::string directory_of(const Context& ctx, std::string_view value, const std::string& home) {
  const size_t slash = value.rfind('/');
  if (slash == std::string_view::npos) return ctx.scope.directory->path;
  std::string directory(value.substr(0, slash + 1));
  if (directory.starts_with('/')) return directory;
  if (!directory.starts_with('~')) return ctx.scope.directory->path + "/" + directory;
  const size_t end = directory.find('/');
  const std::string user = directory.substr(1, end - 1);
  return (user.empty() ? home : home_of_user(user)) + directory.substr(end);
}

Offers file_offers(std::vector<ListedFile> files, std::string_view typed, OperandKind kind) {
  Offers offers;
  for (ListedFile& file : files) {
    if (file.name.starts_with('.') && !typed.starts_with('.')) continue;
    const bool fits = file.is_directory || kind == OperandKind::file ||
                      (kind == OperandKind::command && file.is_executable);
    if (!fits) continue;
    offers.push_back(
        {.value = std::move(file.name), .suffix = file.is_directory ? "/" : " ", .is_file = true});
  }
  return offers;
}

/// What stands before the candidates, and what of it is open where they begin.
struct Quoting {
  Quote quote = Quote::none;
  bool begins = false;  // the opening quote is one of the bytes that are replaced
  bool ends_behind = false;  // the closing quote stands behind the cursor
};

/// `word` up to the cursor as written; its first `kept` bytes stay. `behind` follows the cursor.
Quoting quoting_of(std::string_view word, size_t kept, std::string_view behind) {
  const Quote before = open_quote(word.substr(0, kept));
  const bool ends_behind = is_closed_behind(word, behind);
  return before == Quote::none ? Quoting{open_quote(word), true, ends_behind}
                               : Quoting{before, false, ends_behind};
}

/// `is_operand`: it is the whole of a command's argument, which must not become a flag (D12).
Candidate candidate_of(const Offer& offer, Quoting quoting, bool is_operand) {
  const Quote quote = quoting.quote;
  const bool looks_like_flag = is_operand && offer.is_file && offer.value.starts_with('-');
  Candidate candidate;
  candidate.text = quote_for(looks_like_flag ? "./" + offer.value : offer.value, quote);
  if (quoting.begins) candidate.text.insert(0, opening_quote(quote));
  const std::string label = one_line(offer.value);
  candidate.label = label == candidate.text ? "" : label;
  candidate.description = offer.description;
  candidate.suffix = offer.suffix;
  // A word goes on after a directory; its quotes are closed where it ends.
  const bool is_end = offer.suffix == " " || offer.suffix == "]";
  if (is_end && quoting.ends_behind)
    candidate.suffix.clear();
  else if (is_end)
    candidate.suffix.insert(0, closing_quote(quote));
  return candidate;
}

/// Where more than the command decides. `words`: it and its arguments before a `--`.
OperandKind operand_kind_at(std::string_view command, std::span<const std::string> words,
                            bool is_first) {
  const auto has = [&](std::string_view flag) {
    return std::ranges::find(words, flag) != words.end();
  };
  const auto has_letter = [&](char letter) {
    return std::ranges::any_of(words, [letter](std::string_view word) {
      return word.starts_with('-') && !word.starts_with("--") && word.contains(letter);
    });
  };
  if (command == "unset" && has_letter('f')) return OperandKind::function;
  if (command == "bindkey") return is_first ? OperandKind::bound_keys : OperandKind::editor_command;
  if (command == "complete" && (has("-r") || has("--remove"))) return OperandKind::completed;
  if (command == "set" && words.size() > 1 && words.back().ends_with('o'))
    return OperandKind::option;
  return operand_kind(command);
}

/// Of a record; empty where it has none.
std::string member_text(const Value& row, std::string_view name) {
  const Value* member = row.is_record() ? row.as_record().find(name) : nullptr;
  return member ? member->to_text() : "";
}

Offer offer_of(const Value& row) {
  if (!row.is_record()) return {row.to_text()};
  return {member_text(row, "value"), glimpse(member_text(row, "description"))};
}

void offer_lines(std::string_view text, Offers& offers) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) offers.push_back({std::string(text.substr(0, end))});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Task<Completions> Completer::complete(CompletionRequest request) {
  Search search;
  search.request = std::move(request);
  const VariableText variable_text = [this](std::string_view name) -> std::optional<std::string> {
    auto value = ctx_.lookup(name);
    if (!value) return std::nullopt;
    return value->to_text();
  };
  search.context = completion_context(search.request.text, search.request.cursor, variable_text);
  search.typed = search.context.value;
  search.begin = search.context.typed.begin;
  const Span typed = search.context.typed;
  co_await find(search);
  Completions completions;
  completions.replaced = {search.begin, search.context.typed.end};
  if (search.request.token.cancelled()) co_return completions;
  const std::string_view word =
      std::string_view(search.request.text).substr(typed.begin, typed.end - typed.begin);
  const Quoting quoting =
      quoting_of(word, search.begin - typed.begin,
                 std::string_view(search.request.text).substr(search.request.cursor));
  const bool is_operand =
      search.context.place == CompletionPlace::argument && search.begin == typed.begin;
  for (const Offer& offer : matching_offers(std::move(search.offers), search.typed)) {
    completions.candidates.push_back(candidate_of(offer, quoting, is_operand));
  }
  co_return completions;
}

Task<void> Completer::find(Search& search) {
  switch (search.context.place) {
    case CompletionPlace::none:
      co_return;
    case CompletionPlace::command:
      co_return co_await find_command(search);
    case CompletionPlace::argument:
      co_return co_await find_argument(search);
    case CompletionPlace::variable:
      co_return offer_variables(ctx_, search.offers);
    case CompletionPlace::subscript:
      co_return offer_keys(ctx_, search.context.name, search.context.path, search.offers);
    case CompletionPlace::user:
      search.narrow(1, '~');
      co_return co_await find_names(search, user_names, "/");
    case CompletionPlace::assignment_value:
      if (const size_t colon = search.context.value.rfind(':'); colon != std::string::npos) {
        search.begin_anew(colon + 1, ':');
      }
      [[fallthrough]];
    case CompletionPlace::redirect_target:
      co_return co_await find_files(search, OperandKind::file);
  }
}

Task<void> Completer::find_command(Search& search) {
  if (search.context.value.find('/') != std::string::npos ||
      search.context.value.starts_with('~')) {
    co_return co_await find_files(search, OperandKind::command);
  }
  offer_commands(ctx_, search.offers);
  offer_abbreviations(ctx_, search.offers);
  co_await find_path_commands(search);
}

/// With the alias in front expanded, as often as there is another one.
std::vector<std::string> Completer::without_aliases(std::vector<std::string> words) const {
  std::vector<std::string> seen;
  while (!words.empty() && std::ranges::find(seen, words.front()) == seen.end()) {
    const auto at = ctx_.scope.aliases->find(words.front());
    if (at == ctx_.scope.aliases->end()) break;
    seen.push_back(words.front());
    const auto& with = at->second.words;
    words.erase(words.begin());
    words.insert(words.begin(), with.begin(), with.end());
  }
  return words;
}

Task<void> Completer::find_argument(Search& search) {
  auto& words = search.context.words;
  words = without_aliases(std::move(words));
  const bool has_end_of_flags = std::ranges::find(words, "--") != words.end();
  auto [inner, wrapper] = unwrapped(std::move(words));
  words = without_aliases(std::move(inner));
  const bool is_flag =
      search.context.value.starts_with('-') && !(words.empty() && has_end_of_flags);
  if (words.empty() && !is_flag) {
    // After `sudo` a command, elsewhere (an item of `for`) a file.
    const bool is_wrapped =
        search.context.place == CompletionPlace::argument && search.context.has_command;
    if (!is_wrapped) co_return co_await find_files(search, OperandKind::file);
    co_await find_command(search);
    co_return co_await find_behind_equals(search);
  }
  if (words.empty()) words = {wrapper};
  if (const auto rule = ctx_.shell.typing_aids.completions.find(words.front());
      rule != ctx_.shell.typing_aids.completions.end()) {
    co_return co_await find_by_rule(search, rule->second);
  }
  const bool is_function = ctx_.scope.functions->contains(words.front());
  const kernel::Builtin* builtin = is_function ? nullptr : ctx_.shell.builtins.find(words.front());
  if (builtin && builtin->schema->has_commands) {
    if (words.size() == 1 && !is_flag)
      co_return offer_subcommands(ctx_, words.front(), search.offers);
    if (words.size() > 1) {
      words[1].insert(0, words.front() + " ");
      words.erase(words.begin());
      builtin = ctx_.shell.builtins.find(words.front());
    }
  }
  if (builtin) co_return co_await find_of_builtin(search, *builtin->schema);
  co_await find_kind(search, operand_kind(words.front()));
  co_await find_behind_equals(search);
}

Task<void> Completer::find_of_builtin(Search& search, const CommandSchema& schema) {
  const auto& words = search.context.words;
  const bool takes_flags = end_of_flags(schema, words) == words.size();
  if (const FlagSchema* flag = takes_flags ? flag_awaiting_value(schema, words.back()) : nullptr)
    co_return co_await find_kind(search, value_kind(flag->value));
  if (takes_flags && search.context.value.starts_with('-'))
    co_return co_await find_flag(search, schema);
  co_await find_operand(search, schema);
  co_await find_behind_equals(search);
}

/// Also its value, where that is part of the word.
Task<void> Completer::find_flag(Search& search, const CommandSchema& schema) {
  const std::string& value = search.context.value;
  const size_t equals = value.find('=');
  if (value.starts_with("--") && equals != std::string::npos) {
    const FlagSchema* flag = long_flag(schema, std::string_view(value).substr(2, equals - 2));
    if (!flag) co_return co_await find_behind_equals(search);
    search.begin_anew(equals + 1, '=');
    co_return co_await find_kind(search, value_kind(flag->value));
  }
  offer_flags(schema, search.offers);
  // `kill -TERM`: POSIX has it beside `-s TERM`, as the first word.
  if (schema.name == "kill" && search.context.words.size() == 1)
    offer_signals(search.typed.starts_with("-SIG") ? "-SIG" : "-", search.offers);
}

Task<void> Completer::find_operand(Search& search, const CommandSchema& schema) {
  const std::span words = search.context.words;
  const size_t end = end_of_flags(schema, words);
  const auto is_operand = [](const std::string& word) { return !word.starts_with('-'); };
  const bool is_first =
      end + 1 >= words.size() && std::ranges::none_of(words.first(end).subspan(1), is_operand);
  if (is_first) {
    for (const auto& [word, help] : known_words(schema.name))
      search.offers.push_back({std::string(word), std::string(help)});
  }
  co_await find_kind(search, operand_kind_at(schema.name, words.first(end), is_first));
}

/// `if=FILE`, `--file=FILE`: where nothing begins with the whole word, a file behind one of its
/// `=`. A ~ there is one: the shell gives it as it is.
Task<void> Completer::find_behind_equals(Search& search) {
  const bool begins_offer = std::ranges::any_of(
      search.offers, [&](const Offer& offer) { return offer.value.starts_with(search.typed); });
  const std::string value = search.context.value;
  if (begins_offer) co_return;
  for (size_t at = value.find('='); at != value.npos; at = value.find('=', at + 1)) {
    Search behind{.request = search.request, .context = search.context};
    if (!behind.begin_anew(at + 1, '=') || behind.typed.starts_with('~')) continue;
    co_await find_files(behind, OperandKind::file);
    if (matching_offers(behind.offers, behind.typed).empty()) continue;
    search = std::move(behind);
    co_return;
  }
}

Task<void> Completer::find_kind(Search& search, OperandKind kind) {
  const std::string directory = ctx_.scope.directory->path;
  switch (kind) {
    case OperandKind::none:
      co_return;
    case OperandKind::file:
    case OperandKind::directory:
      co_return co_await find_files(search, kind);
    case OperandKind::command:
      co_return co_await find_command(search);
    case OperandKind::builtin:
      co_return offer_builtins(ctx_, search.offers);
    case OperandKind::function:
      co_return offer_functions(ctx_, search.offers);
    case OperandKind::alias:
      co_return offer_aliases(ctx_, search.offers);
    case OperandKind::abbreviation:
      co_return offer_abbreviations(ctx_, search.offers);
    case OperandKind::variable:
      co_return offer_variables(ctx_, search.offers);
    case OperandKind::job:
      co_return offer_jobs(ctx_, OfferedJobs::all, search.offers);
    case OperandKind::live_job:
      co_return offer_jobs(ctx_, OfferedJobs::live, search.offers);
    case OperandKind::stopped_job:
      co_return offer_jobs(ctx_, OfferedJobs::live_stopped_first, search.offers);
    case OperandKind::waited_job:
      co_return co_await find_jobs(search, OfferedJobs::all, JobsElsewhere::live);
    case OperandKind::killable_job:
      co_return co_await find_jobs(search, OfferedJobs::live, JobsElsewhere::live);
    case OperandKind::job_output:
      co_return co_await find_jobs(search, OfferedJobs::all, JobsElsewhere::with_output);
    case OperandKind::signal:
      co_return offer_signals(search.typed.starts_with("SIG") ? "SIG" : "", search.offers);
    case OperandKind::trap_condition:
      co_return offer_trap_conditions(search.typed.starts_with("SIG") ? "SIG" : "", search.offers);
    case OperandKind::option:
      co_return offer_options(search.offers);
    case OperandKind::user:
      co_return co_await find_names(search, user_names, " ");
    case OperandKind::host:
      co_return co_await find_hosts(search, " ");
    case OperandKind::host_path:
      if (search.context.value.contains(':')) co_return;  // a path of the other machine
      co_await find_hosts(search, ":");
      if (!search.context.value.contains('@')) co_await find_files(search, OperandKind::file);
      co_return;
    case OperandKind::band:
      co_return offer_bands(search.offers);
    case OperandKind::lease:
      co_return co_await find_leases(search);
    case OperandKind::lane:
      co_return co_await find_lanes(search);
    case OperandKind::requester:
      co_return co_await find_requesters(search);
    case OperandKind::bound_keys:
      co_return offer_bound_keys(ctx_, search.offers);
    case OperandKind::editor_command:
      co_return offer_editor_commands(ctx_, search.offers);
    case OperandKind::completed:
      co_return offer_completed(ctx_, search.offers);
    case OperandKind::git:
      co_return co_await find_git(search);
    case OperandKind::make_target:
      co_await find_names(search, [directory] { return make_targets(directory); }, " ");
      co_return;
    case OperandKind::npm:
      if (search.context.words.size() > 1) {
        co_await find_names(search, [directory] { return npm_scripts(directory); }, " ");
      }
      co_return;
  }
}

/// Behind `user@` only the host is completed.
Task<void> Completer::find_hosts(Search& search, std::string suffix) {
  if (const size_t at = search.context.value.find('@'); at != std::string::npos)
    search.narrow(at + 1, '@');
  const std::string home = ctx_.text_of("HOME");
  co_await find_names(search, [home] { return ssh_hosts(home); }, std::move(suffix));
}

Task<void> Completer::find_files(Search& search, OperandKind kind) {
  const size_t slash = search.context.value.rfind('/');
  const std::string value = search.context.value;
  if (slash != std::string::npos) search.narrow(slash + 1, '/');
  const std::string home = ctx_.text_of("HOME");
  const Context& ctx = ctx_;
  const std::string directory = directory_of(ctx, value, home);
  auto files = co_await desk_.ask<std::vector<ListedFile>>(
      [directory] { return list_directory(directory); }, search.request.token);
  if (!files) co_return;
  for (Offer& offer : file_offers(std::move(*files), search.typed, kind)) {
    search.offers.push_back(std::move(offer));
  }
}

Task<void> Completer::find_by_rule(Search& search, kernel::CompletionRule rule) {
  for (const kernel::CompletionWord& word : rule.words) {
    search.offers.push_back({word.value, word.description});
  }
  if (rule.function.empty() || !ctx_.scope.functions->contains(rule.function)) co_return;
  List words = {Value(rule.function)};
  for (const std::string& word : search.context.words) words.emplace_back(word);
  words.emplace_back(search.context.value);
  auto run = co_await kernel::run_captured(ctx_, std::move(words), {}, search.request.token);
  if (!run) co_return;
  for (const Value& row : run->rows) search.offers.push_back(offer_of(row));
  if (run->rows.empty()) offer_lines(run->text, search.offers);
}

Task<void> Completer::find_path_commands(Search& search) {
  const auto names = co_await commands_.names(ctx_.text_of("PATH"), search.request.token);
  if (!names) co_return;
  for (const std::string& name : **names) search.offers.push_back({name});
}

Task<void> Completer::find_names(Search& search, std::function<std::vector<std::string>()> names,
                                 std::string suffix) {
  auto found = co_await desk_.ask<std::vector<std::string>>(std::move(names), search.request.token);
  if (!found) co_return;
  for (std::string& name : *found) search.offers.push_back({std::move(name), {}, suffix});
}

Task<void> Completer::find_jobs(Search& search, OfferedJobs own, JobsElsewhere others) {
  offer_jobs(ctx_, own, search.offers);
  const std::string directory = kernel::job_directory(ctx_);
  if (directory.empty()) co_return;
  const pid_t shell = ctx_.shell.pid;
  const auto found = co_await desk_.ask<std::vector<kernel::JobElsewhere>>(
      [directory, shell] { return kernel::jobs_elsewhere(directory, shell); },
      search.request.token);
  if (found) offer_jobs_elsewhere(*found, others, search.offers);
}

/// What `gate status` or `gate lanes` tells; nothing where no daemon runs, for none is started.
Task<List> Completer::gate_rows(const Search& search, std::string_view report) const {
  const kernel::Lookup no_functions{.functions = false};
  List words = {Value("gate"), Value(report)};
  auto run =
      co_await kernel::run_captured(ctx_, std::move(words), no_functions, search.request.token);
  co_return run ? std::move(run->rows) : List();
}

Task<void> Completer::find_leases(Search& search) {
  for (const Value& row : co_await gate_rows(search, "status")) {
    search.offers.push_back(
        {member_text(row, "id"),
         fmt::format("{}  {}  {}", member_text(row, "state"), member_text(row, "requester"),
                     glimpse(member_text(row, "command")))});
  }
  offer_jobs(ctx_, OfferedJobs::live, search.offers);
}

/// A lane is a name, or a path where the word has a slash: a directory, when no lane begins so.
Task<void> Completer::find_lanes(Search& search) {
  for (const Value& row : co_await gate_rows(search, "lanes")) {
    std::string lane = member_text(row, "lane");
    if (lane.starts_with(search.typed))
      search.offers.push_back({std::move(lane), glimpse(member_text(row, "command"))});
  }
  if (search.offers.empty() && search.typed.contains('/'))
    co_await find_files(search, OperandKind::directory);
}

Task<void> Completer::find_requesters(Search& search) {
  search.offers.push_back({"me", "this session"});
  for (const Value& row : co_await gate_rows(search, "status"))
    search.offers.push_back({member_text(row, "requester"), glimpse(member_text(row, "command"))});
}

Task<void> Completer::find_lines(Search& search, List words) {
  const kernel::Lookup files_only{.functions = false, .builtins = false};
  auto run =
      co_await kernel::run_captured(ctx_, std::move(words), files_only, search.request.token);
  if (run && run->status == 0) offer_lines(run->text, search.offers);
}

Task<void> Completer::find_git_refs(Search& search) {
  constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"refs/heads/", "branch"}, {"refs/tags/", "tag"}, {"refs/remotes/", "branch of a remote"}};
  const kernel::Lookup files_only{.functions = false, .builtins = false};
  List ask = {Value("git"), Value("for-each-ref"), Value("--format=%(refname)")};
  for (const auto& [prefix, kind] : kKinds) ask.emplace_back(prefix);
  auto run = co_await kernel::run_captured(ctx_, std::move(ask), files_only, search.request.token);
  if (!run || run->status != 0) co_return;
  Offers names;
  offer_lines(run->text, names);
  for (const Offer& name : names) {
    for (const auto& [prefix, kind] : kKinds) {
      if (name.value.starts_with(prefix))
        search.offers.push_back({name.value.substr(prefix.size()), std::string(kind)});
    }
  }
}

Task<void> Completer::find_git(Search& search) {
  constexpr std::string_view kOfRefs[] = {"checkout", "switch", "merge", "rebase",      "branch",
                                          "log",      "diff",   "show",  "cherry-pick", "reset",
                                          "push",     "pull",   "tag",   "worktree"};
  constexpr std::string_view kOfFilesToo[] = {"log", "diff", "show", "reset"};
  const auto& words = search.context.words;
  if (words.size() == 1) {
    List ask = {Value("git"), Value("--list-cmds=main,others,alias,nohelpers")};
    co_return co_await find_lines(search, std::move(ask));
  }
  if (std::ranges::find(kOfRefs, words[1]) != std::end(kOfRefs)) {
    co_await find_git_refs(search);
    // They name a file rarely: after what begins no name of a branch.
    const bool takes_files = std::ranges::find(kOfFilesToo, words[1]) != std::end(kOfFilesToo);
    const bool is_ref = std::ranges::any_of(
        search.offers, [&](const Offer& offer) { return offer.value.starts_with(search.typed); });
    if (is_ref && !takes_files) co_return;
  }
  co_await find_files(search, OperandKind::file);
}

std::optional<std::string> expand_abbreviation(const kernel::TypingAids& aids,
                                               const AbbreviationRequest& request) {
  const auto at = aids.abbreviations.find(request.word);
  if (at == aids.abbreviations.end()) return std::nullopt;
  const auto context = completion_context(request.text, request.begin + request.word.size(),
                                          [](std::string_view) { return std::nullopt; });
  const bool is_command =
      context.place == CompletionPlace::command && context.typed.begin == request.begin;
  return is_command ? std::optional(at->second) : std::nullopt;
}

}  // namespace weir::repl
