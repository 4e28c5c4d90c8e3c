// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_LINUX_SANDBOX_STATISTICS_H_
#define SBX_TOOLS_LINUX_SANDBOX_STATISTICS_H_

#include <sys/resource.h>

#include <string>

namespace sbx::linux_sandbox {

// Returns `usage` as a tools.protos.ExecutionStatistics.  These are a few
// numbers in a row; the library that could write them would be as large as the
// rest of the program, and start with it.
std::string Statistics(const rusage& usage);

}  // namespace sbx::linux_sandbox

#endif  // SBX_TOOLS_LINUX_SANDBOX_STATISTICS_H_
