// SPDX-License-Identifier: Apache-2.0
//
// --seccomp=FILE.

#include "policy/seccomp/oci.h"

#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

using policy::seccomp::OciFilter;
using policy::seccomp::OciProfile;

void Check(absl::string_view text) {
  const absl::StatusOr<OciProfile> profile =
      policy::seccomp::ParseOciProfile(text, "profile");
  if (!profile.ok()) return RequireSentence(profile.status().message());
  // Compiling checks its own result as the kernel would.
  const absl::StatusOr<OciFilter> filter =
      policy::seccomp::CompileOciProfile(*profile, {.kernel = {6, 1}});
  if (!filter.ok()) return RequireSentence(filter.status().message());
  Require(!filter->program.instructions.empty(), "a filter has instructions");
}

}  // namespace

const Target kTarget = {
    .seeds =
        {R"({"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38})",
         R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":)"
         R"(["read","ptrace"],"action":"SCMP_ACT_KILL","args":[{"index":1,)"
         R"("value":4294967295,"valueTwo":7,"op":"SCMP_CMP_MASKED_EQ"}],)"
         R"("includes":{"caps":["CAP_KILL"],"minKernel":"4.8"},)"
         R"("excludes":{"arches":["arm64"]},"errno":"EPERM"}]})"},
    .check = Check};

}  // namespace sbx::test
