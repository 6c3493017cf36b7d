#include "kernel/glob.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

#include "base/unique_fd.h"

namespace weir::kernel {

namespace {

/// What stands between two slashes.
struct Component {
  Pattern pattern;
  bool any_depth = false;    // **
  bool leading_dot = false;  // written with a literal dot first
  size_t slashes = 0;        // after it, as written
};

struct Path {
  size_t leading_slashes = 0;
  std::vector<Component> components;

  bool directories_only() const { return !components.empty() && components.back().slashes > 0; }
};

// ---- from segments to components ----------------------------------------------

Component make_component(const std::vector<PatternSegment>& segments) {
  Component component;
  std::string text;
  bool quoted = false;
  for (const PatternSegment& segment : segments) {
    text += segment.text;
    quoted = quoted || segment.quoted;
  }
  component.pattern = Pattern::compile(segments);
  component.any_depth =
      !quoted && text.size() >= 2 && text.find_first_not_of('*') == std::string::npos;
  component.leading_dot = text.starts_with('.') || (!quoted && text.starts_with("\\."));
  return component;
}

class PathSplitter {
 public:
  Path split(std::span<const PatternSegment> segments) {
    for (const PatternSegment& segment : segments) add(segment);
    finish_component();
    return std::move(path_);
  }

 private:
  void add(const PatternSegment& segment) {
    std::string_view text = segment.text;
    while (!text.empty()) {
      const size_t slash = std::min(text.find('/'), text.size());
      if (slash > 0) current_.push_back({std::string(text.substr(0, slash)), segment.quoted});
      text.remove_prefix(slash);
      if (!text.empty()) {
        add_slash();
        text.remove_prefix(1);
      }
    }
  }

  void add_slash() {
    finish_component();
    if (path_.components.empty()) {
      ++path_.leading_slashes;
    } else {
      ++path_.components.back().slashes;
    }
  }

  void finish_component() {
    if (current_.empty()) return;
    Component component = make_component(current_);
    current_.clear();
    // **/** is **.
    const bool repeats =
        component.any_depth && !path_.components.empty() && path_.components.back().any_depth;
    if (repeats) {
      path_.components.back().slashes = 0;
    } else {
      path_.components.push_back(std::move(component));
    }
  }

