// jq: filters of the language jq over rows, by libjq and without a process.
#include <fmt/format.h>

#include "base/text.h"
#include "builtins/jq_engine_support.h"
#include "builtins/row_filter_support.h"
#include "builtins/tool_support.h"
#include "kernel/shell.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'r', "raw-output", "", "print strings without quotes"},
    {'j', "join-output", "", "the same without newlines"},
    {'c', "compact-output", "", "print on one line each"},
    {'S', "sort-keys", "", "print keys in order"},
    {'s', "slurp", "", "all input as one array"},
    {'n', "null-input", "", "null as the only input"},
    {'R', "raw-input", "", "lines of text are strings, not JSON"},
    {'e', "exit-status", "", "1 when the last result is false or null, 4 without one"},
    {0, "arg", "NAME TEXT", "bind $NAME to a string"},
    {0, "argjson", "NAME JSON", "bind $NAME to a value"},
};
constexpr ExampleSchema kExamples[] = {
    {"name=$(jq .name package.json)", "a typed value in a variable"},
    {"jobs | jq 'select(.code > 0) | .id'", "rows in, rows out"},
    {"jq -n --argjson h $hosts '$h | length'", "a list from a variable"},
};
constexpr CommandSchema kSchema = {
    .name = "jq",
    .summary = "filter rows and JSON with jq's language",
    .synopsis = "[-rjcSsnRe] [--arg NAME TEXT] [--argjson NAME JSON] FILTER [FILE…]",
    .flags = kFlags,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "Inputs are typed rows as they are, and JSON text. Results are typed rows for what takes "
        "rows; as text they are\nwhat jq prints. Numbers are doubles, as in jq. Exit 5: an error "
        "in the program for some input; 3: the program is\nno jq; 2: the input is no JSON. "
        "Modules, input_filename and further flags are left to the program jq.",
    .group = "rows",
};

constexpr int kNotCompiled = 3;
constexpr int kNoResult = 4;
constexpr size_t kBatch = 256 * 1024;  // of input, before a step

struct Request {
  JqOptions options;
  List files;
  bool exit_status = false;
  bool has_filter = false;
};

/// Reads the words; what it does not know makes it give nothing.
class RequestReader {
 public:
  explicit RequestReader(const List& words) : words_(words) {}

  Result<std::optional<Request>> read() {
    bool flags_ended = false;
    for (; next_ < words_.size(); ++next_) {
      const Value& word = words_[next_];
      const std::string text = word.to_text();
      if (flags_ended || !word.is_string() || text.size() < 2 || text[0] != '-') {
        take_operand(word);
      } else if (text == "--") {
        flags_ended = true;
      } else {
        auto taken = text[1] == '-' ? take_long(text.substr(2)) : take_short(text.substr(1));
        if (!taken) return fail(std::move(taken.error()));
        if (!*taken && !program_knows(text)) return fail(ErrorKind::misuse, "unknown flag " + text);
        if (!*taken) return std::nullopt;
      }
    }
    return std::move(request_);
  }

 private:
  /// Whether the program jq has this flag, or all of these letters.
  static bool program_knows(const std::string& word) {
    constexpr std::string_view kLong[] = {"ascii-output",
                                          "args",
                                          "binary",
                                          "build-configuration",
                                          "color-output",
                                          "from-file",
                                          "help",
                                          "indent",
                                          "jsonargs",
                                          "library-path",
                                          "monochrome-output",
                                          "nul-output",
                                          "raw-output0",
                                          "rawfile",
                                          "seq",
                                          "slurpfile",
                                          "stream",
                                          "stream-errors",
                                          "strip-comments",
                                          "tab",
                                          "unbuffered",
                                          "version"};
    if (!word.starts_with("--"))
      return word.find_first_not_of("rjcSsnReCMafhVLb0", 1) == std::string::npos || word[1] == 'L';
    return std::ranges::find(kLong, std::string_view(word).substr(2)) != std::ranges::end(kLong);
  }

  void take_operand(const Value& word) {
    if (request_.has_filter) {
      request_.files.push_back(word);
    } else {
      request_.options.filter = word.to_text();
      request_.has_filter = true;
    }
  }

