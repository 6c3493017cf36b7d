#include "kernel/variables.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace weir;
using kernel::Variables;

namespace {

void put(Variables& variables, const std::string& name, int64_t value) {
  auto& variable = variables.edit(name);
  variable.value = Value(value);
  variable.is_set = true;
}

std::map<std::string, int64_t> contents(const Variables& variables) {
  std::map<std::string, int64_t> all;
  variables.for_each([&](const std::string& name, const kernel::Variable& variable) {
    CHECK(all.emplace(name, variable.value.as_int()).second);
  });
  return all;
}

}  // namespace

TEST_CASE("a copy of variables does not see later writes of the other") {
  Variables a;
  put(a, "x", 1);
  Variables b = a;
  put(a, "x", 2);
  put(b, "y", 3);
  CHECK(a.find("x")->value == Value(2));
  CHECK(b.find("x")->value == Value(1));
  CHECK(a.find("y") == nullptr);
}

TEST_CASE("erasing hides what a layer below holds") {
  Variables a;
  put(a, "x", 1);
  Variables b = a;
  b.erase("x");
  CHECK(b.find("x") == nullptr);
  CHECK(a.find("x") != nullptr);
  put(b, "x", 5);
  CHECK(b.find("x")->value == Value(5));
}

TEST_CASE("an edit of a new name is unset until it is given a value") {
  Variables a;
  CHECK_FALSE(a.edit("x").is_set);
}

TEST_CASE("touching the exports gives each copy a generation of its own") {
  Variables a;
  a.touch_exports();
  Variables b = a;
  CHECK(a.export_generation() == b.export_generation());
  b.touch_exports();
  CHECK(a.export_generation() != b.export_generation());
}

TEST_CASE("copies of copies behave like maps") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<Variables> real(1);
  std::vector<std::map<std::string, int64_t>> model(1);
  for (int step = 0; step < 20'000; ++step) {
    const size_t at = random() % real.size();
    const std::string name = "v" + std::to_string(random() % 20);
    switch (random() % 8) {
      case 0:
        if (real.size() < 24) {
          real.push_back(real[at]);
          model.push_back(model[at]);
        }
        break;
      case 1:
        if (real.size() > 1) {
          real.erase(real.begin() + static_cast<long>(at));
          model.erase(model.begin() + static_cast<long>(at));
        }
        break;
      case 2:
        real[at].erase(name);
        model[at].erase(name);
        break;
      case 3:
        REQUIRE(contents(real[at]) == model[at]);
        break;
      default:
        put(real[at], name, step);
        model[at][name] = step;
    }
  }
  for (size_t i = 0; i < real.size(); ++i) REQUIRE(contents(real[i]) == model[i]);
}
