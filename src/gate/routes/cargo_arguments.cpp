#include "gate/routes/cargo_arguments.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace weir::gate {

namespace {

enum class Option : uint8_t {
  all,
  answer,
  config,
  debug,
  directory,
  install_path,
  jobs,
  manifest_path,
  no_run,
  other,
  package,
  profile,
  release,
  target_dir,
  target_kind,
  triple,
  unstable,
};

enum class Takes : uint8_t {
  nothing,
  value,   // --opt V, --opt=V, -oV, -o V
  maybe,   // a value unless the next word looks like a flag
  joined,  // only --opt=V
};

struct OptionRow {
  char brief;
  std::string_view name;
  Takes takes;
  Option option;
};

// Flags that take nothing and do not matter here are absent.
constexpr OptionRow kOptions[] = {
    {'h', "help", Takes::nothing, Option::answer},
    {'V', "version", Takes::nothing, Option::answer},
    {0, "list", Takes::nothing, Option::answer},
    {0, "explain", Takes::value, Option::answer},
    {0, "unit-graph", Takes::nothing, Option::answer},
    {'C', {}, Takes::value, Option::directory},
    {'Z', {}, Takes::value, Option::unstable},
    {0, "config", Takes::value, Option::config},
    {0, "color", Takes::value, Option::other},
    {0, "message-format", Takes::value, Option::other},
    {'p', "package", Takes::maybe, Option::package},
    {0, "workspace", Takes::nothing, Option::all},
    {0, "all", Takes::nothing, Option::all},
    {0, "exclude", Takes::value, Option::other},
    {0, "lib", Takes::nothing, Option::target_kind},
    {0, "bins", Takes::nothing, Option::target_kind},
    {0, "bin", Takes::maybe, Option::target_kind},
    {0, "examples", Takes::nothing, Option::target_kind},
    {0, "example", Takes::maybe, Option::target_kind},
    {0, "tests", Takes::nothing, Option::target_kind},
    {0, "test", Takes::maybe, Option::target_kind},
    {0, "benches", Takes::nothing, Option::target_kind},
    {0, "bench", Takes::maybe, Option::target_kind},
    {0, "doc", Takes::nothing, Option::target_kind},
    {'F', "features", Takes::value, Option::other},
    {'r', "release", Takes::nothing, Option::release},
    {0, "debug", Takes::nothing, Option::debug},
    {0, "profile", Takes::value, Option::profile},
    {'j', "jobs", Takes::value, Option::jobs},
    {0, "target", Takes::maybe, Option::triple},
    {0, "target-dir", Takes::value, Option::target_dir},
    {0, "artifact-dir", Takes::value, Option::other},
    {0, "out-dir", Takes::value, Option::other},
    {0, "timings", Takes::joined, Option::other},
    {0, "manifest-path", Takes::value, Option::manifest_path},
    {0, "lockfile-path", Takes::value, Option::other},
    {0, "crate-type", Takes::value, Option::other},
    {0, "no-run", Takes::nothing, Option::no_run},
    {0, "path", Takes::value, Option::install_path},
    {0, "git", Takes::value, Option::other},
    {0, "branch", Takes::value, Option::other},
    {0, "tag", Takes::value, Option::other},
    {0, "rev", Takes::value, Option::other},
    {0, "root", Takes::value, Option::other},
    {0, "index", Takes::value, Option::other},
    {0, "registry", Takes::value, Option::other},
    {0, "print", Takes::value, Option::other},
};

const OptionRow* find_long(std::string_view name) {
  if (name.empty()) return nullptr;
  const auto* const found = std::ranges::find(kOptions, name, &OptionRow::name);
  return found == std::end(kOptions) ? nullptr : found;
}

const OptionRow* find_brief(char brief) {
  const auto* const found = std::ranges::find(kOptions, brief, &OptionRow::brief);
  return found == std::end(kOptions) ? nullptr : found;
}

/// `install --version V` and `--vers` want a value, and `rustc --print` asks a question.
OptionRow in_subcommand(OptionRow row, std::string_view subcommand) {
  if (row.name == "version" && subcommand == "install")
    return {0, row.name, Takes::value, Option::other};
  if (row.name == "print" && subcommand == "rustc") row.option = Option::answer;
  return row;
}

class Reader {
 public:
  Reader(std::span<const std::string> words, const CargoAliases& aliases)
      : words_(words.begin(), words.end()), aliases_(aliases) {}

  CargoArguments read() && {
    if (!words_.empty() && words_[0].starts_with('+')) found_.toolchain = words_[at_++].substr(1);
    while (at_ < words_.size()) {
      const std::string word = words_[at_++];
      if (word == "--") break;
      if (word.starts_with("--"))
        read_long(std::string_view(word).substr(2));
      else if (word.size() > 1 && word.starts_with('-'))
        read_brief(std::string_view(word).substr(1));
      else if (found_.subcommand.empty())
        take_subcommand(word);
      else if (found_.subcommand == "run")
        break;  // the rest is for the program
    }
    if (found_.subcommand.empty() || found_.subcommand == "help") found_.only_answers = true;
    return std::move(found_);
  }