  bool set(char letter) {
    JqOptions& options = request_.options;
    switch (letter) {
      case 'r':
        options.raw_output = true;
        return true;
      case 'j':
        options.join_output = true;
        return true;
      case 'c':
        options.compact = true;
        return true;
      case 'S':
        options.sort_keys = true;
        return true;
      case 's':
        options.slurp = true;
        return true;
      case 'n':
        options.null_input = true;
        return true;
      case 'R':
        options.raw_input = true;
        return true;
      case 'e':
        request_.exit_status = true;
        return true;
      default:
        return false;
    }
  }

  Result<bool> take_short(std::string_view letters) {
    return std::ranges::all_of(letters, [&](char letter) { return set(letter); });
  }

  Result<bool> take_long(std::string_view name) {
    if (name == "arg" || name == "argjson") return take_named(name == "argjson");
    for (const FlagSchema& flag : kFlags) {
      if (flag.short_name != 0 && flag.long_name == name) return set(flag.short_name);
    }
    return false;
  }

  Result<bool> take_named(bool is_json) {
    if (next_ + 2 >= words_.size()) {
      return fail(ErrorKind::invalid, is_json ? "--argjson needs a name and a JSON text"
                                              : "--arg needs a name and a text");
    }
    std::string name = words_[++next_].to_text();
    const Value& given = words_[++next_];
    if (!is_json) {
      request_.options.named.set(std::move(name), Value(given.to_text()));
      return true;
    }
    if (!given.is_string()) {
      request_.options.named.set(std::move(name), given);
      return true;
    }
    auto value = Value::parse_json(given.as_string());
    if (!value) {
      return fail(ErrorKind::invalid, fmt::format("--argjson {}: {}", name, value.error().message));
    }
    request_.options.named.set(std::move(name), std::move(*value));
    return true;
  }

  const List& words_;
  size_t next_ = 0;
  Request request_;
};

Record exported_variables(const Context& ctx) {
  Record environment;
  ctx.scope.variables.for_each([&](const std::string& name, const kernel::Variable& variable) {
    if (variable.exported && variable.is_set) {
      environment.set(name, Value(variable.value.to_text()));
    }
  });
  return environment;
}

/// What libjq does only together with the program's own input reading.
bool needs_program(const std::string& filter) {
  for (const std::string_view word : {"input_filename", "input_line_number", "import", "include",
                                      "get_search_list", "modulemeta"}) {
    if (filter.find(word) != std::string::npos) return true;
  }
  return false;
}

class JqRun {
 public:
  JqRun(Invocation& call, const JqLibrary& library, Request request)
      : call_(call),
        ctx_(call.ctx),
        files_(std::move(request.files)),
        exit_status_(request.exit_status),
        raw_input_(request.options.raw_input),
        raw_output_(request.options.raw_output),
        slurp_(request.options.slurp),
        typed_(request.options.typed_output),
        out_(call.ctx),
        engine_(library, std::move(request.options)) {}

  Task<int> run() {
    bool compiled = false;
    co_await loop::run_on_pool(ctx_.shell.loop, [&] { compiled = engine_.compile(); });
    if (!compiled) co_return co_await not_compiled();
    if (!engine_.reads_input()) engine_.end_input();
    if (engine_.reads_input() && files_.empty()) open(standard_input(ctx_));
    if (engine_.reads_input() && !files_.empty() && !co_await open_next_file()) engine_.end_input();
    auto step = JqEngine::Step::needs_input;
    while (step != JqEngine::Step::done) {
      if (step == JqEngine::Step::needs_input && in_) {
        if (auto read = co_await read_batch(); !read) co_return co_await failed(read.error());
      }
      results_.clear();
      {
        const loop::CancelCallback stop(ctx_.token, [&] { engine_.interrupt(); });
        co_await loop::run_on_pool(ctx_.shell.loop, [&] { step = engine_.step(results_); });
      }
      if (auto written = co_await write_results(); !written) {
        co_return co_await failed(written.error());
      }
      if (auto go_on = co_await pause_point(ctx_); !go_on) co_return co_await failed(go_on.error());
    }
    if (auto flushed = co_await out_.flush(); !flushed) co_return co_await failed(flushed.error());
    co_return exit_code();
  }

 private:
  Task<int> not_compiled() {
    std::string message = "the filter is no jq";
    for (const std::string& line : engine_.errors()) message += "\n" + line;
    co_return co_await kernel::complain(call_, std::move(message), kNotCompiled);
  }

  Task<int> failed(Error error) {
    if (error.kind != ErrorKind::broken_pipe) (void)co_await out_.flush();
    co_return co_await kernel::stream_failed(call_, std::move(error));
  }

