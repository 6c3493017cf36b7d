#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "kernel/evaluator.h"
#include "kernel/external.h"
#include "kernel/shell.h"

namespace weir::kernel {

namespace {

constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";
constexpr std::string_view kKeywords[] = {
    "!",        "[[", "case", "do",   "done", "elif",  "else",  "esac", "fi", "for",
    "function", "if", "in",   "then", "time", "until", "while", "{",    "}"};

enum class FileKind : uint8_t { none, not_executable, executable };

FileKind file_kind(Context& ctx, const std::string& path) {
  struct stat info;
  const int at = ctx.scope.directory->fd.get();
  if (::fstatat(at, path.c_str(), &info, 0) != 0 || S_ISDIR(info.st_mode)) return FileKind::none;
  if (::faccessat(at, path.c_str(), X_OK, AT_EACCESS) != 0) return FileKind::not_executable;
  return FileKind::executable;
}

std::string search_path(Context& ctx, bool default_path) {
  if (default_path) return std::string(kDefaultPath);
  auto path = ctx.lookup("PATH");
  return path ? path->to_text() : std::string();
}

/// Calls `visit` with each candidate until it returns true.
template <class Visit>
void for_each_candidate(std::string_view path, std::string_view name, Visit visit) {
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find(':', from), path.size());
    std::string candidate(path.substr(from, end - from));
    if (candidate.empty()) candidate = ".";
    candidate += '/';
    candidate += name;
    if (visit(std::move(candidate))) return;
    from = end + 1;
  }
}

Resolution search(Context& ctx, std::string_view name, bool default_path) {
  Resolution result;
  if (const auto known = ctx.scope.command_paths->find(name);
      known != ctx.scope.command_paths->end() && !default_path) {
    return {Resolution::Kind::file, known->second};
  }
  const std::string path = search_path(ctx, default_path);
  auto& cache = ctx.shell.command_cache;
  if (!default_path) {
    if (cache.path != path) cache = {path, {}};
    if (auto known = cache.found.find(std::string(name)); known != cache.found.end()) {
      return {Resolution::Kind::file, known->second};
    }
  }
  for_each_candidate(path, name, [&](std::string candidate) {
    switch (file_kind(ctx, candidate)) {
      case FileKind::executable:
        result.kind = Resolution::Kind::file;
        result.path = std::move(candidate);
        return true;
      case FileKind::not_executable:
        result.not_executable = true;
        return false;
      default:
        return false;
    }
  });
  // A relative directory in PATH means another file after a cd: not cached.
  if (result.kind == Resolution::Kind::file && !default_path && result.path.front() == '/') {
    cache.found.emplace(name, result.path);
  }
  return result;
}

Resolution at_path(Context& ctx, std::string_view name) {
  Resolution result;
  switch (file_kind(ctx, std::string(name))) {
    case FileKind::executable:
      result.kind = Resolution::Kind::file;
      result.path = name;
      break;
    case FileKind::not_executable:
      result.not_executable = true;
      break;
    default: {
      struct stat info;
      const std::string path(name);
      result.not_executable = ::fstatat(ctx.scope.directory->fd.get(), path.c_str(), &info, 0) == 0;
    }
  }
  return result;
}

}  // namespace

Resolution resolve(Context& ctx, std::string_view name, Lookup lookup) {
  if (name.find('/') != std::string_view::npos) {
    return lookup.externals ? at_path(ctx, name) : Resolution{};
  }
  const Builtin* builtin = lookup.builtins ? ctx.shell.builtins.find(name) : nullptr;
  if (builtin && builtin->special) return {Resolution::Kind::builtin, {}, builtin};
  if (lookup.functions && !ctx.scope.functions->empty() && ctx.scope.functions->contains(name)) {
    return {Resolution::Kind::function, {}};
  }
  if (builtin) return {Resolution::Kind::builtin, {}, builtin};
  if (!lookup.externals || name.empty()) return {};
  return search(ctx, name, lookup.default_path);
}

std::vector<Resolution> resolve_all(Context& ctx, std::string_view name) {
  std::vector<Resolution> all;
  if (ctx.scope.aliases->contains(name)) all.push_back({Resolution::Kind::alias, {}});
  if (std::ranges::find(kKeywords, name) != std::end(kKeywords)) {
    all.push_back({Resolution::Kind::keyword, {}});
  }
  if (ctx.scope.functions->contains(name)) all.push_back({Resolution::Kind::function, {}});
  if (const Builtin* builtin = ctx.shell.builtins.find(name)) {
    all.push_back({Resolution::Kind::builtin, {}, builtin});
  }
  if (name.find('/') != std::string_view::npos) {
    if (auto file = at_path(ctx, name); file.kind == Resolution::Kind::file) all.push_back(file);
    return all;
  }
  for_each_candidate(search_path(ctx, false), name, [&](std::string candidate) {
    if (file_kind(ctx, candidate) == FileKind::executable) {
      all.push_back({Resolution::Kind::file, std::move(candidate)});
    }
    return false;
  });
  return all;
}

std::vector<std::string> near_command_names(Context& ctx, const std::string& name) {
  std::vector<std::string> known;
  for (const Builtin* builtin : ctx.shell.builtins.all()) {
    if (!builtin->schema->name.contains(' ')) known.emplace_back(builtin->schema->name);
  }
  for (const auto& [function, _] : *ctx.scope.functions) known.push_back(function);
  for (const auto& [alias, _] : *ctx.scope.aliases) known.push_back(alias);
  for_each_candidate(search_path(ctx, false), "", [&](std::string directory) {
    DIR* dir = ::opendir(directory.c_str());
    if (!dir) return false;
    while (const dirent* entry = ::readdir(dir)) known.emplace_back(entry->d_name);
    ::closedir(dir);
    return false;
  });
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  std::vector<std::string_view> views(known.begin(), known.end());
  return near_names(name, views, 3);
}

}  // namespace weir::kernel
