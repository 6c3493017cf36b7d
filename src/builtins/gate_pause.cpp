// `gate pause` and `gate resume`: what is not to start for now.
#include <unistd.h>

#include <filesystem>

#include "builtins/gate_client_support.h"

namespace weir::builtins {

namespace {

constexpr FlagSchema kFlags[] = {
    {0, "band", "BAND", "only focus, or only bulk"},
    {0, "requester", "WHO", "only what this one asks for; me: this session, USER: all of theirs"},
    {0, "lane", "LANE", "only what wants this lane: a name, or a directory and all below it"},
    kJsonFlag,
};
constexpr ExampleSchema kPauseExamples[] = {
    {"gate pause", "nothing more starts; what runs goes on"},
    {"gate pause --requester agent-3", "not from this one"},
};
constexpr CommandSchema kGatePause = {
    .name = "gate pause",
    .summary = "let nothing more start, or nothing of some kind",
    .synopsis = "[--band BAND | --requester WHO | --lane LANE] [--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kPauseExamples,
    .details =
        "What runs goes on. What waits is told, and starts after `gate resume` with the same "
        "words. With\n--json the holds that are there then.",
    .group = "gate"};
constexpr ExampleSchema kResumeExamples[] = {
    {"gate resume", "after `gate pause`"},
    {"gate resume --band bulk", "after `gate pause --band bulk`"},
};
constexpr CommandSchema kGateResume = {
    .name = "gate resume",
    .summary = "let start again what `gate pause` holds back",
    .synopsis = "[--band BAND | --requester WHO | --lane LANE] [--json]",
    .flags = kFlags,
    .max_operands = 0,
    .examples = kResumeExamples,
    .details = "The words of the `gate pause` that is to end. Exit 1 where there is none like it.",
    .group = "gate"};

/// A directory, like a path of `gate run --lane`; a name without a slash is one where it is there.
std::string lane_target(const Context& ctx, const std::string& name) {
  std::error_code error;
  const auto path = std::filesystem::path(ctx.scope.directory->path) / name;
  if (!name.contains('/') && !std::filesystem::is_directory(path, error)) return name;
  std::string directory = path.lexically_normal().string();
  if (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  return directory;
}

std::string who_asks(const Context& ctx) {
  for (const char* name : {"GATE_REQUESTER", "USER", "LOGNAME"}) {
    const auto value = ctx.lookup(name);
    if (value && !value->to_text().empty()) return value->to_text();
  }
  return "uid " + std::to_string(::getuid());
}

Result<Value> read_target(const Invocation& call) {
  std::string kind = "all";
  std::string name;
  for (const char* flag : {"band", "requester", "lane"}) {
    if (!call.args.has(flag)) continue;
    if (kind != "all") {
      return fail(ErrorKind::invalid, "takes one of --band, --requester and --lane");
    }
    kind = flag;
    name = call.args.text(flag);
    if (name.empty()) return fail(ErrorKind::invalid, "--" + kind + ": the name is empty");
  }
  if (kind == "band" && name != "focus" && name != "bulk") {
    return fail(ErrorKind::invalid, "--band: it is focus or bulk");
  }
  if (kind == "lane") name = lane_target(call.ctx, name);
  if (kind == "requester" && name == "me") name = own_requester(call.ctx);
  return Record{{"kind", Value(kind)}, {"name", Value(name)}, {"by", Value(who_asks(call.ctx))}};
}

Task<int> change(Invocation call, std::string method, Value target, NoDaemon without) {
  auto done = co_await ask_gate(call.ctx, method, std::move(target), without);
  if (!done) co_return co_await complain(call, std::move(done.error().message));
  if (!call.args.has("json")) co_return 0;
  auto status = co_await ask_gate(call.ctx, "status", Record{});
  if (!status) co_return co_await complain(call, std::move(status.error().message));
  co_return co_await print_array(call, member_list(*status, "holds"));
}

ValueTask<int> run_gate_pause(Invocation call) {
  auto target = read_target(call);
  if (!target) return misuse(call, std::move(target.error().message));
  return change(std::move(call), "pause", std::move(*target), NoDaemon::starts_one);
}

ValueTask<int> run_gate_resume(Invocation call) {
  auto target = read_target(call);
  if (!target) return misuse(call, std::move(target.error().message));
  return change(std::move(call), "resume", std::move(*target), NoDaemon::is_an_error);
}

}  // namespace

void register_gate_pause(BuiltinRegistry& registry) {
  registry.add({&kGatePause, run_gate_pause});
  registry.add({&kGateResume, run_gate_resume});
}

}  // namespace weir::builtins
