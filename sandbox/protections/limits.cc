// SPDX-License-Identifier: Apache-2.0
//
// What a command may use of the machine.

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "sandbox/protections/rows.h"

namespace sbx::protections {
namespace {

// A limit that a cgroup keeps.
struct Limit {
  absl::string_view option;
  absl::string_view asked;
  // What setrlimit(2) can do in its place, if anything: as --rlimit calls it.
  absl::string_view stand_in = {};
  absl::string_view asked_of_stand_in = {};
  absl::string_view obtained_by_stand_in = {};
};

constexpr Limit kMemory = {
    .option = "memory",
    .asked = "--memory",
    .stand_in = "as",
    .asked_of_stand_in = "--rlimit=as",
    .obtained_by_stand_in = "for each process by itself, by RLIMIT_AS"};
constexpr Limit kProcesses = {
    .option = "pids",
    .asked = "--pids",
    .stand_in = "nproc",
    .asked_of_stand_in = "--rlimit=nproc",
    .obtained_by_stand_in = "for the user as a whole, by RLIMIT_NPROC"};
constexpr Limit kProcessorTime = {.option = "cpus", .asked = "--cpus"};
constexpr Limit kProcessorWeight = {.option = "cpu-weight",
                                    .asked = "--cpu-weight"};
constexpr Limit kProcessors = {.option = "cpuset", .asked = "--cpuset"};
constexpr Limit kDisks = {.option = "io-weight", .asked = "--io-weight"};

template <const Limit& limit>
bool IsAsked(const Circumstances& in) {
  return std::ranges::any_of(in.plan.cgroup.settings, [](const auto& setting) {
    return setting.option == limit.option &&
           !absl::StartsWith(setting.value, "max");
  });
}

template <const Limit& limit>
bool FellShort(const Circumstances& in) {
  return IsAsked<limit>(in) && in.plan.cgroup.route == cgroup::Route::kNone;
}

template <const Limit& limit>
bool MayFallShort(const Circumstances& in) {
  return IsAsked<limit>(in) && in.report == nullptr &&
         in.plan.cgroup.shortfall == cgroup::Shortfall::kIsAccepted;
}

template <const Limit& limit>
bool HasStandIn(const Circumstances& in) {
  return std::ranges::any_of(in.plan.policy.limits, [](const auto& one) {
    return one.name == limit.stand_in && one.soft != RLIM_INFINITY;
  });
}

bool Otherwise(const Circumstances&) { return true; }

constexpr absl::string_view kTogether = "for all processes together";
constexpr absl::string_view kNone = "none";
constexpr absl::string_view kLessAccepted = "--limits=best-effort";

template <const Limit& limit>
constexpr Form kPerhaps = {MayFallShort<limit>, Kept::kWeaker, kLessAccepted,
                           "for all processes together, if that can be",
                           "less is accepted"};

template <const Limit& limit>
constexpr Form kFully = {IsAsked<limit>, Kept::kFully, limit.asked};

constexpr Form kNotAskedFor = {Otherwise, Kept::kNotAskedFor, kByDefault, kNone,
                               "nothing is limited unless it is asked for"};

template <const Limit& limit>
constexpr Form kForms[] = {
    {FellShort<limit>, Kept::kNot, kLessAccepted, kNone, "{shortfall}"},
    kPerhaps<limit>,
    kFully<limit>,
    kNotAskedFor,
};

template <const Limit& limit>
constexpr Form kFormsWithStandIn[] = {
    {FellShort<limit>, Kept::kWeaker, kLessAccepted, limit.obtained_by_stand_in,
     "{shortfall}"},
    kPerhaps<limit>,
    kFully<limit>,
    {HasStandIn<limit>, Kept::kWeaker, limit.asked_of_stand_in,
     limit.obtained_by_stand_in, "only a cgroup counts them together"},
    kNotAskedFor,
};

constexpr Row kRows[] = {
    {Protection::kMemory, "limit of memory", kTogether,
     kFormsWithStandIn<kMemory>},
    {Protection::kProcesses, "limit of processes", kTogether,
     kFormsWithStandIn<kProcesses>},
    {Protection::kProcessorTime, "limit of processor time", kTogether,
     kForms<kProcessorTime>},
    {Protection::kProcessorWeight, "weight of processors", kTogether,
     kForms<kProcessorWeight>},
    {Protection::kProcessors, "choice of processors", kTogether,
     kForms<kProcessors>},
    {Protection::kDisks, "weight of disks", kTogether, kForms<kDisks>},
};

}  // namespace

absl::Span<const Row> LimitRows() { return kRows; }

}  // namespace sbx::protections
