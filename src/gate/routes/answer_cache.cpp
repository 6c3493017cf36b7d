#include "gate/routes/answer_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "base/unique_fd.h"

namespace weir::gate {

namespace {

constexpr size_t kMaxFile = 1 << 20;
constexpr std::string_view kConfig = "--config=";
constexpr std::string_view kEnd = "end\n";  // of a file that is whole

/// FNV-1a: names the file; the text inside is compared as a whole.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

void add_state(std::string& key, const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) {
    key += "-,";
    return;
  }
  key += fmt::format("{}.{}.{}.{},", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec);
}

void add_upward(std::string& key, std::string directory, std::span<const char* const> names) {
  for (;;) {
    for (const char* name : names) add_state(key, directory + name);
    const size_t slash = directory.rfind('/');
    if (slash == std::string::npos) return;
    directory.resize(slash);
  }
}

std::string variable(const ProgramCall& question, std::string_view name) {
  for (const std::string& entry : question.environment) {
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  }
  return {};
}

bool matters(const std::string& entry) {
  return entry.starts_with("CARGO") || entry.starts_with("RUSTUP") || entry.starts_with("HOME=");
}

std::string question_text(const ProgramCall& question) {
  std::string text = question.program + '\n' + question.directory + '\n';
  for (const std::string& word : question.words) text += word + '\n';
  for (const std::string& entry : question.environment) {
    if (matters(entry)) text += entry + '\n';
  }
  return text;
}

std::string file_states(const ProgramCall& question, const std::string& manifest) {
  constexpr std::array kConfiguration = {"/.cargo/config.toml", "/.cargo/config",
                                         "/rust-toolchain.toml", "/rust-toolchain"};
  constexpr std::array kManifest = {"/Cargo.toml"};
  const std::string home = variable(question, "HOME");
  std::string cargo_home = variable(question, "CARGO_HOME");
  if (cargo_home.empty()) cargo_home = home + "/.cargo";
  std::string rustup_home = variable(question, "RUSTUP_HOME");
  if (rustup_home.empty()) rustup_home = home + "/.rustup";
  std::string states;
  add_state(states, question.program);
  add_state(states, cargo_home + "/config.toml");
  add_state(states, cargo_home + "/config");
  add_state(states, rustup_home + "/settings.toml");
  add_state(states, manifest);
  for (const std::string& word : question.words) {  // --config may name a file
    if (word.starts_with(kConfig))
      add_state(states, std::filesystem::path(question.directory) / word.substr(kConfig.size()));
  }
  add_upward(states, question.directory, kConfiguration);
  add_upward(states, manifest.substr(0, manifest.rfind('/')), kManifest);
  return states + '\n';
}

std::optional<std::string> read_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return {};
  std::string text;
  char buffer[8192];
  ssize_t size = 0;
  while ((size = ::read(file.get(), buffer, sizeof buffer)) > 0 && text.size() < kMaxFile)
    text.append(buffer, static_cast<size_t>(size));
  if (size != 0) return {};
  return text;
}

/// The next text that ends with a NUL.
std::optional<std::string> take(std::string_view& text) {
  const size_t end = text.find('\0');
  if (end == std::string_view::npos) return {};
  std::string taken(text.substr(0, end));
  text.remove_prefix(end + 1);
  return taken;
}

}  // namespace

AnswerCache::AnswerCache(std::string directory, const ProgramCall& question,
                         const std::string& manifest) {
  if (directory.empty()) return;
  const std::string text = question_text(question);
  path_ = fmt::format("{}/{:016x}", directory, hash_of(text));
  key_ = text + file_states(question, manifest);
}

std::optional<std::vector<std::string>> AnswerCache::read() const {
  if (path_.empty()) return {};
  const auto text = read_file(path_);
  if (!text || !text->ends_with(kEnd)) return {};
  std::string_view rest = std::string_view(*text).substr(0, text->size() - kEnd.size());
  if (take(rest) != key_) return {};
  std::vector<std::string> answer;
  while (auto part = take(rest)) answer.push_back(std::move(*part));
  return answer;
}

void AnswerCache::write(const std::vector<std::string>& answer) const {
  if (path_.empty()) return;
  std::string text = key_ + '\0';
  for (const std::string& part : answer) text += part + '\0';
  text += kEnd;
  std::string temporary = path_ + ".XXXXXX";
  UniqueFd file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return;
  const bool written = ::write(file.get(), text.data(), text.size()) == std::ssize(text);
  if (!written || ::rename(temporary.c_str(), path_.c_str()) != 0) ::unlink(temporary.c_str());
}

}  // namespace weir::gate
