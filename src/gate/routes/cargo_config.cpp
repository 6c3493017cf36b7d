#include "gate/routes/cargo_config.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/value.h"
#include "gate/routes/answer_cache.h"

namespace weir::gate {

namespace {

/// `call` is to be told the key. Null: not set.
Value ask(ProgramCall call, const CargoPlace& place, std::string_view key) {
  for (const char* word : {"-Zunstable-options", "config", "get", "--format=json-value"})
    call.words.emplace_back(word);
  call.words.emplace_back(key);
  call.environment.emplace_back("RUSTC_BOOTSTRAP=1");  // `config` is not stable
  const AnswerCache cache(place.cache, call, {});
  auto kept = cache.read();
  if (!kept || kept->size() != 1) {
    auto answer = program_output(call);
    const bool has_answered = answer || answer.error().kind == ErrorKind::not_found;
    kept = {answer.value_or("null")};
    if (has_answered) cache.write(*kept);
  }
  return Value::parse_json(kept->front()).value_or(Value());
}

/// An alias is one text of words, or a list of words.
std::vector<std::string> words_in(const Value& value) {
  std::vector<std::string> words;
  if (value.is_string()) {
    std::istringstream text(value.as_string());
    for (std::string word; text >> word;) words.push_back(std::move(word));
  } else if (value.is_list()) {
    for (const Value& word : value.as_list()) words.push_back(word.to_text());
  }
  return words;
}

/// Other names would be read as a path of several keys.
bool is_one_key(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

}  // namespace

std::optional<std::string> configured_jobs(const CargoArguments& arguments,
                                           const CargoPlace& place) {
  ProgramCall call = cargo_question(arguments, place);
  for (const std::string& config : arguments.configs) call.words.push_back("--config=" + config);
  for (const std::string& flag : arguments.unstable) call.words.push_back("-Z" + flag);
  const Value jobs = ask(std::move(call), place, "build.jobs");
  if (!jobs.is_int() && !jobs.is_string()) return {};
  return jobs.to_text();
}

std::optional<std::vector<std::string>> configured_alias(const CargoArguments& arguments,
                                                         const CargoPlace& place,
                                                         std::string_view name) {
  if (!is_one_key(name)) return {};
  auto words = words_in(ask(cargo_question(arguments, place), place, "alias." + std::string(name)));
  if (words.empty()) return {};
  return words;
}

}  // namespace weir::gate
