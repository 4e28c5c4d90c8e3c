// SPDX-License-Identifier: Apache-2.0

#include "sandbox/protections/protections.h"

#include <algorithm>

#include "absl/types/span.h"
#include "sandbox/protections/rows.h"
#include "sandbox/protections/words.h"

namespace sbx {
namespace {

using protections::Circumstances;
using protections::Form;
using protections::Row;

constexpr Form kStrongest = {.holds = nullptr, .state = Kept::kFully};

const Form& FormOf(const Row& row, const Circumstances& in) {
  const auto* form = std::ranges::find_if(
      row.forms, [&](const Form& one) { return one.holds(in); });
  return form == row.forms.end() ? kStrongest : *form;
}

ProtectionRow RowOf(const Row& row, const Circumstances& in) {
  const Form& form = FormOf(row, in);
  const absl::string_view obtained =
      form.obtained.empty() ? row.wanted : form.obtained;
  // What was asked for and is kept is all that was wanted.
  const absl::string_view wanted =
      form.state == Kept::kFully ? obtained : row.wanted;
  return {.protection = row.protection,
          .asked = Fill(form.asked, in),
          .wanted = Fill(wanted, in),
          .obtained = Fill(obtained, in),
          .state = form.state,
          .why = Fill(form.why, in)};
}

constexpr absl::Span<const Row> (*kParts[])() = {
    protections::FileRows, protections::NeighbourRows, protections::RightRows,
    protections::LimitRows};

std::vector<Row> Table() {
  std::vector<Row> table;
  for (const auto rows_of : kParts) {
    const absl::Span<const Row> rows = rows_of();
    table.insert(table.end(), rows.begin(), rows.end());
  }
  return table;
}

ProtectionRows RowsIn(const Circumstances& in) {
  ProtectionRows rows;
  for (const Row& row : Table()) rows.push_back(RowOf(row, in));
  return rows;
}

}  // namespace

absl::string_view NameOf(Kept state) {
  static constexpr absl::string_view kNames[] = {"kept", "weaker", "not kept",
                                                 "not asked for"};
  return kNames[static_cast<int>(state)];
}

absl::string_view NameOf(Protection protection) {
  return Table()[static_cast<size_t>(protection)].name;
}

std::vector<absl::string_view> NamesOf(Protections protections) {
  std::vector<absl::string_view> names;
  for (const Row& row : Table()) {
    if (Has(protections, row.protection)) names.push_back(row.name);
  }
  return names;
}

Plan DoneOf(const Plan& plan, const Report& report) {
  return report.shortfall.empty() ? plan : WithoutCgroup(plan);
}

ProtectionRows ProtectionsOf(const Plan& plan) {
  return RowsIn({.plan = plan});
}

ProtectionRows ProtectionsOf(const Plan& plan, const Report& report) {
  const Plan done = DoneOf(plan, report);
  return RowsIn({.plan = done, .report = &report});
}

}  // namespace sbx
