// SPDX-License-Identifier: Apache-2.0
//
// The values of options, each form by itself.

#include "tools/sbx/values.h"

#include <fcntl.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "fs/spec.h"
#include "sandbox/cgroup/parse.h"
#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

// Whether a value was accepted; a refusal has to be a sentence.
template <typename Value>
bool Accepted(const absl::StatusOr<Value>& value) {
  if (!value.ok()) RequireSentence(value.status().message());
  return value.ok();
}

void RequireAbsolute(const std::string& path) {
  Require(absl::StartsWith(path, "/"), "a path inside is absolute");
}

void CheckColons(absl::string_view text) {
  const std::vector<std::string> parts = tools::SplitAtColons(text);
  Require(!parts.empty(), "any value has a part");
  std::vector<std::string> escaped;
  for (const std::string& part : parts) {
    escaped.push_back(
        absl::StrReplaceAll(part, {{"\\", "\\\\"}, {":", "\\:"}}));
  }
  Require(tools::SplitAtColons(absl::StrJoin(escaped, ":")) == parts,
          "any parts can be written");
}

void CheckPlaces(absl::string_view text) {
  const auto places = tools::ParsePlaces(text, "/work");
  if (!Accepted(places)) return;
  RequireAbsolute(places->host);
  RequireAbsolute(places->inside);
}

constexpr mode_t kAllBits = 07777;

void CheckTmpfs(absl::string_view text) {
  const auto tmpfs = tools::ParseTmpfs(text);
  if (!Accepted(tmpfs)) return;
  RequireAbsolute(tmpfs->inside);
  Require(tmpfs->mode <= kAllBits, "a mode has twelve bits");
  Require(!tmpfs->size || *tmpfs->size > 0, "no limit is not a limit of 0");
}

void CheckDirectory(absl::string_view text) {
  const auto directory = tools::ParseDirectory(text);
  if (!Accepted(directory)) return;
  RequireAbsolute(directory->inside);
  Require(directory->mode <= kAllBits, "a mode has twelve bits");
}

void CheckSymlink(absl::string_view text) {
  const auto link = tools::ParseSymlink(text);
  if (!Accepted(link)) return;
  RequireAbsolute(link->inside);
  Require(!link->target.empty(), "a link leads somewhere");
}

void CheckTime(absl::string_view text) {
  const auto time = tools::ParseTime(text);
  if (!Accepted(time)) return;
  Require(*time >= absl::ZeroDuration(), "time goes forward");
  Require(*time < absl::InfiniteDuration(), "a time limit is one");
}

void CheckDevice(absl::string_view text) {
  const auto device = tools::ParseDevice(text, "/work");
  if (!Accepted(device)) return;
  RequireAbsolute(device->host);
  RequireAbsolute(device->inside);
  Require(device->read || device->write || device->make,
          "a device is given for something");
}

// What is written to a file of a cgroup is one word or two, in one line.
void CheckLimits(absl::string_view text) {
  for (const char* option : {"memory", "swap", "pids", "cpus", "cpu-weight",
                             "io-weight", "cpuset"}) {
    const auto setting = cgroup::ParseLimit(option, text);
    if (!Accepted(setting)) continue;
    Require(!setting->value.empty(), "a limit is something");
    Require(setting->value.find_first_not_of(
                "0123456789 ,-abcdefghijklmnopqrstuvwxyz") == std::string::npos,
            "a limit is plain");
    Require(!absl::StartsWith(setting->value, "-"), "a limit is not negative");
  }
  const auto slice = cgroup::ParseSlice(text);
  if (!Accepted(slice)) return;
  Require(absl::EndsWith(*slice, ".slice"), "a slice is one");
  Require(!absl::StrContains(*slice, "/"), "a slice is no path");
}

void CheckDescriptor(absl::string_view text) {
  const auto descriptor = tools::ParseDescriptor(text);
  if (!Accepted(descriptor)) return;
  Require(fcntl(*descriptor, F_GETFD) >= 0, "a descriptor is open");
}

void Check(absl::string_view text) {
  CheckColons(text);
  CheckPlaces(text);
  CheckTmpfs(text);
  CheckDirectory(text);
  CheckSymlink(text);
  CheckTime(text);
  CheckDescriptor(text);
  CheckDevice(text);
  CheckLimits(text);
  (void)Accepted(tools::ParseFile(text));
  if (Accepted(tools::ParseInside(text))) RequireAbsolute(std::string(text));
}

}  // namespace

const Target kTarget = {.seeds = {"src:/dest",
                                  "a\\:b:/c\\\\d",
                                  "/t:size=1M,mode=1777",
                                  "/d:mode=0700",
                                  "usr/bin:/bin",
                                  "/f:2",
                                  "90",
                                  "1.5s",
                                  "1h30m",
                                  "1d",
                                  "0.0001ms",
                                  "2",
                                  "yes",
                                  "/",
                                  "/dev/kvm:/dev/x:rwm",
                                  "64M",
                                  "max",
                                  "0-3,8",
                                  "0.5",
                                  "build-a.slice",
                                  "10000"},
                        .check = Check};

}  // namespace sbx::test
