// The main of unit_tests. Catch2's own code is compiled here and nowhere else.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
