#include "kernel/printf_format.h"

#include <fmt/format.h>

#include <ctime>

#include "base/text.h"
#include "kernel/escapes.h"
#include "kernel/printf_number.h"
#include "kernel/value_kind.h"

namespace weir::kernel {

namespace {

/// A larger field is a mistake, and would take the machine's memory.
constexpr size_t kMaxField = size_t{1} << 28;
constexpr size_t kMaxTime = size_t{1} << 20;

std::string format_time(std::string_view format, int64_t seconds) {
  const auto time = static_cast<time_t>(seconds);
  tm parts{};
  if (!::localtime_r(&time, &parts)) return {};
  // The final blank tells empty output from a buffer that is too small.
  const std::string wanted = std::string(format.empty() ? "%X" : format) + " ";
  std::string out(wanted.size() + 64, '\0');
  size_t length = 0;
  while ((length = std::strftime(out.data(), out.size(), wanted.c_str(), &parts)) == 0) {
    if (out.size() > kMaxTime) return {};  // glibc takes field widths: %999999999Y
    out.resize(out.size() * 2);
  }
  out.resize(length - 1);
  return out;
}

class Printf {
 public:
  Printf(std::string_view format, std::span<const Value> arguments, const PrintfTimes& times)
      : format_(format), arguments_(arguments), times_(times) {}

  PrintfResult run() {
    do {
      used_argument_ = false;
      at_ = 0;
      format_once();
    } while (!done_ && used_argument_ && next_ < arguments_.size());
    return std::move(result_);
  }

 private:
  void format_once() {
    while (!done_ && at_ < format_.size()) {
      const size_t special = std::min(format_.find_first_of("%\\", at_), format_.size());
      result_.text += format_.substr(at_, special - at_);
      at_ = special;
      if (at_ == format_.size()) return;
      if (format_[at_++] == '\\') {
        at_ = take_escape(format_, at_, EscapeStyle::format, result_.text, done_);
      } else {
        convert();
      }
    }
  }

  // ---- the conversion's text ----

  bool take(char c) {
    if (at_ == format_.size() || format_[at_] != c) return false;
    ++at_;
    return true;
  }

  void convert() {
    const size_t begin = at_;
    if (take('%')) {
      result_.text += '%';
      return;
    }
    PrintfSpec spec;
    take_flags(spec);
    take_width(spec);
    if (take('.')) take_precision(spec);
    at_ = std::min(format_.find_first_not_of("hlLjzt", at_), format_.size());
    const bool complete = take_time_format(spec) && at_ < format_.size();
    if (complete) spec.conversion = format_[at_++];
    const std::string_view text = format_.substr(begin, at_ - begin);
    if (!complete) {
      give_up(fmt::format("%{}: the conversion is not complete", text));
    } else if (spec.width > kMaxField || spec.precision.value_or(0) > kMaxField) {
      give_up(fmt::format("%{}: the field is too large", text));
    } else {
      print(spec, text);
    }
  }

  void take_flags(PrintfSpec& spec) {
    for (; at_ < format_.size(); ++at_) {
      switch (format_[at_]) {
        case '-':
          spec.left = true;
          break;
        case '+':
          spec.plus = true;
          break;
        case ' ':
          spec.space = true;
          break;
        case '#':
          spec.alternate = true;
          break;
        case '0':
          spec.zero = true;
          break;
        case '\'':
          break;  // grouping of thousands: none in the POSIX locale
        default:
          return;
      }
    }
  }

  size_t take_size() {
    size_t size = 0;
    for (; at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      size = std::min(size * 10 + static_cast<size_t>(format_[at_] - '0'), kMaxField + 1);
    }
    return size;
  }

  /// Of `*`: held to what a field may be, so that it can be negated.
  int64_t star_argument() {
    const auto [value, error] = printf_signed(next_argument());
    complain(error);
    constexpr auto limit = static_cast<int64_t>(kMaxField) + 1;
    return std::clamp(value, -limit, limit);
  }

  void take_width(PrintfSpec& spec) {
    if (!take('*')) {
      spec.width = take_size();
      return;
    }
    const int64_t width = star_argument();
    spec.left = spec.left || width < 0;
    spec.width = static_cast<size_t>(width < 0 ? -width : width);
  }

  void take_precision(PrintfSpec& spec) {
    if (!take('*')) {
      spec.precision = take_size();
      return;
    }
    const int64_t precision = star_argument();
    if (precision >= 0) spec.precision = static_cast<size_t>(precision);
  }