  Path path_;
  std::vector<PatternSegment> current_;
};

// ---- the walk --------------------------------------------------------------------

struct CloseDirectory {
  void operator()(DIR* dir) const { ::closedir(dir); }
};
using DirectoryStream = std::unique_ptr<DIR, CloseDirectory>;

/// Indices into the components, ascending: each says that in this directory the
/// rest of the pattern from there on is to be matched.
using States = std::vector<size_t>;

void add_state(States& states, size_t state) {
  const auto place = std::ranges::lower_bound(states, state);
  if (place == states.end() || *place != state) states.insert(place, state);
}

struct PendingDirectory {
  std::string path;  // with its slashes; empty for the start
  States states;
  bool is_result = false;  // `dir/**` matches dir/ itself, as in bash
};

bool is_directory(int dir_fd, const char* name, int flags) {
  struct stat st;
  return ::fstatat(dir_fd, name, &st, flags) == 0 && S_ISDIR(st.st_mode);
}

bool exists(int dir_fd, const char* name) {
  struct stat st;
  return ::fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/// A name found in a directory; asks the system for its type only when needed.
class Entry {
 public:
  Entry(int dir_fd, const dirent& entry)
      : name(entry.d_name), dir_fd_(dir_fd), type_(entry.d_type) {}

  bool is_hidden() const { return name[0] == '.'; }
  bool is_real_directory() const {
    if (type_ != DT_UNKNOWN) return type_ == DT_DIR;
    return is_directory(dir_fd_, name, AT_SYMLINK_NOFOLLOW);
  }
  bool leads_to_directory() const {
    if (type_ != DT_UNKNOWN && type_ != DT_LNK) return type_ == DT_DIR;
    return is_directory(dir_fd_, name, 0);
  }
  bool may_be_directory() const {
    return type_ == DT_DIR || type_ == DT_LNK || type_ == DT_UNKNOWN;
  }

  const char* name;

 private:
  int dir_fd_;
  unsigned char type_;
};

bool is_dot_or_dot_dot(std::string_view name) { return name == "." || name == ".."; }

class GlobWalk {
 public:
  GlobWalk(const Path& path, int cwd_fd, const GlobOptions& options)
      : components_(path.components),
        directories_only_(path.directories_only()),
        cwd_fd_(cwd_fd),
        options_(options) {
    pending_.push_back({std::string(path.leading_slashes, '/'), {0}, false});
    pending_.back().is_result = path.leading_slashes > 0 && is_final_any_depth(0);
  }

  Result<std::vector<std::string>> run() {
    while (!pending_.empty()) {
      PendingDirectory next = std::move(pending_.back());
      pending_.pop_back();
      if (const auto visited = visit(std::move(next)); !visited) return fail(visited.error());
    }
    std::ranges::sort(results_);
    return std::move(results_);
  }

 private:
  /// The directories to enter below the one being read: their names with slashes.
  struct Child {
    States states;
    bool is_result = false;
  };
  using Children = std::map<std::string, Child, std::less<>>;

  bool is_last(size_t state) const { return state + 1 == components_.size(); }
  bool is_final_any_depth(size_t state) const {
    return is_last(state) && components_[state].any_depth;
  }

  Result<void> visit(PendingDirectory directory) {
    // ** may stand for no directory at all.
    for (size_t i = 0; i < directory.states.size(); ++i) {
      const size_t state = directory.states[i];
      if (components_[state].any_depth && !is_last(state)) add_state(directory.states, state + 1);
    }
    bool lists = std::ranges::any_of(directory.states, [this](size_t state) {
      return !components_[state].pattern.is_literal();
    });
    auto fd = open_directory(directory.path, lists);
    if (!fd) return fail(fd.error());
    if (!*fd) return {};
    if (directory.is_result) results_.push_back(directory.path);
    Children children;
    for (const size_t state : directory.states) {
      if (components_[state].pattern.is_literal()) {
        take_literal(fd->get(), directory.path, state, children);
      }
    }
    if (lists) read_entries(*fd, directory, children);
    for (auto& [name, child] : children) {
      pending_.push_back({directory.path + name, std::move(child.states), child.is_result});
    }
    return {};
  }

  /// No descriptor where the directory is to be passed over. A directory that
  /// may be searched but not read still serves literal components.
  Result<UniqueFd> open_directory(const std::string& path, bool& lists) const {
    const char* name = path.empty() ? "." : path.c_str();
    constexpr int flags = O_DIRECTORY | O_CLOEXEC;
    UniqueFd fd(::openat(cwd_fd_, name, flags | (lists ? O_RDONLY | O_NONBLOCK : O_PATH)));
    if (!fd && lists && errno == EACCES) {
      lists = false;
      fd.reset(::openat(cwd_fd_, name, flags | O_PATH));
    }
    if (!fd && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
      return fail(Error::from_errno(errno, "glob"));
    }
    return fd;
  }

  void take_literal(int dir_fd, const std::string& path, size_t state, Children& children) {
    const Component& component = components_[state];
    const std::string& name = component.pattern.literal();
    if (!is_last(state)) {
      enter(children, name, state);
    } else if (directories_only_ ? is_directory(dir_fd, name.c_str(), 0)
                                 : exists(dir_fd, name.c_str())) {
      add_result(path, name, component.slashes);
    }
  }

  void read_entries(UniqueFd& fd, const PendingDirectory& directory, Children& children) {
    const int number = fd.get();
    const DirectoryStream stream(::fdopendir(number));
    if (!stream) return;
    fd.release();
    while (const dirent* entry = ::readdir(stream.get())) {
      if (is_dot_or_dot_dot(entry->d_name)) continue;
      take_entry(Entry(number, *entry), directory, children);
    }
  }

  void take_entry(const Entry& entry, const PendingDirectory& directory, Children& children) {
    for (const size_t state : directory.states) {
      const Component& component = components_[state];
      if (component.pattern.is_literal()) continue;
      const bool is_visible = !entry.is_hidden() || options_.hidden || component.leading_dot;
      if (!is_visible || !component.pattern.matches(entry.name)) continue;
      if (component.any_depth && entry.is_real_directory()) stay(children, entry.name, state);
      if (is_last(state)) {
        if (!directories_only_ || entry.leads_to_directory()) {
          add_result(directory.path, entry.name, component.slashes);
        }
      } else if (!component.any_depth && entry.may_be_directory()) {
        enter(children, entry.name, state);
      }
    }
  }

  /// The next component begins in this child.
  void enter(Children& children, std::string_view name, size_t state) {
    Child& child = children[std::string(name) + std::string(components_[state].slashes, '/')];
    add_state(child.states, state + 1);
    if (is_final_any_depth(state + 1)) child.is_result = true;
  }

  /// ** takes one more directory.
  static void stay(Children& children, std::string_view name, size_t state) {
    add_state(children[std::string(name) + "/"].states, state);
  }

  void add_result(const std::string& path, std::string_view name, size_t slashes) {
    std::string result = path;
    result += name;
    result.append(slashes, '/');
    results_.push_back(std::move(result));
  }

  const std::vector<Component>& components_;
  const bool directories_only_;
  const int cwd_fd_;
  const GlobOptions& options_;
  std::vector<PendingDirectory> pending_;
  std::vector<std::string> results_;
};

}  // namespace

bool is_glob(std::span<const PatternSegment> segments) {
  const Path path = PathSplitter().split(segments);
  return std::ranges::any_of(path.components,
                             [](const Component& c) { return !c.pattern.is_literal(); });
}

Result<std::vector<std::string>> expand_glob(std::span<const PatternSegment> segments, int cwd_fd,
                                             const GlobOptions& options) {
  const Path path = PathSplitter().split(segments);
  if (path.components.empty()) return std::vector<std::string>();
  auto results = GlobWalk(path, cwd_fd, options).run();
  if (!results || !options.guard_dashes) return results;
  for (std::string& result : *results) {
    if (result.starts_with('-')) result.insert(0, "./");
  }
  return results;
}

}  // namespace weir::kernel
