// SPDX-License-Identifier: Apache-2.0
//
// --user and --ids.

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "idmap/extents.h"
#include "idmap/id.h"
#include "idmap/parse.h"
#include "idmap/spec.h"
#include "testing/fuzz/target.h"

namespace sbx::test {
namespace {

std::string TextOf(const idmap::UserIds& ids) {
  return ids.gid ? absl::StrCat(ids.uid, ":", *ids.gid) : absl::StrCat(ids.uid);
}

void CheckUser(absl::string_view text) {
  const auto user = idmap::ParseUser(text);
  if (!user.ok()) return RequireSentence(user.status().message());
  if (const auto* ids = std::get_if<idmap::UserIds>(&*user)) {
    Require(ids->uid <= idmap::kLastId, "a user is an id");
    Require(ids->gid.value_or(0) <= idmap::kLastId, "a group is an id");
    Require(TextOf(*ids) == text, "ids can be written in one way");
    return;
  }
  const auto* name = std::get_if<idmap::UserName>(&*user);
  Require(name != nullptr && name->name == text, "a name is as it was written");
  Require(name->name.find_first_of(": \n\t") == std::string::npos,
          "a name is one field of a line");
}

void CheckIds(absl::string_view text) {
  const auto asked = idmap::ParseIds(text);
  if (!asked.ok()) return RequireSentence(asked.status().message());
  if (asked->ids != idmap::Ids::kListed) {
    return Require(asked->extents.empty(), "a word lists nothing");
  }
  Require(idmap::CheckExtents(asked->extents).ok(), "the kernel takes the map");
  const auto write = [](std::string* out, const idmap::Extent& extent) {
    absl::StrAppend(out, extent.inside, ":", extent.outside, ":", extent.count);
  };
  Require(absl::StrJoin(asked->extents, ",", write) == text,
          "extents can be written in one way");
}

void Check(absl::string_view text) {
  CheckUser(text);
  CheckIds(text);
}

}  // namespace

const Target kTarget = {
    .seeds = {"ana", "0", "1000:1000", "4294967294:0", "auto", "self", "range",
              "0:1000:1", "0:1000:1,1:100000:65536", "0:0:4294967295"},
    .check = Check};

}  // namespace sbx::test
