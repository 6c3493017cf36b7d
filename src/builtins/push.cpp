// `push`: appends to a list in place (LANGUAGE 3.5).
#include <fmt/format.h>

#include "builtins/names_support.h"
#include "builtins/reports_support.h"
#include "kernel/subscript.h"
#include "kernel/value_kind.h"

namespace weir::builtins {

namespace {

constexpr ExampleSchema kExamples[] = {
    {"xs=[]; push xs $file $size", "two more elements; values keep their types"},
    {"push 'r[tags]' urgent", "the list inside a record"},
};
constexpr CommandSchema kPush = {.name = "push",
                                 .summary = "append values to a list",
                                 .synopsis = "NAME VALUE…",
                                 .style = ArgumentStyle::raw,
                                 .examples = kExamples,
                                 .group = "variables"};

Result<Value*> list_to_edit(Context& ctx, const std::string& text) {
  auto place = parse_place(text);
  if (!place) return fail(std::move(place.error()));
  const auto* there = ctx.scope.variables.find(place->name);
  if (!there || !there->is_set) {
    return fail(ErrorKind::unset,
                fmt::format("{} is not set; write {}=[] first", place->name, place->name));
  }
  if (there->readonly) {
    return fail(ErrorKind::denied, fmt::format("{}: this name is read-only", place->name));
  }
  Value* value = &ctx.scope.variables.edit(place->name).value;
  if (!place->path.empty()) {
    auto inner = kernel::edit_path(*value, place->path);
    if (!inner) return fail(std::move(inner.error()));
    value = *inner;
  }
  if (!value->is_list()) {
    return fail(ErrorKind::invalid,
                fmt::format("{} is {}, not a list", text, kernel::kind_with_article(*value)));
  }
  return value;
}

ValueTask<int> run_push(Invocation call) {
  auto& words = call.operands();
  if (!words.empty() && words[0].is_string() && words[0].as_string() == "--")
    words.erase(words.begin());
  if (words.empty()) return misuse(call, "the name of a list is missing");
  if (words.size() == 1) return misuse(call, "a value is missing");
  if (!words[0].is_string()) {
    return misuse(call, fmt::format("takes the list's name, not {}; write it without $",
                                    kernel::kind_with_article(words[0])));
  }
  auto target = list_to_edit(call.ctx, words[0].as_string());
  if (!target) return refuse(call, std::move(target.error()));
  List& list = (*target)->list_mut();
  for (size_t i = 1; i < words.size(); ++i) list.push_back(std::move(words[i]));
  return 0;
}

}  // namespace

void register_push(BuiltinRegistry& registry) { registry.add({&kPush, run_push}); }

}  // namespace weir::builtins
