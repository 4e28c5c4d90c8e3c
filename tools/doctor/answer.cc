// SPDX-License-Identifier: Apache-2.0

#include "tools/doctor/answer.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/match.h"

namespace sbx::doctor {
namespace {

using Json = nlohmann::json;

// The report is the last of it, and alone begins a line like that.
size_t StartOfReport(absl::string_view output) {
  if (absl::StartsWith(output, "{\n")) return 0;
  const size_t line = output.find("\n{\n");
  return line == absl::string_view::npos ? output.size() : line + 1;
}

template <typename Kind>
std::optional<Kind> Named(const std::string& name, Kind last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const Kind kind = static_cast<Kind>(i);
    if (NameOf(kind) == name) return kind;
  }
  return std::nullopt;
}

std::optional<ProtectionRow> RowOf(const Json& json) {
  const auto text = [&](const char* name) { return json.value(name, ""); };
  const auto protection = Named(text("name"), Protection::kDisks);
  const auto state = Named(text("state"), Kept::kNotAskedFor);
  if (!protection || !state) return std::nullopt;
  return ProtectionRow{.protection = *protection,
                       .asked = text("asked"),
                       .wanted = text("wanted"),
                       .obtained = text("obtained"),
                       .state = *state,
                       .why = text("why")};
}

}  // namespace

Answer AnswerOf(absl::string_view output) {
  const size_t start = StartOfReport(output);
  Answer answer = {.words = std::string(output.substr(0, start))};
  output.remove_prefix(start);
  const Json report = Json::parse(output.begin(), output.end(), nullptr, false);
  if (!report.is_object()) return answer;
  for (const Json& json : report.value("protections", Json::array())) {
    std::optional<ProtectionRow> row = RowOf(json);
    if (row) answer.rows.push_back(*std::move(row));
  }
  return answer;
}

}  // namespace sbx::doctor
