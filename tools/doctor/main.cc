// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/main.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tools/doctor/checks.h"
#include "tools/doctor/words.h"
#include "tools/sbx/help.h"

namespace sbx::doctor {
namespace {

constexpr int kOwnFailure = 125;

constexpr char kUsage[] =
    "Usage: sbx doctor [--json]\n"
    "Tries what sbx can do here and says, for what does not work, why and "
    "what\n"
    "would change it.  Exits with 0 if the default sandbox works, else with "
    "1.\n";

Host ReadHost() {
  utsname kernel = {};
  uname(&kernel);
  return {.version = std::string(tools::kVersion),
          .kernel = kernel.release,
          .uid = geteuid()};
}

}  // namespace

int Main(const std::vector<std::string>& arguments, const Caller& caller) {
  const std::string option = arguments.empty() ? "" : arguments[0];
  if (option == kHere) return EXIT_SUCCESS;
  if (option == "--help") return std::fputs(kUsage, stdout), EXIT_SUCCESS;
  if (arguments.size() > 1 || (!option.empty() && option != "--json")) {
    std::fputs("sbx doctor: takes --json or nothing\n", stderr);
    return kOwnFailure;
  }
  const std::vector<Finding> findings = Examine(caller.environment);
  const Host host = ReadHost();
  const std::string text =
      option == "--json" ? JsonText(host, findings) : Text(host, findings);
  std::fputs(text.c_str(), stdout);
  return IsWell(findings) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace sbx::doctor