  /// False when the parenthesis is not closed.
  bool take_time_format(PrintfSpec& spec) {
    if (!take('(')) return true;
    const size_t close = format_.find(')', at_);
    const size_t end = std::min(close, format_.size());
    spec.time_format = format_.substr(at_, end - at_);
    at_ = std::min(end + 1, format_.size());
    has_time_format_ = true;
    return close != std::string_view::npos;
  }

  // ---- printing ----

  void print(const PrintfSpec& spec, std::string_view text) {
    const bool is_time = std::exchange(has_time_format_, false);
    if (is_time != (spec.conversion == 'T')) {
      unknown(text);
      return;
    }
    switch (spec.conversion) {
      case 's':
        print_text(spec, next_argument().to_text());
        break;
      case 'b':
        print_unescaped(spec);
        break;
      case 'q':
        append(padded(spec, quote_word(next_argument().to_text())));
        break;
      case 'Q':
        append(padded(spec, quote_word(cut(spec, next_argument().to_text()))));
        break;
      case 'c':
        print_character(spec);
        break;
      case 'd':
      case 'i':
        print_signed(spec);
        break;
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        print_unsigned(spec);
        break;
      case 'T':
        print_time(spec);
        break;
      default:
        if (std::string_view("fFeEgGaA").find(spec.conversion) != std::string_view::npos) {
          print_real(spec);
        } else {
          unknown(text);
        }
    }
  }

  void unknown(std::string_view text) {
    give_up(
        fmt::format("%{}: unknown conversion; there are %s %d %i %u %o %x %X %f %e %g %a %c %b "
                    "%q %(FORMAT)T and %%",
                    to_valid_utf8(text)));
  }

  static std::string cut(const PrintfSpec& spec, std::string text) {
    if (!spec.precision) return text;
    return std::string(slice_code_points(text, 0, *spec.precision));
  }

  void print_text(const PrintfSpec& spec, std::string text) {
    append(padded(spec, cut(spec, std::move(text))));
  }

  void print_unescaped(const PrintfSpec& spec) {
    Unescaped unescaped = unescape(next_argument().to_text(), EscapeStyle::percent_b);
    print_text(spec, std::move(unescaped.text));
    done_ = unescaped.stop;
  }

  /// The first character; of empty text the NUL byte, as in C.
  void print_character(const PrintfSpec& spec) {
    const std::string text = next_argument().to_text();
    append(padded(
        spec, text.empty() ? std::string(1, '\0') : std::string(slice_code_points(text, 0, 1))));
  }

  void print_signed(const PrintfSpec& spec) {
    const auto [value, error] = printf_signed(next_argument());
    complain(error);
    const auto bits = static_cast<uint64_t>(value);
    append(layout_integer(spec, {value < 0, value < 0 ? 0 - bits : bits}));
  }

  void print_unsigned(const PrintfSpec& spec) {
    const auto [value, error] = printf_integer(next_argument());
    complain(error);
    append(layout_integer(spec, value));
  }

  void print_real(const PrintfSpec& spec) {
    const auto [value, error] = printf_real(next_argument());
    complain(error);
    append(layout_real(spec, value));
  }

  void print_time(const PrintfSpec& spec) {
    const bool given = next_ < arguments_.size();
    const auto [value, error] = printf_signed(next_argument());
    complain(error);
    int64_t seconds = value;
    if (!given || value == -1) seconds = times_.now;
    if (given && value == -2) seconds = times_.shell_start;
    print_text(spec, format_time(spec.time_format, seconds));
  }

  // ---- arguments, output, errors ----

  const Value& next_argument() {
    static const Value missing;
    used_argument_ = true;
    return next_ < arguments_.size() ? arguments_[next_++] : missing;
  }

  void append(std::string_view text) { result_.text += text; }

  void complain(const std::string& error) {
    if (!error.empty()) result_.errors.push_back(error);
  }

  void give_up(std::string error) {
    result_.errors.push_back(std::move(error));
    result_.wrong_format = true;
    done_ = true;
  }

  std::string_view format_;
  std::span<const Value> arguments_;
  const PrintfTimes& times_;
  PrintfResult result_;
  size_t at_ = 0;
  size_t next_ = 0;
  bool used_argument_ = false;
  bool has_time_format_ = false;
  bool done_ = false;
};

}  // namespace

PrintfResult format_printf(std::string_view format, std::span<const Value> arguments,
                           const PrintfTimes& times) {
  return Printf(format, arguments, times).run();
}

}  // namespace weir::kernel
