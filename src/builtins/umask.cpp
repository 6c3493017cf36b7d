// `umask`: the rights that new files do not get; belongs to the scope.
#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {'S', {}, {}, "print it as the rights that are left: u=rwx,g=rx,o=rx"},
    {'p', {}, {}, "print it to be read back"},
};
constexpr ExampleSchema kExamples[] = {
    {"umask 077", "new files are for you alone"},
    {"umask g-w,o=", "the same kind of thing in words"},
};
constexpr CommandSchema kUmask = {
    .name = "umask",
    .summary = "print or set the rights that new files do not get",
    .synopsis = "[-Sp] [MODE]",
    .flags = kFlags,
    .max_operands = 1,
    .examples = kExamples,
    .details = "MODE is octal (what is taken away), or symbolic (what is left), as chmod takes it.",
    .group = "shell"};

constexpr mode_t kAll = 0777;

std::string symbolic(mode_t mask) {
  std::string out;
  const mode_t rights = ~mask & kAll;
  for (int shift : {6, 3, 0}) {
    const mode_t bits = (rights >> shift) & 7;
    if (!out.empty()) out += ',';
    out += shift == 6 ? "u=" : shift == 3 ? "g=" : "o=";
    if (bits & 4) out += 'r';
    if (bits & 2) out += 'w';
    if (bits & 1) out += 'x';
  }
  return out;
}

/// One clause of a symbolic mode over the rights that are left: `ug+w`, `o=`, `g=u`, `a-x+r`.
class Clause {
 public:
  Clause(std::string_view text, mode_t& rights) : text_(text), rights_(rights) {}

  bool apply() {
    const mode_t who = read_who();
    if (at_ == text_.size()) return false;
    while (at_ < text_.size()) {
      const char op = text_[at_++];
      if (op != '+' && op != '-' && op != '=') return false;
      change(op, who, read_rights());
    }
    return true;
  }

 private:
  mode_t read_who() {
    mode_t who = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == 'u')
        who |= 0700;
      else if (c == 'g')
        who |= 0070;
      else if (c == 'o')
        who |= 0007;
      else if (c == 'a')
        who |= kAll;
      else
        break;
    }
    return who == 0 ? kAll : who;
  }

  /// For every class; the caller picks those it means.
  mode_t read_rights() {
    mode_t bits = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == 'r')
        bits |= 4;
      else if (c == 'w')
        bits |= 2;
      else if (c == 'x')
        bits |= 1;
      else if (c == 'X')
        bits |= rights_ & 0111 ? 1 : 0;
      else if (c == 'u')
        bits |= (rights_ >> 6) & 7;
      else if (c == 'g')
        bits |= (rights_ >> 3) & 7;
      else if (c == 'o')
        bits |= rights_ & 7;
      else
        break;
    }
    return bits * 0111;
  }

  void change(char op, mode_t who, mode_t bits) {
    if (op == '+')
      rights_ |= bits & who;
    else if (op == '-')
      rights_ &= ~(bits & who);
    else
      rights_ = (rights_ & ~who) | (bits & who);
  }

  std::string_view text_;
  mode_t& rights_;
  size_t at_ = 0;
};

Result<mode_t> parse_mode(const std::string& text, mode_t mask) {
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    unsigned mode = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (ec == std::errc() && end == text.data() + text.size() && mode <= kAll) return mode;
    return fail(ErrorKind::invalid,
                fmt::format("{} is not an octal mode of at most 777", quote_word(text)));
  }
  mode_t rights = ~mask & kAll;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find(',', from), text.size());
    if (!Clause(std::string_view(text).substr(from, end - from), rights).apply()) {
      return fail(ErrorKind::invalid,
                  fmt::format("{} is not a mode such as 022 or u=rwx,go-w", quote_word(text)));
    }
    from = end + 1;
  }
  return ~rights & kAll;
}

ValueTask<int> run_umask(Invocation call) {
  mode_t& mask = call.ctx.scope.mask;
  if (call.operands().empty()) {
    const std::string shown = call.args.has('S') ? symbolic(mask) : fmt::format("{:04o}", mask);
    const std::string_view prefix = !call.args.has('p')  ? ""
                                    : call.args.has('S') ? "umask -S "
                                                         : "umask ";
    return print(call, fmt::format("{}{}\n", prefix, shown));
  }
  auto mode = parse_mode(call.operands()[0].to_text(), mask);
  if (!mode) return misuse(call, std::move(mode.error().message));
  mask = *mode;
  return call.args.has('S') ? print(call, symbolic(mask) + "\n") : ValueTask<int>(0);
}

}  // namespace

void register_umask(BuiltinRegistry& registry) { registry.add({&kUmask, run_umask}); }

}  // namespace weir::builtins
