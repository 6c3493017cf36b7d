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

TEST_CASE("a prompt function that fails leaves the prompt there, and is told of once", "[prompt]") {
  Kernel kernel;
  run(kernel, "NO_COLOR=1; unset PS1; cd /; weir_prompt() { nonexist; }");
  PromptMaker maker(kernel.context());
  (void)refresh(kernel, maker, {.status = 3});
  CHECK(maker.make({.status = 3}).left.starts_with("/ !3 "));
  const std::string problem = maker.take_problem();
  INFO(problem);
  CHECK(problem.starts_with("weir: weir_prompt failed:\n"));
  CHECK(problem.contains("nonexist"));
  CHECK(problem.ends_with("\n"));
  (void)refresh(kernel, maker);
  CHECK(maker.take_problem() == "");

  // Another definition, another message; the side is what PS1 says.
  run(kernel, "PS1='\\w> '; weir_prompt() { echo \"$no_such_name\"; }");
  (void)refresh(kernel, maker);
  CHECK(maker.make({}).left == "/> ");
  CHECK(maker.take_problem().contains("no_such_name"));
  (void)refresh(kernel, maker);
  CHECK(maker.take_problem() == "");

  // Mended, and broken again in the same way.
  run(kernel, "weir_prompt() { echo good; }");
  (void)refresh(kernel, maker);
  CHECK(maker.make({}).left == "good");
  CHECK(maker.take_problem() == "");
  run(kernel, "weir_prompt() { echo \"$no_such_name\"; }");
  (void)refresh(kernel, maker);
  CHECK(maker.make({}).left == "/> ");
  CHECK(maker.take_problem().contains("no_such_name"));
}

TEST_CASE("a prompt function may be silent, and may say what it likes", "[prompt]") {
  Kernel kernel;
  run(kernel,
      "PS1='plain$ '; weir_prompt() { echo '> '; echo noise >&2; }; weir_right_prompt() { false; "
      "}");
  PromptMaker maker(kernel.context());
  (void)refresh(kernel, maker);
  CHECK(maker.make({}).left == "> ");
  CHECK(maker.make({}).right == "");
  CHECK(maker.take_problem() == "");
}

TEST_CASE("a plain prompt has no styles and knows what the function writes", "[prompt]") {
  Kernel kernel;
  run(kernel, "unset PS1 PS2; cd /");
  PromptMaker maker(kernel.context());
  const auto plain = [&](repl::LastEntry last = {}) {
    return kernel.context().shell.loop.run(maker.make_plain(last, {}));
  };
  CHECK(plain().left == "weir$ ");
  CHECK(plain().continuation == "> ");
  run(kernel, "PS1='\\[\\e[1;31m\\]\\w\\[\\e[0m\\] \\?> '; PS2='\\w.. '");
  CHECK(plain({.status = 5}).left == "/ 5> ");
  CHECK(plain().continuation == "/.. ");
  run(kernel, "weir_prompt() { echo \"<$1> \"; }");
  CHECK(plain({.status = 4}).left == "<4> ");
  run(kernel, "weir_prompt() { nonexist; }");
  CHECK(plain().left == "/ 0> ");
  CHECK(maker.take_problem().contains("nonexist"));
}
