// SPDX-License-Identifier: Apache-2.0
//
// What the host answers about the paths of a Spec.

#ifndef SBX_FS_FACTS_H_
#define SBX_FS_FACTS_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fs/spec.h"
#include "sandbox/sys/file.h"

namespace sbx::fs {

struct Facts {
  // For each item of the Spec, by its position, that is a share of something
  // above secrets: those, by their paths relative to it.
  std::map<size_t, std::vector<Secret>> exposed = {};
  // For each item that is a share, if there are any secrets: what lay there
  // when they were looked for.  Somebody else may put another directory or a
  // symbolic link in its place meanwhile.
  std::map<size_t, sys::Identity> sources = {};
  // Whether the root can be put together before it is mounted.
  bool assembles_detached = false;
  // The terminal of standard input, output or error; empty: none that has a
  // name here.
  std::string terminal = {};
  bool operator==(const Facts&) const = default;
};

// Reads what `spec` needs and no more.  A secret that does not exist is none;
// where that cannot be told, it is a failure.
absl::StatusOr<Facts> ReadFacts(const Spec& spec);

}  // namespace sbx::fs

#endif  // SBX_FS_FACTS_H_
