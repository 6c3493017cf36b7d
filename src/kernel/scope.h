// Scope: what a subshell has a copy of (LANGUAGE 6.4).
//
// Variables, functions, aliases, options, traps, positional parameters, working
// directory, umask and limits. Copies are cheap: every part is shared until
// written. Not the descriptors (fd_table.h) and not the state of evaluation
// (context.h).
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "base/value.h"
#include "kernel/options.h"
#include "kernel/variables.h"
#include "parser/ast.h"

namespace weir::kernel {

/// A function: its definition, and the unit that keeps the definition alive.
struct Function {
  parser::UnitPtr unit;  // shared: the text it was defined in
  const parser::FunctionCommand* definition = nullptr;
};

/// A directory that a scope is in: its logical path and a descriptor to work against.
struct Directory {
  std::string path;  // absolute, as the user went there (symbolic links kept)
  UniqueFd fd;
};

/// A value that copies share until one of them writes.
template <class T>
class CopyOnWrite {
 public:
  CopyOnWrite() : data_(std::make_shared<T>()) {}
  const T& operator*() const { return *data_; }
  const T* operator->() const { return data_.get(); }
  T& edit() {
    if (data_.use_count() > 1) data_ = std::make_shared<T>(*data_);
    return *data_;
  }

 private:
  std::shared_ptr<T> data_;  // shared: copies of the scope
};

/// The action of a trap; an empty text ignores the signal.
struct Trap {
  std::string text;
  parser::UnitPtr unit;  // shared: parsed once, run often
};

struct Alias {
  std::string text;
  std::vector<std::string> words;  // the command prefix it stands for
};

/// How far `getopts` has read: the word OPTIND stands for, and the letter in it.
struct GetoptsState {
  size_t index = 0;
  size_t offset = 0;
};

class Scope {
 public:
  Variables variables;
  CopyOnWrite<std::map<std::string, Function, std::less<>>> functions;
  CopyOnWrite<std::map<std::string, Alias, std::less<>>> aliases;
  CopyOnWrite<std::map<int, Trap>> traps;  // by signal; 0 EXIT, kTrapErr ERR
  CopyOnWrite<std::vector<std::string>> directory_stack;  // pushd/popd, without the current one
  CopyOnWrite<std::map<std::string, std::string, std::less<>>> command_paths;  // `hash`
  CopyOnWrite<std::map<int, rlimit>> limits;  // by RLIMIT_*; only those set here
  Options options;
  std::string name = "weir";             // $0
  std::shared_ptr<const List> parameters =
      std::make_shared<List>();  // shared: $1 …, replaced whole
  std::shared_ptr<const Directory> directory;  // shared: never changed in place
  mode_t mask = 022;
  GetoptsState getopts;

  static constexpr int kTrapExit = 0;
  static constexpr int kTrapErr = -1;
};

}  // namespace weir::kernel
