// SPDX-License-Identifier: Apache-2.0

#include "idmap/parse.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "idmap/extents.h"
#include "idmap/id.h"
#include "sandbox/sys/status.h"

namespace sbx::idmap {
namespace {

absl::StatusOr<uint32_t> ParseId(absl::string_view text) {
  const std::optional<uint32_t> id = IdFrom(text);
  if (id) return *id;
  return absl::InvalidArgumentError(absl::StrCat(
      sys::Quoted(text), " is not an id: a decimal number from 0 to ", kLastId,
      " without sign, space or leading zero"));
}

// Whatever looks like the beginning of a number has to be one, lest a
// misspelt id be looked up as a name.
bool LooksLikeNumber(absl::string_view text) {
  return absl::ascii_isdigit(text[0]) || text[0] == '-' || text[0] == '+';
}

bool FitForName(char letter) {
  return !absl::ascii_isspace(letter) && !absl::ascii_iscntrl(letter) &&
         letter != ':';
}

absl::StatusOr<Extent> ParseExtent(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  if (parts.size() != 3) {
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(text), " is not INSIDE:OUTSIDE:COUNT"));
  }
  Extent extent;
  SBX_ASSIGN_OR_RETURN(extent.inside, ParseId(parts[0]));
  SBX_ASSIGN_OR_RETURN(extent.outside, ParseId(parts[1]));
  SBX_ASSIGN_OR_RETURN(extent.count, ParseId(parts[2]));
  return extent;
}

}  // namespace

absl::StatusOr<User> ParseUser(absl::string_view text) {
  if (text.empty()) {
    return absl::InvalidArgumentError("a user is NAME or UID[:GID]");
  }
  if (!LooksLikeNumber(text)) {
    if (std::all_of(text.begin(), text.end(), FitForName)) {
      return UserName{.name = std::string(text)};
    }
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(text),
                     " is neither a user's name nor its "
                     "number: a group goes with a number, "
                     "UID:GID"));
  }
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  UserIds user;
  SBX_ASSIGN_OR_RETURN(user.uid, ParseId(parts.first));
  if (absl::StrContains(text, ':')) {
    SBX_ASSIGN_OR_RETURN(user.gid, ParseId(parts.second));
  }
  return user;
}

absl::StatusOr<IdsAsked> ParseIds(absl::string_view text) {
  if (text == "auto") return IdsAsked{.ids = Ids::kAuto};
  if (text == "self") return IdsAsked{.ids = Ids::kSelf};
  if (text == "range") return IdsAsked{.ids = Ids::kRange};
  IdsAsked asked = {.ids = Ids::kListed};
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    absl::StatusOr<Extent> extent = ParseExtent(part);
    if (!extent.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(extent.status().message(),
                       "; ids are auto, self, range or "
                       "INSIDE:OUTSIDE:COUNT[,…]"));
    }
    asked.extents.push_back(*extent);
  }
  SBX_RETURN_IF_ERROR(CheckExtents(asked.extents));
  return asked;
}

}  // namespace sbx::idmap
