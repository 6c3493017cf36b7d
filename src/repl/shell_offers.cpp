#include "repl/shell_offers.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <csignal>

#include "base/signal_names.h"
#include "base/text.h"
#include "kernel/job_notice.h"
#include "kernel/options.h"
#include "kernel/shell.h"
#include "kernel/trap_condition.h"

namespace weir::repl {

namespace {

using kernel::Context;

constexpr std::string_view kKeywords[] = {"case", "do",   "done",  "elif",     "else",
                                          "esac", "fi",   "for",   "function", "if",
                                          "then", "time", "until", "while",    "[["};

/// What `path` leads to in `value`; null where it leads nowhere.
const Value* follow(const Value* value, const std::vector<std::string>& path) {
  for (const std::string& key : path) {
    if (!value || !value->is_record()) return nullptr;
    value = value->as_record().find(key);
  }
  return value;
}

}  // namespace

std::string glimpse(std::string_view text) {
  constexpr size_t kWidest = 40;
  std::string line = to_valid_utf8(slice_code_points(text, 0, kWidest));
  std::ranges::replace_if(line, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  if (line.size() < text.size()) line += "…";
  return line;
}

void offer_builtins(const Context& ctx, Offers& offers) {
  for (const kernel::Builtin* builtin : ctx.shell.builtins.all()) {
    if (builtin->schema->group == "refused" || builtin->schema->name.contains(' ')) continue;
    offers.push_back({std::string(builtin->schema->name), std::string(builtin->schema->summary)});
  }
}

void offer_functions(const Context& ctx, Offers& offers) {
  for (const auto& [name, _] : *ctx.scope.functions) offers.push_back({name, "function"});
}

void offer_aliases(const Context& ctx, Offers& offers) {
  for (const auto& [name, alias] : *ctx.scope.aliases) {
    offers.push_back({name, "alias: " + glimpse(alias.text)});
  }
}

void offer_abbreviations(const Context& ctx, Offers& offers) {
  for (const auto& [name, text] : ctx.shell.typing_aids.abbreviations) {
    offers.push_back({name, "abbreviation: " + glimpse(text)});
  }
}

void offer_commands(const Context& ctx, Offers& offers) {
  offer_aliases(ctx, offers);
  offer_functions(ctx, offers);
  for (const std::string_view keyword : kKeywords)
    offers.push_back({std::string(keyword), "keyword"});
  offer_builtins(ctx, offers);
}

void offer_variables(const Context& ctx, Offers& offers) {
  ctx.scope.variables.for_each([&](const std::string& name, const kernel::Variable& variable) {
    if (variable.is_set) offers.push_back({name, glimpse(variable.value.to_text()), ""});
  });
}

void offer_keys(const Context& ctx, std::string_view name, const std::vector<std::string>& path,
                Offers& offers) {
  const kernel::Variable* variable = ctx.scope.variables.find(name);
  const Value* value = variable && variable->is_set ? follow(&variable->value, path) : nullptr;
  if (!value) return;
  constexpr size_t kMostIndices = 100;
  if (value->is_record()) {
    for (const auto& [key, entry] : value->as_record())
      offers.push_back({key, glimpse(entry.to_text()), "]"});
  } else if (value->is_list()) {
    const List& list = value->as_list();
    for (size_t i = 0; i < std::min(list.size(), kMostIndices); ++i) {
      offers.push_back({fmt::format("{}", i), glimpse(list[i].to_text()), "]"});
    }
  }
}

void offer_jobs(const Context& ctx, OfferedJobs which, Offers& offers) {
  for (const auto& job : ctx.shell.jobs.all()) {
    if (which != OfferedJobs::all && job->ended()) continue;
    const bool is_later =
        which == OfferedJobs::live_stopped_first && job->state != scheduler::JobState::stopped;
    offers.push_back(
        {fmt::format("%{}", job->id),
         fmt::format("{}  {}", to_string(job->state), glimpse(kernel::shown_command(job->command))),
         " ", is_later ? 1 : 0});
  }
}

void offer_jobs_elsewhere(const std::vector<kernel::JobElsewhere>& jobs, JobsElsewhere which,
                          Offers& offers) {
  constexpr int kLiveRank = 10;
  constexpr int kEndedRank = 11;
  for (const kernel::JobElsewhere& job : jobs) {
    if (which == JobsElsewhere::with_output ? !job.has_output : job.has_ended) continue;
    offers.push_back({job.name,
                      fmt::format("{}  {}  {}", job.state, job.place, glimpse(job.command)), " ",
                      job.has_ended ? kEndedRank : kLiveRank});
  }
}

void offer_signals(std::string_view prefix, Offers& offers) {
  for (int signal = 1; signal < NSIG; ++signal) {
    const char* name = ::sigabbrev_np(signal);
    const char* text = ::sigdescr_np(signal);
    if (name && text) offers.push_back({fmt::format("{}{}", prefix, name), text});
  }
}

void offer_trap_conditions(std::string_view prefix, Offers& offers) {
  constexpr int kSignalRank = 1;
  offers.push_back({"EXIT", "the shell ends"});
  offers.push_back({"ERR", "a command fails"});
  for (const int signal : all_signals()) {
    const std::string name = signal_name(signal);
    if (!kernel::parse_settable_condition(name)) continue;
    const char* text = ::sigdescr_np(signal);
    offers.push_back({fmt::format("{}{}", prefix, name), text ? text : "", " ", kSignalRank});
  }
}

void offer_options(Offers& offers) {
  for (const kernel::OptionSchema& option : kernel::option_schemas()) {
    offers.push_back({std::string(option.name), std::string(option.help)});
  }
  for (const kernel::ValueOptionSchema& option : kernel::value_option_schemas()) {
    for (const auto& word : option.words)
      offers.push_back({fmt::format("{}={}", option.name, word.word), std::string(word.help)});
  }
}

void offer_bands(Offers& offers) {
  offers.push_back({"focus", "short work that somebody waits for"});
  offers.push_back({"bulk", "long work"});
}

void offer_bound_keys(const kernel::Context& ctx, Offers& offers) {
  if (!ctx.shell.interactive_port) return;
  for (const auto& [keys, command] : ctx.shell.interactive_port->key_bindings())
    offers.push_back({keys, command});
}

void offer_editor_commands(const kernel::Context& ctx, Offers& offers) {
  if (!ctx.shell.interactive_port) return;
  for (const auto& [name, help] : ctx.shell.interactive_port->editor_commands())
    offers.push_back({name, help});
}

void offer_completed(const kernel::Context& ctx, Offers& offers) {
  for (const auto& [name, rule] : ctx.shell.typing_aids.completions) offers.push_back({name});
}

void offer_subcommands(const kernel::Context& ctx, std::string_view name, Offers& offers) {
  const std::string prefix = fmt::format("{} ", name);
  for (const kernel::Builtin* builtin : ctx.shell.builtins.all()) {
    const CommandSchema& schema = *builtin->schema;
    if (schema.name.starts_with(prefix))
      offers.push_back(
          {std::string(schema.name.substr(prefix.size())), std::string(schema.summary)});
  }
}

void offer_flags(const CommandSchema& schema, Offers& offers) {
  for (const FlagSchema& flag : schema.flags) {
    const std::string help(flag.help);
    if (!flag.long_name.empty()) offers.push_back({fmt::format("--{}", flag.long_name), help});
    if (flag.short_name != 0) offers.push_back({fmt::format("-{}", flag.short_name), help});
  }
  offers.push_back({"--help", "explain the command"});
}

}  // namespace weir::repl
