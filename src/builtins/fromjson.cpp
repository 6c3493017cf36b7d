// fromjson and fromjsonl: JSON text to typed rows.
#include <fmt/format.h>

#include "builtins/json_documents_support.h"
#include "builtins/row_filter_support.h"
#include "kernel/shell.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFromjsonFlags[] = {
    {0, "each", "", "the elements of a top-level array are the rows"},
    {0, "lines", "", "one document a line, as fromjsonl"},
    {0, "skip-bad", "", "with --lines: tell bad lines and go on"},
};
constexpr ExampleSchema kFromjsonExamples[] = {
    {"config=$(fromjson < config.json)", "a record or list in a variable"},
    {"curl -s $url | fromjson --each | where not done", "the elements of an array"},
    {"fromjson \"$text\"", "from a variable"},
};
constexpr CommandSchema kFromjsonSchema = {
    .name = "fromjson",
    .summary = "JSON text to typed rows",
    .synopsis = "[--each | --lines] [TEXT…]",
    .flags = kFromjsonFlags,
    .examples = kFromjsonExamples,
    .details =
        "Reads the operands, or else standard input: one document or many, one after the other, "
        "and gives a row for\neach as soon as it is complete. Rows that are values already, and "
        "not text, pass unchanged.",
    .group = "rows",
};

constexpr FlagSchema kFromjsonlFlags[] = {
    {0, "skip-bad", "", "tell bad lines and go on"},
};
constexpr ExampleSchema kFromjsonlExamples[] = {
    {"fromjsonl < app.log | where level == error", "records that can be asked"},
};
constexpr CommandSchema kFromjsonlSchema = {
    .name = "fromjsonl",
    .summary = "lines of JSON to typed rows",
    .synopsis = "[--skip-bad] [TEXT…]",
    .flags = kFromjsonlFlags,
    .examples = kFromjsonlExamples,
    .details =
        "Reads the operands, or else standard input. Blank lines count for nothing; a line that "
        "is no JSON is an error\nwith its number. Rows that are values already, and not text, "
        "pass unchanged.",
    .group = "rows",
};

// ---- lines ----------------------------------------------------------------------------

class JsonLines : public RowFilter {
 public:
  explicit JsonLines(bool skip_bad) : skip_bad_(skip_bad) {}

  Result<Next> take(Row row, RowSink& out) override {
    if (!row.value.is_string()) {
      out.emit(std::move(row.value));
      return Next::more;
    }
    const std::string_view text = row.value.as_string();
    for (size_t from = 0; from <= text.size();) {
      const size_t end = std::min(text.find('\n', from), text.size());
      if (auto done = take_line(text.substr(from, end - from), out); !done) {
        return fail(std::move(done.error()));
      }
      from = end + 1;
    }
    return Next::more;
  }

 private:
  Result<void> take_line(std::string_view line, RowSink& out) {
    ++number_;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    auto value = Value::parse_json(line, &stopped());
    if (value) {
      out.emit(std::move(*value));
      return {};
    }
    if (value.error().kind == ErrorKind::cancelled) return fail(std::move(value.error()));
    std::string message =
        fmt::format("line {}: {}: {}", number_, value.error().message, shortened(Value(line)));
    if (!skip_bad_) return fail(ErrorKind::invalid, message + " (--skip-bad goes on)");
    out.warn(std::move(message));
    return {};
  }

  bool skip_bad_;
  uint64_t number_ = 0;
};

ValueTask<int> run_fromjsonl(Invocation call) {
  auto filter = std::make_unique<JsonLines>(call.args.has("skip-bad"));
  if (call.operands().empty()) return run_filter(std::move(call), std::move(filter));
  List texts = std::move(call.operands());
  return run_filter_over(std::move(call), std::move(filter), std::move(texts));
}

// ---- documents --------------------------------------------------------------------------

constexpr size_t kPoolFrom = 64 * 1024;  // bytes of one document

class DocumentParser {
 public:
  DocumentParser(Context& ctx, bool each) : ctx_(ctx), each_(each), out_(ctx), stream_(each) {}

