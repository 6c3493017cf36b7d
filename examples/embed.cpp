// A program with a shell inside: it gives values to it, runs text, and takes values back.
#include <cstdio>

#include "kernel/kernel.h"

int main() {
  weir::Kernel::ignore_sigpipe();
  weir::Kernel kernel;

  // Values go in typed.
  weir::Record server{{"host", "alpha"}, {"port", 8080}};
  if (auto done = kernel.set("server", std::move(server)); !done) {
    std::fprintf(stderr, "set: %s\n", done.error().message.c_str());
    return 1;
  }

  // Text runs as it would at a prompt; its output is captured.
  weir::ExecResult result = kernel.execute(
      "url=http://${server[host]}:${server[port]}\n"
      "printf 'b\\na\\n' | sort\n"
      "echo $url");
  std::printf("code %d\n%s", result.code, result.out.c_str());

  // A text that is wrong does not run at all.
  result = kernel.execute("echo first; if true");
  std::printf("code %d, %zu bytes of output\n", result.code, result.out.size());

  // What a call leaves behind is there for the next one, and for the program.
  kernel.execute("checked=[$url]");
  std::printf("checked %s\n", kernel.get("checked").to_json().c_str());
  return kernel.finish();
}