 private:
  static constexpr int kMaxAliases = 32;  // one that leads to itself ends somewhere

  void read_long(std::string_view text) {
    const size_t equals = text.find('=');
    const OptionRow* row = find_long(text.substr(0, equals));
    if (!row) return;
    const OptionRow option = in_subcommand(*row, found_.subcommand);
    if (equals != std::string_view::npos)
      apply(option, std::string(text.substr(equals + 1)));
    else
      apply(option, following_value(option));
  }

  /// Several may stand together: -vrj4.
  void read_brief(std::string_view letters) {
    for (size_t i = 0; i < letters.size(); ++i) {
      const OptionRow* row = find_brief(letters[i]);
      if (!row) continue;
      const OptionRow option = in_subcommand(*row, found_.subcommand);
      if (option.takes == Takes::nothing) {
        apply(option, "");
        continue;
      }
      std::string_view rest = letters.substr(i + 1);
      if (rest.starts_with('=')) rest.remove_prefix(1);
      apply(option, rest.empty() ? following_value(option) : std::string(rest));
      return;
    }
  }

  std::string following_value(const OptionRow& option) {
    if (option.takes == Takes::nothing || option.takes == Takes::joined) return {};
    if (at_ >= words_.size()) return {};
    if (option.takes == Takes::maybe && words_[at_].starts_with('-')) return {};
    return words_[at_++];
  }

  void take_subcommand(const std::string& name) {
    if (find_cargo_subcommand(name) || !expand_alias(name)) {
      const std::string_view full = cargo_abbreviation(name);
      found_.subcommand = full.empty() ? name : full;
    }
  }

  bool expand_alias(const std::string& name) {
    if (!aliases_ || expanded_ >= kMaxAliases) return false;
    auto words = aliases_(name);
    if (!words || words->empty()) return false;
    ++expanded_;
    const auto here = words_.begin() + static_cast<std::ptrdiff_t>(at_);
    words_.insert(here, std::make_move_iterator(words->begin()),
                  std::make_move_iterator(words->end()));
    return true;
  }

  void apply(const OptionRow& option, std::string value) {
    switch (option.option) {
      case Option::all:
        found_.whole_workspace = true;
        break;
      case Option::answer:
        found_.only_answers = true;
        break;
      case Option::config:
        found_.configs.push_back(std::move(value));
        break;
      case Option::debug:
        found_.debug = true;
        break;
      case Option::directory:
        found_.directory = std::move(value);
        break;
      case Option::install_path:
        found_.install_path = std::move(value);
        break;
      case Option::jobs:
        found_.jobs = std::move(value);
        break;
      case Option::manifest_path:
        found_.manifest_path = std::move(value);
        break;
      case Option::no_run:
        found_.runs_nothing = true;
        break;
      case Option::other:
        break;
      case Option::package:
        found_.packages.push_back(std::move(value));
        break;
      case Option::profile:
        found_.profile = std::move(value);
        break;
      case Option::release:
        found_.release = true;
        break;
      case Option::target_dir:
        found_.target_dir = std::move(value);
        break;
      case Option::target_kind:
        found_.targets_chosen.push_back("--" + std::string(option.name) +
                                        (value.empty() ? "" : "=" + value));
        break;
      case Option::triple:
        if (!value.empty()) found_.triples.push_back(std::move(value));
        break;
      case Option::unstable:
        found_.unstable.push_back(std::move(value));
        break;
    }
  }

  std::vector<std::string> words_;
  const CargoAliases& aliases_;
  CargoArguments found_;
  size_t at_ = 0;
  int expanded_ = 0;
};

}  // namespace

std::string_view CargoArguments::built_profile() const {
  if (!profile.empty()) return profile;
  if (release) return "release";
  if (debug) return "dev";
  const CargoSubcommand* command = known();
  return command ? command->profile : "dev";
}

std::string_view CargoArguments::profile_directory() const {
  const std::string_view name = built_profile();
  if (name == "dev" || name == "test") return "debug";
  if (name == "bench") return "release";
  return name;
}

bool CargoArguments::is_limited() const {
  return !whole_workspace && (!packages.empty() || !targets_chosen.empty());
}

std::optional<int> cargo_jobs(std::string_view text, int processors) {
  if (text == "default") return processors;
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return {};
  return number > 0 ? number : std::max(1, processors + number);
}

CargoArguments read_cargo_arguments(std::span<const std::string> words,
                                    const CargoAliases& aliases) {
  return Reader(words, aliases).read();
}

}  // namespace weir::gate
