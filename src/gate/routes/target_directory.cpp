#include "gate/routes/target_directory.h"

#include <filesystem>
#include <optional>

#include "base/value.h"
#include "gate/program_output.h"
#include "gate/routes/answer_cache.h"

namespace weir::gate {

namespace {

namespace fs = std::filesystem;

std::string canonical(const std::string& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(path, error);
  std::string text = error ? path : found.string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

std::string manifest_of(const CargoArguments& arguments) {
  if (!arguments.install_path.empty()) return arguments.install_path + "/Cargo.toml";
  return arguments.manifest_path;
}

/// The nearest manifest, which is the one that cargo uses.
std::string manifest_in_use(const CargoArguments& arguments, const std::string& start) {
  if (const std::string given = manifest_of(arguments); !given.empty())
    return (fs::path(start) / given).lexically_normal().string();
  std::error_code error;
  for (fs::path here = start;; here = here.parent_path()) {
    if (fs::exists(here / "Cargo.toml", error)) return (here / "Cargo.toml").string();
    if (here == here.parent_path()) return {};
  }
}

ProgramCall question(const CargoArguments& arguments, const CargoPlace& place) {
  ProgramCall call = cargo_question(arguments, place);
  for (const char* word : {"metadata", "--no-deps", "--format-version=1"})
    call.words.emplace_back(word);
  if (const std::string manifest = manifest_of(arguments); !manifest.empty())
    call.words.push_back("--manifest-path=" + manifest);
  for (const std::string& config : arguments.configs) call.words.push_back("--config=" + config);
  for (const std::string& flag : arguments.unstable) call.words.push_back("-Z" + flag);
  if (!arguments.target_dir.empty()) {
    std::erase_if(call.environment,
                  [](const std::string& entry) { return entry.starts_with("CARGO_TARGET_DIR="); });
    call.environment.push_back("CARGO_TARGET_DIR=" +
                               (fs::path(call.directory) / arguments.target_dir).string());
  }
  return call;
}

std::string text_of(const Record& record, std::string_view name) {
  const Value* value = record.find(name);
  return value && value->is_string() ? value->as_string() : std::string();
}

Result<CargoDirectories> read_answer(const std::string& answer) {
  auto document = Value::parse_json(answer);
  if (!document) return fail(std::move(document.error()));
  if (!document->is_record()) return fail(ErrorKind::invalid, "cargo metadata gave no record");
  const Record& record = document->as_record();
  CargoDirectories found;
  found.workspace = canonical(text_of(record, "workspace_root"));
  found.target = text_of(record, "target_directory");
  if (found.target.empty())
    return fail(ErrorKind::invalid, "cargo metadata names no target directory");
  found.build = text_of(record, "build_directory");  // from cargo 1.91 on
  found.has_build_directory = !found.build.empty();
  found.build = canonical(found.build.empty() ? found.target : found.build);
  found.target = canonical(found.target);
  return found;
}

constexpr const char* kYes = "yes";
constexpr size_t kParts = 4;

std::vector<std::string> parts_of(const CargoDirectories& found) {
  return {found.workspace, found.target, found.build, found.has_build_directory ? kYes : "no"};
}

/// The reverse of parts_of().
std::optional<CargoDirectories> directories_of(std::optional<std::vector<std::string>> parts) {
  if (!parts || parts->size() != kParts) return {};
  return CargoDirectories{.workspace = std::move((*parts)[0]),
                          .target = std::move((*parts)[1]),
                          .build = std::move((*parts)[2]),
                          .has_build_directory = (*parts)[3] == kYes};
}

}  // namespace

Result<CargoDirectories> find_cargo_directories(const CargoArguments& arguments,
                                                const CargoPlace& place) {
  const std::string start = cargo_start(arguments, place);
  const std::string manifest = manifest_in_use(arguments, start);
  if (manifest.empty()) return fail(ErrorKind::not_found, "there is no Cargo.toml");
  const ProgramCall call = question(arguments, place);
  const AnswerCache cache(place.cache, call, manifest);
  auto found = directories_of(cache.read());
  if (!found) {
    auto answer = program_output(call);
    if (!answer) return fail(std::move(answer.error()));
    auto directories = read_answer(*answer);
    if (!directories) return directories;
    found = std::move(*directories);
    cache.write(parts_of(*found));
  }
  found->is_in_member = canonical(manifest) != found->workspace + "/Cargo.toml";
  return *found;
}

}  // namespace weir::gate
