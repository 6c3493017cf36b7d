// wc: counts lines, words, characters and bytes, aligned as coreutils does.
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstring>

#include "base/text.h"
#include "builtins/row_filter_support.h"
#include "builtins/tool_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'l', "lines", "", "count newlines"},
    {'w', "words", "", "count words"},
    {'c', "bytes", "", "count bytes"},
    {'m', "chars", "", "count characters (UTF-8)"},
};
constexpr ExampleSchema kExamples[] = {
    {"wc -l < names.txt", "how many lines"},
    {"ls | wc -l", "how many names"},
};
constexpr CommandSchema kSchema = {
    .name = "wc",
    .summary = "count lines, words and bytes",
    .synopsis = "[-lwcm] [FILE…]",
    .flags = kFlags,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "Without flags -lwc. Typed rows count as the lines they print. Other flags are left to "
        "the program wc.",
    .group = "text",
};

struct Counts {
  uint64_t lines = 0;
  uint64_t words = 0;
  uint64_t chars = 0;
  uint64_t bytes = 0;

  void add(const Counts& more) {
    lines += more.lines;
    words += more.words;
    chars += more.chars;
    bytes += more.bytes;
  }
};

struct Wanted {
  bool lines, words, chars, bytes;

  int columns() const { return lines + words + chars + bytes; }
  bool needs_text() const { return lines || words || chars; }
};

/// iswspace of C.UTF-8 and the non-breaking spaces, beyond ASCII.
bool is_wide_space(char32_t c) {
  return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
         c == 0x202f || c == 0x205f || c == 0x2060 || c == 0x3000;
}

/// Counts a stream that comes in pieces cut anywhere.
class Counter {
 public:
  explicit Counter(Wanted wanted) : wanted_(wanted) {}

  void add(std::string_view piece) {
    counts_.bytes += piece.size();
    if (!wanted_.words && !wanted_.chars) {
      if (wanted_.lines) count_lines(piece);
      return;
    }
    if (cut_.empty()) return count_text(piece, false);
    const std::string joined = std::exchange(cut_, {}) + std::string(piece);
    count_text(joined, false);
  }
  Counts finish() {
    const std::string rest = std::exchange(cut_, {});
    count_text(rest, true);
    if (in_word_) ++counts_.words;
    return counts_;
  }

 private:
  void count_lines(std::string_view piece) {
    const char* at = piece.data();
    const char* const end = at + piece.size();
    while ((at = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at))))) {
      ++counts_.lines;
      if (++at == end) return;
    }
  }

  void end_word() {
    counts_.words += in_word_;
    in_word_ = false;
  }

  void count_ascii(char c) {
    ++counts_.chars;
    if (c == '\n') ++counts_.lines;
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      end_word();
    } else if (c > ' ' && c < 0x7f) {
      in_word_ = true;
    }
  }

  /// A character that does not print begins no word; a byte that is no UTF-8 is no character.
  void count_wide(const CodePoint& point) {
    if (!point.valid) return;
    ++counts_.chars;
    if (is_wide_space(point.value)) {
      end_word();
    } else if (point.value >= 0xa0) {
      in_word_ = true;
    }
  }

  static bool may_be_cut(std::string_view text, size_t at) {
    return text.size() - at < 4 && static_cast<unsigned char>(text[at]) >= 0xc2;
  }

  void count_text(std::string_view text, bool is_end) {
    for (size_t at = 0; at < text.size();) {
      if (static_cast<unsigned char>(text[at]) < 0x80) {
        count_ascii(text[at++]);
        continue;
      }
      const CodePoint point = decode_code_point(text, at);
      if (!point.valid && !is_end && may_be_cut(text, at)) {
        cut_ = text.substr(at);
        return;
      }
      count_wide(point);
      at += point.size;
    }
  }

  Wanted wanted_;
  Counts counts_;
  std::string cut_;  // the beginning of a character
  bool in_word_ = false;
};

/// What the system knows of a file; nothing of a pipe in memory.
std::optional<struct stat> status_of(scheduler::OpenFile& file) {
  if (file.takes_rows()) return {};
  auto fd = file.descriptor();
  struct stat status;
  if (!fd || ::fstat(*fd, &status) != 0) return {};
  return status;
}

struct Source {
  std::string name;  // empty: standard input, without a name in the output
  scheduler::OpenFilePtr file;
  std::string error;
  std::optional<struct stat> status = {};
};

/// The width of the columns, as coreutils computes it before it counts.
int column_width(const std::vector<Source>& sources, const Wanted& wanted) {
  if (sources.size() == 1 && wanted.columns() == 1) return 1;
  int64_t total = 0;
  int least = 1;
  for (const Source& source : sources) {
    if (!source.error.empty()) continue;
    if (source.status && S_ISREG(source.status->st_mode)) {
      total += source.status->st_size;
    } else {
      least = 7;
    }
  }
  return std::max(least, static_cast<int>(std::to_string(total).size()));
}

