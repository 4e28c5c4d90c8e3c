// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_TOOLS_SBX_REPORT_JSON_H_
#define SBX_TOOLS_SBX_REPORT_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "sandbox/plan.h"
#include "sandbox/report.h"

namespace sbx::tools {

// The report as JSON, one object and a newline.  docs/report.md describes it.
std::string ReportJson(const Plan& plan, const Report& report, int exit_status);

// The same for a command that was not run.  Without a plan nothing was planned.
std::string FailureJson(const Plan* plan, const absl::Status& failure,
                        int exit_status);

}  // namespace sbx::tools

#endif  // SBX_TOOLS_SBX_REPORT_JSON_H_
