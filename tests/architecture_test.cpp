#include <catch2/catch.hpp>

#include "support/architecture.h"

using weir::test::architecture_problems;
using weir::test::SourceFile;

namespace {

// The problems of these files, one a line.
std::string problems_of(const std::vector<SourceFile>& files) {
  std::string text;
  for (const std::string& problem : architecture_problems(files)) text += problem + "\n";
  return text;
}

}  // namespace

TEST_CASE("every include of src goes the allowed way and in no circle", "[architecture]") {
  const std::vector<SourceFile> files = weir::test::read_sources();
  REQUIRE(files.size() > 5);
  CHECK(problems_of(files) == "");
}

TEST_CASE("the architecture check accepts allowed edges", "[architecture]") {
  CHECK(problems_of({{"base/value.h", "#include <string>\n"},
                     {"loop/loop.h", "#include \"base/value.h\"\n#include <uv.h>\n"},
                     {"parser/grammar.h", "#include <tao/pegtl.hpp>\n"},
                     {"main.cpp", "#include \"loop/loop.h\"\n"}}) == "");
}

TEST_CASE("the architecture check names a forbidden edge with its place", "[architecture]") {
  CHECK(problems_of({{"base/value.h", "// first line\n  # include \"loop/loop.h\"\n"},
                     {"loop/loop.h", ""}}) == "src/base/value.h:2: base may not include loop\n");
  CHECK(problems_of(
            {{"parser/parser.cpp", "#include \"scheduler/job.h\"\n"}, {"scheduler/job.h", ""}}) ==
        "src/parser/parser.cpp:1: parser may not include scheduler\n");
}

TEST_CASE("the architecture check keeps libraries where they belong", "[architecture]") {
  const char* const bad[][2] = {
      {"kernel/kernel.cpp", "uv.h"},
      {"kernel/kernel.cpp", "tao/pegtl.hpp"},
      {"parser/ast.h", "tao/pegtl.hpp"},
      {"gate/daemon.cpp", "sqlite3.h"},
      {"base/value.h", "nlohmann/json.hpp"},
      {"parser/plan.cpp", "nlohmann/json.hpp"},
      {"base/value.cpp", "catch2/catch.hpp"},
      {"builtins/echo.cpp", "jq.h"},
      {"dispatch/ssh/ssh.cpp", "hiredis/hiredis.h"},
  };
  for (const auto& [path, name] : bad) {
    INFO(path << " includes " << name);
    const std::string text = "#include <" + std::string(name) + ">\n";
    CHECK(architecture_problems({{path, text}}).size() == 1);
  }
  CHECK(problems_of({{"gate/store.cpp", "#include <sqlite3.h>\n"},
                     {"base/json.cpp", "#include <nlohmann/json.hpp>\n"},
                     {"builtins/jq.cpp", "#include <jq.h>\n"}}) == "");
}

TEST_CASE("the architecture check finds circles of files and of folders", "[architecture]") {
  CHECK(problems_of({{"base/a.h", "#include \"base/b.h\"\n"},
                     {"base/b.h", "#include \"base/c.h\"\n"},
                     {"base/c.h", "#include \"base/a.h\"\n"}}) ==
        "circle of files: base/a.h -> base/b.h -> base/c.h -> base/a.h\n");
  const std::string folders = problems_of({{"base/a.h", "#include \"loop/b.h\"\n"},
                                           {"base/c.h", ""},
                                           {"loop/b.h", "#include \"base/c.h\"\n"}});
  CHECK_THAT(folders, Catch::Contains("circle of folders: base -> loop -> base\n"));
}

TEST_CASE("the architecture check refuses relative includes and stray files", "[architecture]") {
  CHECK_THAT(problems_of({{"base/a.h", "#include \"b.h\"\n"}, {"base/b.h", ""}}),
             Catch::Contains("include by path from src/"));
  CHECK_THAT(problems_of({{"utils/a.h", ""}}), Catch::Contains("known folders"));
}