std::string format_counts(const Counts& counts, const Wanted& wanted, int width,
                          std::string_view name) {
  std::string line;
  const auto column = [&](bool shown, uint64_t number) {
    if (!shown) return;
    line += fmt::format("{}{:>{}}", line.empty() ? "" : " ", number, width);
  };
  column(wanted.lines, counts.lines);
  column(wanted.words, counts.words);
  column(wanted.chars, counts.chars);
  column(wanted.bytes, counts.bytes);
  if (!name.empty()) line += fmt::format(" {}", name);
  return line + '\n';
}

/// The size of a file from its place on, where that can be trusted (not /proc, /sys).
std::optional<uint64_t> size_without_reading(const Source& source) {
  if (!source.status || !S_ISREG(source.status->st_mode) || source.status->st_blocks == 0)
    return {};
  const int fd = *source.file->descriptor();
  const off_t here = ::lseek(fd, 0, SEEK_CUR);
  if (here < 0 || here > source.status->st_size) return {};
  if (::lseek(fd, 0, SEEK_END) < 0) return {};
  return static_cast<uint64_t>(source.status->st_size - here);
}

struct Counted {
  Counts counts;
  std::optional<Error> error;  // counts hold what came before it
};

Task<Counted> count_source(Context& ctx, const Source& source, Wanted wanted) {
  if (!wanted.needs_text()) {
    if (auto size = size_without_reading(source)) co_return Counted{{.bytes = *size}, {}};
  }
  Counter counter(wanted);
  for (;;) {
    auto bytes = co_await source.file->read_some(128 * 1024, ctx.token);
    if (!bytes) co_return Counted{counter.finish(), std::move(bytes.error())};
    if (!*bytes) break;
    counter.add(**bytes);
    if (wants_pause(ctx)) {
      auto go_on = co_await pause_point(ctx);
      if (!go_on) co_return Counted{{}, std::move(go_on.error())};
    }
  }
  co_return Counted{counter.finish(), {}};
}

Task<std::vector<Source>> open_sources(Context& ctx, const List& operands) {
  std::vector<Source> sources;
  if (operands.empty()) sources.push_back({"", standard_input(ctx), ""});
  for (const Value& operand : operands) {
    const std::string name = operand.to_text();
    auto file = co_await open_input(ctx, name);
    sources.push_back({name, file ? *file : nullptr, file ? "" : file.error().message});
  }
  for (Source& source : sources) {
    if (source.file) {
      source.status = status_of(*source.file);
    } else if (source.error.empty()) {
      source.error = Error::from_errno(EBADF, "standard input").message;
    }
  }
  co_return sources;
}

Task<int> count(Invocation call, List operands, Wanted wanted) {
  Context& ctx = call.ctx;
  auto sources = co_await open_sources(ctx, operands);
  if (ctx.token.cancelled()) co_return 128 + ctx.token.reason();
  const int width = column_width(sources, wanted);
  Counts total;
  int code = 0;
  for (Source& source : sources) {
    if (!source.error.empty()) {
      code = co_await kernel::complain(call, source.error);
      continue;
    }
    auto counted = co_await count_source(ctx, source, wanted);
    if (counted.error) {
      Error& error = *counted.error;
      const bool ends = error.kind == ErrorKind::cancelled || error.kind == ErrorKind::broken_pipe;
      if (ends) co_return co_await kernel::stream_failed(call, std::move(error));
      if (error.sys != 0) error.message = Error::from_errno(error.sys, source.name).message;
      code = co_await kernel::complain(call, std::move(error.message));
    }
    total.add(counted.counts);
    const int printed =
        co_await kernel::print(call, format_counts(counted.counts, wanted, width, source.name));
    if (printed != 0) co_return printed;
  }
  if (sources.size() > 1) {
    const int printed = co_await kernel::print(call, format_counts(total, wanted, width, "total"));
    if (printed != 0) co_return printed;
  }
  co_return code;
}

ValueTask<int> run(Invocation call) {
  auto args = known_arguments(call);
  if (!args) return hand_over(std::move(call));
  const bool all = args->given().empty();
  const Wanted wanted{all || args->has('l'), all || args->has('w'), args->has('m'),
                      all || args->has('c')};
  return count(std::move(call), std::move(args->operands), wanted);
}

}  // namespace

void register_wc(kernel::BuiltinRegistry& registry) { registry.add({&kSchema, run}); }

}  // namespace weir::builtins
