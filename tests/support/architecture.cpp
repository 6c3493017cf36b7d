#include "support/architecture.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "support/paths.h"

namespace weir::test {

namespace {

namespace fs = std::filesystem;

using Problems = std::vector<std::string>;

// Which folders a folder may include, itself apart. The order is the layering.
const std::map<std::string, std::set<std::string>, std::less<>> kMayInclude = {
    {"base", {}},
    {"loop", {"base"}},
    {"parser", {"base"}},
    {"scheduler", {"base", "loop"}},
    {"gate", {"base", "loop"}},
    {"kernel", {"base", "loop", "parser", "scheduler"}},
    {"dispatch", {"base", "loop", "scheduler"}},
    {"builtins", {"base", "loop", "scheduler", "kernel", "gate", "dispatch"}},
    {"repl", {"base", "loop", "parser", "kernel"}},
};

struct Include {
  std::string name;
  bool quoted;
  int line;
};

std::string folder_of(std::string_view path) {
  const size_t slash = path.find('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

bool is_header(std::string_view path) { return path.ends_with(".h"); }

std::string_view skip_blanks(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? "" : text.substr(begin);
}

std::optional<Include> parse_include(std::string_view line, int number) {
  line = skip_blanks(line);
  if (!line.starts_with('#')) return {};
  line = skip_blanks(line.substr(1));
  if (!line.starts_with("include")) return {};
  line = skip_blanks(line.substr(7));
  if (line.empty() || (line[0] != '"' && line[0] != '<')) return {};
  const bool quoted = line[0] == '"';
  const size_t end = line.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return {};
  return Include{std::string(line.substr(1, end - 1)), quoted, number};
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> found;
  std::istringstream lines(file.text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (auto include = parse_include(line, number)) found.push_back(*std::move(include));
  }
  return found;
}

// A library that only some files may see. Headers are kept free of the heavy ones.
struct LibraryRule {
  std::string_view prefix;  // of the included name
  bool (*allowed)(std::string_view path);
  std::string_view where;
};

constexpr LibraryRule kLibraryRules[] = {
    {"uv.h", [](std::string_view p) { return p.starts_with("loop/"); }, "src/loop"},
    {"uv/", [](std::string_view p) { return p.starts_with("loop/"); }, "src/loop"},
    {"tao/pegtl",
     [](std::string_view p) {
       return p.starts_with("parser/") && (!is_header(p) || p.starts_with("parser/grammar"));
     },
     "the sources of src/parser and its grammar*.h"},
    {"sqlite3", [](std::string_view p) { return p.starts_with("gate/store."); },
     "src/gate/store.*"},
    {"nlohmann/", [](std::string_view p) { return p.starts_with("base/") && !is_header(p); },
     "the sources of src/base"},
    {"hiredis/", [](std::string_view p) { return p.starts_with("dispatch/pool/"); },
     "src/dispatch/pool"},
    {"jq.h", [](std::string_view p) { return p.starts_with("builtins/jq"); }, "src/builtins/jq*"},
    {"jv.h", [](std::string_view p) { return p.starts_with("builtins/jq"); }, "src/builtins/jq*"},
    {"catch2/", [](std::string_view) { return false; }, "tests"},
};

std::string place(const SourceFile& file, const Include& include) {
  return "src/" + file.path + ":" + std::to_string(include.line) + ": ";
}

void check_libraries(const SourceFile& file, const Include& include, Problems& problems) {
  for (const LibraryRule& rule : kLibraryRules) {
    if (include.name.starts_with(rule.prefix) && !rule.allowed(file.path)) {
      problems.push_back(place(file, include) + include.name + " may be included only in " +
                         std::string(rule.where));
    }
  }
}

void check_edge(const SourceFile& file, const Include& include, const std::set<std::string>& known,
                Problems& problems) {
  const std::string from = folder_of(file.path);
  const std::string to = folder_of(include.name);
  if (!known.contains(include.name)) {
    problems.push_back(place(file, include) + "\"" + include.name +
                       "\" is no file of src (include by path from src/)");
    return;
  }
  if (from == to || file.path == "main.cpp") return;
  const auto row = kMayInclude.find(from);
  if (row == kMayInclude.end() || !row->second.contains(to)) {
    problems.push_back(place(file, include) + from + " may not include " + to);
  }
}

void check_folder(const SourceFile& file, Problems& problems) {
  if (file.path == "main.cpp" || kMayInclude.contains(folder_of(file.path))) return;
  problems.push_back("src/" + file.path + ": only main.cpp and the known folders belong in src");
}

// Depth-first search that names the first circle it closes. Used on files and on folders.
class CircleFinder {
 public:
  using Graph = std::map<std::string, std::set<std::string>>;

  explicit CircleFinder(const Graph& graph) : graph_(graph) {}

  std::optional<std::string> find() {
    for (const auto& [node, edges] : graph_) {
      if (visit(node)) return circle_;
    }
    return {};
  }

 private:
  bool visit(const std::string& node) {
    const auto on_path = std::find(path_.begin(), path_.end(), node);
    if (on_path != path_.end()) {
      for (auto step = on_path; step != path_.end(); ++step) circle_ += *step + " -> ";
      circle_ += node;
      return true;
    }
    if (!done_.insert(node).second) return false;
    path_.push_back(node);
    if (const auto edges = graph_.find(node); edges != graph_.end()) {
      for (const std::string& next : edges->second) {
        if (visit(next)) return true;
      }
    }
    path_.pop_back();
    return false;
  }

  const Graph& graph_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
  std::string circle_;
};

void check_circles(const CircleFinder::Graph& graph, std::string_view what, Problems& problems) {
  if (auto circle = CircleFinder(graph).find()) {
    problems.push_back("circle of " + std::string(what) + ": " + *circle);
  }
}

}  // namespace

std::vector<SourceFile> read_sources() {
  const fs::path root = fs::path(kSourceDir) / "src";
  std::vector<SourceFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".h" && path.extension() != ".cpp") continue;
    std::ifstream stream(path, std::ios::binary);
    files.push_back({fs::relative(path, root).string(),
                     std::string(std::istreambuf_iterator<char>(stream), {})});
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string> architecture_problems(const std::vector<SourceFile>& files) {
  Problems problems;
  std::set<std::string> known;
  for (const SourceFile& file : files) known.insert(file.path);

  CircleFinder::Graph file_graph;
  CircleFinder::Graph folder_graph;
  for (const SourceFile& file : files) {
    check_folder(file, problems);
    for (const Include& include : includes_of(file)) {
      check_libraries(file, include, problems);
      if (!include.quoted) continue;
      check_edge(file, include, known, problems);
      file_graph[file.path].insert(include.name);
      const std::string from = folder_of(file.path);
      const std::string to = folder_of(include.name);
      if (from != to) folder_graph[from].insert(to);
    }
  }
  check_circles(file_graph, "files", problems);
  check_circles(folder_graph, "folders", problems);
  return problems;
}

}  // namespace weir::test
