#include "repl/directory_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/value.h"

namespace weir::repl {

namespace {

using Names = std::vector<std::string>;

constexpr std::streamsize kLongestFile = 1 << 20;  // what is longer is not read to its end

std::string read_beginning(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  std::ifstream file(path, std::ios::binary);
  std::string text(kLongestFile, '\0');
  file.read(text.data(), kLongestFile);
  text.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

ListedFile describe(int directory, const dirent& entry) {
  ListedFile file{entry.d_name};
  file.is_directory = entry.d_type == DT_DIR;
  if (entry.d_type == DT_LNK || entry.d_type == DT_UNKNOWN) {
    struct stat info{};
    file.is_directory = ::fstatat(directory, entry.d_name, &info, 0) == 0 && S_ISDIR(info.st_mode);
  }
  if (!file.is_directory)
    file.is_executable = ::faccessat(directory, entry.d_name, X_OK, AT_EACCESS) == 0;
  return file;
}

bool is_plain_host(std::string_view host) {
  return !host.empty() && host.find_first_of("*?!|[") == std::string_view::npos;
}

void append_config_hosts(const std::string& text, Names& hosts) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    if (!(words >> key) || (key != "Host" && key != "host")) continue;
    for (std::string host; words >> host;) {
      if (is_plain_host(host)) hosts.push_back(host);
    }
  }
}

void append_known_hosts(const std::string& text, Names& hosts) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#') || line.starts_with('@')) continue;
    std::istringstream names(line.substr(0, line.find(' ')));
    for (std::string host; std::getline(names, host, ',');) {
      if (is_plain_host(host)) hosts.push_back(host);
    }
  }
}

void sort_unique(Names& names) {
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
}

/// "name other: needs" at the beginning of a line, where the names are plain.
void append_targets(const std::string& line, Names& targets) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos || line.starts_with('.') || line.starts_with('\t')) return;
  if (line.compare(colon, 2, ":=") == 0 || line.compare(colon, 3, "::=") == 0) return;
  const std::string heads = line.substr(0, colon);
  if (heads.find_first_of("$%=#\"'") != std::string::npos) return;
  std::istringstream names(heads);
  for (std::string name; names >> name;) targets.push_back(name);
}

}  // namespace

std::vector<ListedFile> list_directory(const std::string& path) {
  std::vector<ListedFile> files;
  DIR* opened = ::opendir(path.c_str());
  if (!opened) return files;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opened, ::closedir);
  while (const dirent* entry = ::readdir(opened)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") files.push_back(describe(::dirfd(opened), *entry));
  }
  return files;
}

Names user_names() {
  Names names;
  std::istringstream lines(read_beginning("/etc/passwd"));
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    if (colon != std::string::npos && colon > 0) names.push_back(line.substr(0, colon));
  }
  return names;
}

std::string home_of_user(const std::string& user) {
  passwd entry{};
  passwd* found = nullptr;
  std::string buffer(16 * 1024, '\0');
  ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return found && found->pw_dir ? found->pw_dir : "";
}

Names ssh_hosts(const std::string& home) {
  Names hosts;
  append_config_hosts(read_beginning(home + "/.ssh/config"), hosts);
  append_known_hosts(read_beginning(home + "/.ssh/known_hosts"), hosts);
  sort_unique(hosts);
  return hosts;
}

Names make_targets(const std::string& directory) {
  Names targets;
  for (const char* name : {"/GNUmakefile", "/makefile", "/Makefile"}) {
    std::istringstream lines(read_beginning(directory + name));
    for (std::string line; std::getline(lines, line);) append_targets(line, targets);
    if (!targets.empty()) break;
  }
  sort_unique(targets);
  return targets;
}

Names npm_scripts(const std::string& directory) {
  Names names;
  auto package = Value::parse_json(read_beginning(directory + "/package.json"));
  const Value* scripts =
      package && package->is_record() ? package->as_record().find("scripts") : nullptr;
  if (!scripts || !scripts->is_record()) return names;
  for (const auto& [name, _] : scripts->as_record()) names.push_back(name);
  return names;
}

}  // namespace weir::repl