  Task<Result<void>> run(RowReader in) {
    for (;;) {
      auto step = in.next_piece();
      if (!step.ready() && !out_.empty()) {
        if (auto flushed = co_await out_.flush(); !flushed) co_return flushed;
      }
      auto piece = co_await std::move(step);
      if (!piece) co_return fail(std::move(piece.error()));
      if (!*piece) break;
      auto done = co_await take(std::move(**piece));
      if (!done) co_return done;
      if (wants_pause(ctx_)) {
        if (auto go_on = co_await pause_point(ctx_); !go_on) co_return go_on;
      }
    }
    stream_.end();
    if (auto done = co_await give_documents(stream_); !done) co_return done;
    co_return co_await out_.flush();
  }

  /// What came before an error is written in front of its message.
  Task<void> flush() { (void)co_await out_.flush(); }

 private:
  Task<Result<void>> take(Row piece) {
    if (!piece.typed) {
      stream_.add(piece.value.as_string());
      co_return co_await give_documents(stream_);
    }
    if (!piece.value.is_string()) co_return co_await give_value(std::move(piece.value));
    JsonDocuments row(each_);  // a row's text is complete in itself
    row.add(piece.value.as_string());
    row.end();
    co_return co_await give_documents(row);
  }

  Task<Result<void>> give_value(Value value) {
    if (!each_ || !value.is_list()) co_return co_await out_.put(Row{std::move(value)});
    for (const Value& item : value.as_list()) {
      if (auto written = co_await out_.put(Row{item}); !written) co_return written;
    }
    co_return Result<void>{};
  }

  Task<Result<void>> give_documents(JsonDocuments& documents) {
    while (auto document = documents.next()) {
      ++number_;
      auto value = co_await parse(*document);
      if (!value) co_return fail(describe(std::move(value.error()), *document));
      if (auto written = co_await out_.put(Row{std::move(*value)}); !written) co_return written;
      if (wants_pause(ctx_)) {
        if (auto go_on = co_await pause_point(ctx_); !go_on) co_return go_on;
      }
    }
    if (const auto begin = documents.unfinished(); begin && documents.ended()) {
      co_return fail(ErrorKind::invalid,
                     fmt::format("the input ends inside {} {}, which begins at byte {}",
                                 each_ ? "element" : "document", number_ + 1, *begin + 1));
    }
    co_return Result<void>{};
  }

  Task<Result<Value>> parse(JsonDocuments::Document document) {
    if (document.misplaced) co_return fail(ErrorKind::invalid, "a comma is missing in front");
    if (document.text.size() < kPoolFrom) co_return Value::parse_json(document.text);
    Result<Value> value;
    std::atomic<bool> stop = false;
    const loop::CancelCallback on_cancel(ctx_.token, [&] { stop = true; });
    co_await loop::run_on_pool(ctx_.shell.loop,
                               [&] { value = Value::parse_json(document.text, &stop); });
    co_return value;
  }

  Error describe(Error error, const JsonDocuments::Document& document) const {
    if (number_ > 1 || document.offset > 0) {
      error.message = fmt::format("{} {} at byte {}: {}", each_ ? "element" : "document", number_,
                                  document.offset + 1, error.message);
    }
    error.message += fmt::format(": {}", shortened(Value(document.text.substr(0, 200))));
    return error;
  }

  Context& ctx_;
  bool each_;
  RowWriter out_;
  JsonDocuments stream_;
  uint64_t number_ = 0;
};

Task<int> parse_documents(Invocation call) {
  const bool from_input = call.operands().empty();
  RowReader in = from_input
                     ? RowReader(call.ctx, standard_input(call.ctx), scheduler::Arrays::are_text)
                     : RowReader(call.ctx, std::move(call.operands()));
  DocumentParser parser(call.ctx, call.args.has("each"));
  auto done = co_await parser.run(std::move(in));
  if (done) co_return 0;
  if (done.error().kind != ErrorKind::broken_pipe) co_await parser.flush();
  co_return co_await kernel::stream_failed(call, std::move(done.error()));
}

ValueTask<int> run_fromjson(Invocation call) {
  if (call.args.has("lines")) {
    if (call.args.has("each")) return kernel::misuse(call, "--each and --lines exclude each other");
    return run_fromjsonl(std::move(call));
  }
  if (call.args.has("skip-bad")) return kernel::misuse(call, "--skip-bad goes with --lines");
  return parse_documents(std::move(call));
}

}  // namespace

void register_fromjson(kernel::BuiltinRegistry& registry) {
  registry.add({&kFromjsonSchema, run_fromjson});
  registry.add({&kFromjsonlSchema, run_fromjsonl});
}

}  // namespace weir::builtins
