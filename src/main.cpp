// weir: chooses the role and wires the pieces.
#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--version") {
    std::puts("weir 0.1.0");
    return 0;
  }
  if (first == "--help") {
    std::puts("usage: weir [-c TEXT | FILE] [ARG...]");
    return 0;
  }
  std::fputs("weir: not built yet\n", stderr);
  return 2;
}
