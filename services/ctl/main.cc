// hotline-ctl: looks at a running hotline and steers it, from the command line.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "services/ctl/run.h"

int main(int argc, char** argv) {
  const hotline::ctl::VariableLookup environment =
      [](const std::string& name) -> std::optional<std::string> {
    const char* value =
        std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread so far
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
  const hotline::ctl::Surroundings surroundings{
      .program = argc > 0 ? argv[0] : "hotline-ctl",
      .environment = environment,
      .out = std::cout,
      .err = std::cerr,
      .terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1};
  const int code = hotline::ctl::Run(std::vector<std::string>(argv + 1, argv + argc), surroundings);
  // gRPC 1.51 shuts down on a thread of its own, which one time in thirty trips over the process's
  // destructors and aborts. All that has to be written is written.
  std::cout << std::flush;
  std::cerr << std::flush;
  std::_Exit(code);
}
