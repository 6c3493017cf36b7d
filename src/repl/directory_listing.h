// What directories and a few files of the system hold, for completion. Blocking: for the thread
// pool.
#pragma once

#include <string>
#include <vector>

namespace weir::repl {

struct ListedFile {
  std::string name;
  bool is_directory = false;   // also through a symbolic link
  bool is_executable = false;  // a file that may be run
};

/// Empty where there is no such directory; without . and .. .
std::vector<ListedFile> list_directory(const std::string& path);

/// Names of users; ~name's directory, empty where there is none.
std::vector<std::string> user_names();
std::string home_of_user(const std::string& user);

/// Hosts of ~/.ssh/config (without patterns) and of known_hosts that are not hashed.
std::vector<std::string> ssh_hosts(const std::string& home);
/// Targets of the Makefile there that can be named, without making anything.
std::vector<std::string> make_targets(const std::string& directory);
/// The scripts of package.json there.
std::vector<std::string> npm_scripts(const std::string& directory);

}  // namespace weir::repl
