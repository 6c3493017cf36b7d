#include "repl/prompt_maker.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "kernel/kernel.h"
#include "kernel/shell.h"

using namespace weir;
using repl::Prompt;
using repl::PromptMaker;

namespace {

void run(Kernel& kernel, const std::string& text) {
  const ExecResult result = kernel.execute(text);
  INFO(result.err);
  REQUIRE(result.code == 0);
}

std::optional<Prompt> refresh(Kernel& kernel, PromptMaker& maker, repl::LastEntry last = {}) {
  return kernel.context().shell.loop.run(maker.refresh(last, {}));
}

}  // namespace

TEST_CASE("the state of git comes with a refresh and is known at once afterwards", "[prompt]") {
  if (std::system("git --version > /dev/null 2>&1") != 0) {
    WARN("there is no git");
    return;
  }
  char name[] = "/tmp/weir-prompt-XXXXXX";
  const std::string directory = ::mkdtemp(name);
  Kernel kernel;
  run(kernel, "NO_COLOR=1; unset PS1; cd " + directory + " && git init -q -b trunk . && : > new");
  PromptMaker maker(kernel.context());
  CHECK(maker.make({}).left.find("trunk") == std::string::npos);
  const auto refreshed = refresh(kernel, maker);
  REQUIRE(refreshed);
  CHECK(refreshed->left.starts_with(directory + " trunk? "));
  CHECK(maker.make({}).left == refreshed->left);
  CHECK(!refresh(kernel, maker));
  std::filesystem::remove_all(directory);
}

TEST_CASE("a function writes the prompt and knows the status", "[prompt]") {
  Kernel kernel;
  run(kernel,
      "PS1='plain$ '; weir_prompt() { echo \"<$1> \"; echo noise >&2; x=1; }; weir_right_prompt() "
      "{ echo right; }");
  PromptMaker maker(kernel.context());
  CHECK(maker.make({}).left == "plain$ ");
  const auto refreshed = refresh(kernel, maker, {.status = 4});
  REQUIRE(refreshed);
  CHECK(refreshed->left == "<4> ");
  CHECK(refreshed->right == "right");
  CHECK(kernel.execute("[[ -v x ]]").code == 1);
}

TEST_CASE("PS1, RPS1 and PS2 are the sides where there is no function", "[prompt]") {
  Kernel kernel;
  run(kernel, "PS1='\\?$ '; RPS1='\\j'; PS2='.. '");
  PromptMaker maker(kernel.context());
  const Prompt prompt = maker.make({.status = 7});
  CHECK(prompt.left == "7$ ");
  CHECK(prompt.right == "0");
  CHECK(prompt.continuation == ".. ");
}