  int exit_code() const {
    if (engine_.code() != 0) return engine_.code();
    if (code_ != 0) return code_;
    if (!exit_status_) return 0;
    const auto last = engine_.last_was_true();
    return !last ? kNoResult : *last ? 0 : 1;
  }

  void open(scheduler::OpenFilePtr file) {
    in_.emplace(ctx_, std::move(file), scheduler::Arrays::are_text);
  }

  /// False when there is none left. One that cannot be opened is told, and gives 2.
  Task<bool> open_next_file() {
    while (next_file_ < files_.size()) {
      auto file = co_await open_input(ctx_, files_[next_file_++].to_text());
      if (file) {
        open(std::move(*file));
        co_return true;
      }
      if (ctx_.token.cancelled())
        code_ = co_await kernel::stream_failed(call_, std::move(file.error()));
      else
        code_ = co_await kernel::complain(call_, std::move(file.error().message), 2);
    }
    in_.reset();
    co_return false;
  }

  /// What is at hand, at least one piece; everything where the program needs that.
  Task<Result<void>> read_batch() {
    size_t taken = 0;
    while (taken < kBatch || engine_.needs_all_input()) {
      auto step = raw_input_ && !slurp_ ? in_->next() : in_->next_piece();
      if (taken > 0 && !step.ready() && !engine_.needs_all_input()) break;
      if (!step.ready() && !out_.empty()) {
        if (auto flushed = co_await out_.flush(); !flushed) co_return flushed;
      }
      auto piece = co_await std::move(step);
      if (!piece) co_return fail(std::move(piece.error()));
      if (!*piece) {
        if (co_await open_next_file()) continue;
        engine_.end_input();
        co_return Result<void>{};
      }
      taken += add(std::move(**piece));
      if (ctx_.token.cancelled()) co_return fail(cancelled_error());
    }
    co_return Result<void>{};
  }

  size_t add(Row piece) {
    constexpr size_t kRowSize = 256;  // an estimate: typed rows are counted, not measured
    const size_t size = piece.value.is_string() ? piece.value.as_string().size() + 1 : kRowSize;
    if (raw_input_ && !piece.value.is_string()) piece.value = Value(piece.value.to_text());
    if (piece.typed || raw_input_) {
      engine_.add_value(std::move(piece.value));
    } else {
      engine_.add_text(std::move(piece.value.string_mut()));
    }
    return size;
  }

  Task<Result<void>> write_results() {
    for (JqResult& result : results_) {
      Result<void> written;
      if (result.is_error) {
        written = co_await out_.flush();
        (void)co_await kernel::complain(call_, std::move(result.text));
      } else if (raw_output_ && is_several_lines(result.value)) {
        written = co_await out_.put_text(result.value.as_string() + '\n');
      } else if (typed_) {
        written = co_await out_.put(Row(std::move(result.value), true, std::move(result.text)));
      } else {
        written = co_await out_.put_text(result.text);
      }
      if (!written) co_return written;
    }
    co_return Result<void>{};
  }

  /// What -r prints of it is text to its reader, whose lines are lines.
  static bool is_several_lines(const Value& value) {
    return value.is_string() && value.as_string().contains('\n');
  }

  Invocation& call_;
  Context& ctx_;
  List files_;
  size_t next_file_ = 0;
  bool exit_status_;
  bool raw_input_;
  bool raw_output_;
  bool slurp_;
  bool typed_;
  RowWriter out_;
  JqEngine engine_;
  std::optional<RowReader> in_;
  std::vector<JqResult> results_;
  int code_ = 0;
};

Task<int> run_program(Invocation call, const JqLibrary& library, Request request) {
  JqRun run(call, library, std::move(request));
  co_return co_await run.run();
}

ValueTask<int> run(Invocation call) {
  auto request = RequestReader(call.args.operands).read();
  if (!request) return kernel::misuse(call, std::move(request.error().message));
  if (!*request || needs_program((*request)->options.filter)) return hand_over(std::move(call));
  if (!(*request)->has_filter)
    return kernel::misuse(call, "a filter is missing: jq . prints the input");
  auto library = JqLibrary::load();
  if (!library) return kernel::complain(call, std::move(library.error().message));
  JqOptions& options = (*request)->options;
  options.environment = exported_variables(call.ctx);
  options.typed_output = call.ctx.out().takes_rows() && !options.join_output;
  return run_program(std::move(call), **library, std::move(**request));
}

}  // namespace

void register_jq(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
