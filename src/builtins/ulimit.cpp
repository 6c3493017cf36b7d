// `ulimit`: limits of the commands that are run; they belong to the scope and
// are set in each child, never in the shell's own process.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/text.h"
#include "builtins/reports_support.h"

namespace weir::builtins {

namespace {

struct Resource {
  char letter;
  int number;
  rlim_t unit;  // what one of the numbers that the user gives is
  std::string_view what;
  std::string_view unit_name;
};

// The letters and units of bash; -c and -f in 512-byte blocks as POSIX says.
constexpr Resource kResources[] = {
    {'R', RLIMIT_RTTIME, 1, "real-time time", "microseconds"},
    {'c', RLIMIT_CORE, 512, "core file size", "blocks"},
    {'d', RLIMIT_DATA, 1024, "data segment size", "kbytes"},
    {'e', RLIMIT_NICE, 1, "scheduling priority", ""},
    {'f', RLIMIT_FSIZE, 512, "file size", "blocks"},
    {'i', RLIMIT_SIGPENDING, 1, "pending signals", ""},
    {'l', RLIMIT_MEMLOCK, 1024, "locked memory", "kbytes"},
    {'m', RLIMIT_RSS, 1024, "resident memory", "kbytes"},
    {'n', RLIMIT_NOFILE, 1, "open files", ""},
    {'q', RLIMIT_MSGQUEUE, 1, "message queues", "bytes"},
    {'r', RLIMIT_RTPRIO, 1, "real-time priority", ""},
    {'s', RLIMIT_STACK, 1024, "stack size", "kbytes"},
    {'t', RLIMIT_CPU, 1, "cpu time", "seconds"},
    {'u', RLIMIT_NPROC, 1, "processes", ""},
    {'v', RLIMIT_AS, 1024, "virtual memory", "kbytes"},
    {'x', RLIMIT_LOCKS, 1, "file locks", ""},
};

constexpr FlagSchema kFlags[] = {
    {'S', {}, {}, "the soft limit: what holds now"},
    {'H', {}, {}, "the hard limit: what the soft one may become"},
    {'a', {}, {}, "all limits"},
    {'c', {}, {}, "core files (512-byte blocks)"},
    {'d', {}, {}, "data segment (KiB)"},
    {'e', {}, {}, "scheduling priority"},
    {'f', {}, {}, "files written (512-byte blocks; the default)"},
    {'i', {}, {}, "pending signals"},
    {'l', {}, {}, "locked memory (KiB)"},
    {'m', {}, {}, "resident memory (KiB)"},
    {'n', {}, {}, "open files"},
    {'q', {}, {}, "message queues (bytes)"},
    {'r', {}, {}, "real-time priority"},
    {'R', {}, {}, "real-time time (microseconds)"},
    {'s', {}, {}, "stack (KiB)"},
    {'t', {}, {}, "cpu time (seconds)"},
    {'u', {}, {}, "processes of the user"},
    {'v', {}, {}, "virtual memory (KiB)"},
    {'x', {}, {}, "file locks"},
    kJsonFlag,
};
constexpr ExampleSchema kExamples[] = {
    {"ulimit -a", "all of them"},
    {"(ulimit -v 1000000; ./hungry)", "at most about 1 GB of memory for this command"},
    {"ulimit -c 0 -n 4096", "no core files, 4096 descriptors"},
};
constexpr CommandSchema kUlimit = {
    .name = "ulimit",
    .summary = "print or set limits for the commands that are run",
    .synopsis = "[-SH] [-a | -LETTER [LIMIT]]… [--json]",
    .flags = kFlags,
    .style = ArgumentStyle::raw,
    .examples = kExamples,
    .details =
        "LIMIT is a number in the units above, `unlimited`, `soft` or `hard`; without -S or -H "
        "both\n"
        "limits are set. They hold for programs that this scope runs, not for the shell itself.",
    .group = "shell"};

const Resource* find_resource(char letter) {
  for (const Resource& resource : kResources) {
    if (resource.letter == letter) return &resource;
  }
  return nullptr;
}

rlimit current(const Context& ctx, const Resource& resource) {
  if (const auto set = ctx.scope.limits->find(resource.number); set != ctx.scope.limits->end()) {
    return set->second;
  }
  if (resource.number == RLIMIT_NOFILE && ctx.shell.raised_files) return ctx.shell.inherited_files;
  rlimit limit{};
  ::getrlimit(static_cast<__rlimit_resource>(resource.number), &limit);
  return limit;
}

std::string shown(rlim_t limit, const Resource& resource) {
  return limit == RLIM_INFINITY ? "unlimited" : fmt::format("{}", limit / resource.unit);
}

Value as_value(rlim_t limit, const Resource& resource) {
  return limit == RLIM_INFINITY ? Value("unlimited")
                                : Value(static_cast<int64_t>(limit / resource.unit));
}

/// One -LETTER and the LIMIT behind it, if any.
struct Request {
  const Resource* resource;
  std::optional<std::string> limit;
};

struct Parsed {
  std::vector<Request> requests;
  bool soft = false;
  bool hard = false;
  bool all = false;
  bool json = false;
};

Result<void> read_letters(std::string_view letters, Parsed& parsed) {
  for (char letter : letters) {
    if (letter == 'S')
      parsed.soft = true;
    else if (letter == 'H')
      parsed.hard = true;
    else if (letter == 'a')
      parsed.all = true;
    else if (const Resource* resource = find_resource(letter))
      parsed.requests.push_back({resource, {}});
    else
      return fail(ErrorKind::invalid, fmt::format("unknown flag -{}", letter));
  }
  return {};
}

/// A limit may stand behind each letter, which the flag styles cannot say.
Result<Parsed> read_words(const List& words) {
  Parsed parsed;
  for (const Value& value : words) {
    const std::string word = value.to_text();
    if (word == "--json") {
      parsed.json = true;
    } else if (word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9')) {
      if (auto done = read_letters(std::string_view(word).substr(1), parsed); !done) {
        return fail(std::move(done.error()));
      }
    } else {
      if (parsed.requests.empty()) parsed.requests.push_back({find_resource('f'), {}});
      if (parsed.requests.back().limit) {
        return fail(ErrorKind::invalid, fmt::format("{} is too many", quote_word(word)));
      }
      parsed.requests.back().limit = word;
    }
  }
  if (parsed.requests.empty() && !parsed.all) {
    if (parsed.json)
      parsed.all = true;
    else
      parsed.requests.push_back({find_resource('f'), {}});
  }
  return parsed;
}

Result<rlim_t> parse_limit(const std::string& text, const Resource& resource, const rlimit& now) {
  if (text == "unlimited") return RLIM_INFINITY;
  if (text == "soft") return now.rlim_cur;
  if (text == "hard") return now.rlim_max;
  rlim_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec == std::errc::invalid_argument || end != text.data() + text.size()) {
    return fail(ErrorKind::invalid,
                fmt::format("{} is not a number, unlimited, soft or hard", quote_word(text)));
  }
  if (ec != std::errc() || number >= RLIM_INFINITY / resource.unit) {
    return fail(ErrorKind::limit, fmt::format("{} is too large; write unlimited", text));
  }
  return number * resource.unit;
}

Result<void> set_limit(Context& ctx, const Request& request, bool soft, bool hard) {
  const Resource& resource = *request.resource;
  const rlimit now = current(ctx, resource);
  auto wanted = parse_limit(*request.limit, resource, now);
  if (!wanted) return fail(std::move(wanted.error()));
  rlimit next = now;
  if (soft || !hard) next.rlim_cur = *wanted;
  if (hard || !soft) next.rlim_max = *wanted;
  if (next.rlim_max > now.rlim_max && ::geteuid() != 0) {
    return fail(ErrorKind::denied,
                fmt::format("{} (-{}): the hard limit is {} and only root may raise it",
                            resource.what, resource.letter, shown(now.rlim_max, resource)));
  }
  if (next.rlim_cur > next.rlim_max) {
    if (soft && !hard) {
      return fail(ErrorKind::denied, fmt::format("{} (-{}): the hard limit is {}", resource.what,
                                                 resource.letter, shown(now.rlim_max, resource)));
    }
    next.rlim_cur = next.rlim_max;  // -H below the soft limit takes that along
  }
  ctx.scope.limits.edit().insert_or_assign(resource.number, next);
  return {};
}

std::string labelled(const Resource& resource, rlim_t limit) {
  const std::string label =
      resource.unit_name.empty()
          ? fmt::format("{} (-{})", resource.what, resource.letter)
          : fmt::format("{} ({}, -{})", resource.what, resource.unit_name, resource.letter);
  return fmt::format("{:<36}{}\n", label, shown(limit, resource));
}

ValueTask<int> list_limits(const Invocation& call, const Parsed& parsed) {
  std::vector<const Resource*> wanted;
  if (parsed.all) {
    for (const Resource& resource : kResources) wanted.push_back(&resource);
  } else {
    for (const Request& request : parsed.requests) wanted.push_back(request.resource);
  }
  const bool hard = parsed.hard && !parsed.soft;
  List rows;
  std::string out;
  for (const Resource* resource : wanted) {
    const rlimit now = current(call.ctx, *resource);
    const rlim_t limit = hard ? now.rlim_max : now.rlim_cur;
    rows.emplace_back(Record{{"flag", Value(fmt::format("-{}", resource->letter))},
                             {"what", Value(resource->what)},
                             {"unit", Value(resource->unit_name)},
                             {"soft", as_value(now.rlim_cur, *resource)},
                             {"hard", as_value(now.rlim_max, *resource)}});
    out += wanted.size() == 1 && !parsed.all ? shown(limit, *resource) + "\n"
                                             : labelled(*resource, limit);
  }
  return parsed.json ? print_array(call, std::move(rows)) : print(call, std::move(out));
}

ValueTask<int> run_ulimit(Invocation call) {
  auto parsed = read_words(call.operands());
  if (!parsed) return misuse(call, std::move(parsed.error().message));
  bool sets = false;
  for (const Request& request : parsed->requests) {
    if (!request.limit) continue;
    sets = true;
    if (auto done = set_limit(call.ctx, request, parsed->soft, parsed->hard); !done) {
      if (done.error().kind == ErrorKind::invalid)
        return misuse(call, std::move(done.error().message));
      return complain(call, std::move(done.error().message));
    }
  }
  return sets ? ValueTask<int>(0) : list_limits(call, *parsed);
}

}  // namespace

void register_ulimit(BuiltinRegistry& registry) { registry.add({&kUlimit, run_ulimit}); }

}  // namespace weir::builtins
