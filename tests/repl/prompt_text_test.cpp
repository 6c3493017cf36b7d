#include "repl/prompt_text.h"

#include <catch2/catch.hpp>

using namespace weir::repl;
using namespace std::chrono_literals;

namespace {

PromptFacts plain_facts() {
  PromptFacts facts;
  facts.user = "me";
  facts.host = "box.example.org";
  facts.directory = "/home/me/proj";
  facts.home = "/home/me";
  facts.has_colors = false;
  return facts;
}

}  // namespace

TEST_CASE("the default prompt shows what is worth knowing, and nothing else", "[prompt]") {
  PromptFacts facts = plain_facts();
  CHECK(default_prompt(facts) == "~/proj $ ");
  facts.git = {.branch = "main", .ahead = 2, .has_staged = true, .has_changed = true};
  facts.jobs = 2;
  facts.status = 3;
  facts.duration = 72s;
  CHECK(default_prompt(facts) == "~/proj main*+↑2 2& !3 1m12s $ ");
  facts.duration = 2s;
  facts.is_root = true;
  CHECK(default_prompt(facts) == "~/proj main*+↑2 2& !3 # ");
}

TEST_CASE("colours take no columns", "[prompt]") {
  PromptFacts facts = plain_facts();
  facts.has_colors = true;
  facts.status = 1;
  CHECK(default_prompt(facts) != "~/proj !1 $ ");
  CHECK(prompt_width(default_prompt(facts)) == std::string("~/proj !1 $ ").size());
}

TEST_CASE("a deep directory is shortened but for its last two names", "[prompt]") {
  CHECK(short_directory("/home/me", "/home/me") == "~");
  CHECK(short_directory("/home/meadow", "/home/me") == "/home/meadow");
  CHECK(short_directory("/home/me/a/b", "/home/me") == "~/a/b");
  CHECK(short_directory("/home/me/alpha/.beta/gamma/delta", "/home/me") == "~/a/.b/gamma/delta");
  CHECK(short_directory("/usr/share/doc/weir", "/home/me") == "/u/s/doc/weir");
  CHECK(short_directory("/", "/") == "/");
}

TEST_CASE("PS1 has the escapes of bash", "[prompt]") {
  PromptFacts facts = plain_facts();
  facts.jobs = 1;
  facts.status = 5;
  facts.entry = 12;
  facts.git.branch = "main";
  CHECK(expand_prompt_escapes("\\u@\\h:\\w\\$ ", facts) == "me@box:~/proj$ ");
  CHECK(expand_prompt_escapes("\\H \\W \\j \\? \\# \\g", facts) ==
        "box.example.org proj 1 5 12 main");
  CHECK(expand_prompt_escapes("\\[\\e[1m\\]x\\[\\033[0m\\]", facts) == "\x1b[1mx\x1b[0m");
  CHECK(expand_prompt_escapes("\\n\\\\ \\q \\", facts) == "\n\\ \\q \\");
  CHECK(expand_prompt_escapes("\\D{%Y} \\D", facts).ends_with(" \\D"));
  facts.is_root = true;
  CHECK(expand_prompt_escapes("\\$", facts) == "#");
}

TEST_CASE("the width is that of the last line without its sequences", "[prompt]") {
  CHECK(prompt_width("") == 0);
  CHECK(prompt_width("long line\nab") == 2);
  CHECK(prompt_width("\x1b[1;31mab\x1b[0m") == 2);
  CHECK(prompt_width("\x1b]2;title\aab") == 2);
  CHECK(prompt_width("\x1b]2;title\x1b\\ab") == 2);
  CHECK(prompt_width("日本") == 4);
  CHECK(prompt_width("ab\x1b[") == 2);
  CHECK(prompt_width("ab\x1b]2;never ends") == 2);
  CHECK(prompt_width("ab\x1b") == 2);
}

TEST_CASE("the name of a directory neither colours nor splits the prompt", "[prompt]") {
  PromptFacts facts = plain_facts();
  facts.directory = "/home/me/ev\x1b[31mil\n2";
  facts.git.branch = "a\u009b31mb";
  CHECK(default_prompt(facts) == "~/ev [31mil 2 a 31mb $ ");
  CHECK(expand_prompt_escapes("\\w|\\W|\\g", facts) == "~/ev [31mil 2|ev [31mil 2|a 31mb");
}
