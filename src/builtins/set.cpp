// `set`: options, positional parameters, and what variables there are.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "builtins/names_support.h"
#include "builtins/reports_support.h"
#include "kernel/command_line.h"

namespace weir::builtins {

namespace {

using kernel::find_option;
using kernel::OptionSchema;
using kernel::ValueOptionSchema;

constexpr ExampleSchema kExamples[] = {
    {"set -e", "leave when a command fails"},
    {"set -o pipefail +o nullglob", "by name"},
    {"set -- a b c", "the positional parameters"},
    {"set +o > saved; …; source ./saved", "keep the options and set them again"},
    {"set -o exit-jobs=wait", "leaving the shell waits for its jobs"},
    {"set --json | get 0", "variables as data"},
    {"set -o --json", "the options as data"},
};
constexpr CommandSchema kSet = {
    .name = "set",
    .summary = "switch options, set the positional parameters, or list the variables",
    .synopsis = "[-LETTERS] [+LETTERS] [-o NAME] [+o NAME] [--] [ARG…] | [-o] --json",
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "Without arguments it lists the variables so that they can be read back; `set -o` lists "
        "the\n"
        "options and `set +o` prints the commands that set them.\n"
        "Letters: -a allexport, -b notify, -C noclobber, -e errexit, -f no globbing, -m monitor,\n"
        "-n noexec, -u nounset, -v verbose, -x xtrace; -E, -B and +H ask for what is always so.\n"
        "By name only: nullglob, pipefail,\n"
        "recursion-limit=N, and exit-jobs=ask|kill|detach|wait|stay: what becomes of live jobs "
        "when an\n"
        "interactive shell is left.",
    .group = "shell"};

// ---- listing ------------------------------------------------------------------------

std::map<std::string, Value> all_variables(const Context& ctx) {
  std::map<std::string, Value> all;
  ctx.scope.variables.for_each([&](const std::string& name, const kernel::Variable& variable) {
    if (variable.is_set) all.emplace(name, variable.value);
  });
  return all;
}

ValueTask<int> list_variables(const Invocation& call) {
  std::string out;
  for (const auto& [name, value] : all_variables(call.ctx)) {
    out += fmt::format("{}={}\n", name, value_literal(value));
  }
  return print(call, std::move(out));
}

ValueTask<int> list_variables_as_rows(const Invocation& call) {
  List rows;
  for (auto& [name, value] : all_variables(call.ctx)) {
    rows.emplace_back(
        Record{{"name", Value(name)}, {"type", Value(value.type_name())}, {"value", value}});
  }
  return print_array(call, std::move(rows));
}

std::string option_table(const kernel::Options& options) {
  std::string out;
  for (const OptionSchema& option : kernel::option_schemas()) {
    out += fmt::format("{:<16}{}\n", option.name, options.*option.flag ? "on" : "off");
  }
  for (const ValueOptionSchema& option : kernel::value_option_schemas()) {
    out += fmt::format("{:<16}{}\n", option.name, option.read(options));
  }
  return out;
}

ValueTask<int> list_options_as_rows(const Invocation& call) {
  const kernel::Options& options = call.ctx.scope.options;
  List rows;
  const auto add = [&](std::string_view name, Value value, std::string_view help) {
    rows.emplace_back(
        Record{{"name", Value(name)}, {"value", std::move(value)}, {"help", Value(help)}});
  };
  for (const OptionSchema& option : kernel::option_schemas()) {
    add(option.name, Value(options.*option.flag), option.help);
  }
  for (const ValueOptionSchema& option : kernel::value_option_schemas()) {
    add(option.name, Value::from_bareword(option.read(options)), option.help);
  }
  return print_array(call, std::move(rows));
}

std::string option_commands(const kernel::Options& options) {
  std::string out;
  for (const OptionSchema& option : kernel::option_schemas()) {
    out += fmt::format("set {}o {}\n", options.*option.flag ? '-' : '+', option.name);
  }
  for (const ValueOptionSchema& option : kernel::value_option_schemas()) {
    out += fmt::format("set -o {}={}\n", option.name, option.read(options));
  }
  return out;
}

// ---- options ---------------------------------------------------------------------------

/// The words of one call. Nothing is changed when one of them is wrong.
class SetWords {
 public:
  SetWords(Context& ctx, List words) : words_(std::move(words)), options_(ctx.scope.options) {}

  Result<void> read() {
    while (next_ < words_.size() && words_[next_].is_string()) {
      const std::string word = words_[next_].as_string();
      if (word == "--" || word == "-") {
        ++next_;
        has_parameters_ = word == "--" || next_ < words_.size();
        if (word == "-") options_.xtrace = options_.verbose = false;  // POSIX, as in sh
        return {};
      }
      if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
      ++next_;
      if (auto done = read_letters(word); !done) return done;
    }
    has_parameters_ = next_ < words_.size();
    return {};
  }

  void apply(Context& ctx) {
    ctx.scope.options = options_;
    if (has_parameters_) {
      ctx.scope.parameters = std::make_shared<const List>(
          words_.begin() + static_cast<std::ptrdiff_t>(next_), words_.end());
    }
  }
  std::string& out() { return out_; }

 private:
  Result<void> read_letters(const std::string& word) {
    const bool on = word[0] == '-';
    for (char letter : word.substr(1)) {
      if (letter != 'o') {
        if (auto done = kernel::switch_option(options_, letter, on); !done) return done;
      } else if (next_ == words_.size()) {
        out_ = on ? option_table(options_) : option_commands(options_);
      } else if (auto done = kernel::switch_option(options_, words_[next_++].to_text(), on);
                 !done) {
        return done;
      }
    }
    return {};
  }

  List words_;
  kernel::Options options_;
  size_t next_ = 0;
  bool has_parameters_ = false;
  std::string out_;
};

ValueTask<int> run_set(Invocation call) {
  if (call.operands().empty()) return list_variables(call);
  if (call.operands().size() == 1 && call.operands()[0] == Value("--json")) {
    return list_variables_as_rows(call);
  }
  if (call.operands() == List{Value("-o"), Value("--json")}) return list_options_as_rows(call);
  SetWords words(call.ctx, std::move(call.operands()));
  if (auto done = words.read(); !done) return misuse(call, std::move(done.error().message));
  const bool was_off = !call.ctx.scope.options.noexec;
  words.apply(call.ctx);
  // Nothing behind it runs, and so nothing that could turn it off again.
  if (was_off && call.ctx.scope.options.noexec && !call.ctx.shell.interactive)
    call.ctx.flow = {kernel::FlowKind::exit, 0};
  return print(call, std::move(words.out()));
}

}  // namespace

void register_set(BuiltinRegistry& registry) { registry.add({&kSet, run_set, true}); }

}  // namespace weir::builtins
