// SPDX-License-Identifier: Apache-2.0

#include "policy/seccomp/compile.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/seccomp/groups.h"
#include "policy/seccomp/numbers.h"

namespace sbx::policy::seccomp {
namespace {

// What becomes of a call: its rules in order, then the answer.
struct Decision {
  std::vector<Rule> rules = {};
  Answer answer = Answer::kNotImplemented;
};

// Calls from `first` up to the next range share one decision.
struct Range {
  uint32_t first = 0;
  Decision decision = {};
};

bool SameTest(const Rule& a, const Rule& b) {
  return a.argument == b.argument && a.mask == b.mask && a.value == b.value &&
         a.answer == b.answer;
}

bool operator==(const Decision& a, const Decision& b) {
  return a.answer == b.answer && std::ranges::equal(a.rules, b.rules, SameTest);
}

Decision Decide(const Group& group, Grants grants) {
  Decision decision = {RulesOf(group, grants), AnswerOf(group, grants)};
  // The last rules are for readers where they say what is answered anyway.
  std::vector<Rule>& rules = decision.rules;
  while (!rules.empty() && rules.back().answer == decision.answer) {
    rules.pop_back();
  }
  return decision;
}

using Decisions = std::map<uint32_t, Decision>;

absl::Status AddCall(absl::string_view call, const Decision& decision,
                     Architecture architecture, Decisions& decisions) {
  const absl::StatusOr<std::optional<uint32_t>> number =
      NumberOf(call, architecture);
  if (!number.ok()) return number.status();
  if (!number->has_value()) return absl::OkStatus();
  if (!decisions.emplace(**number, decision).second) {
    return absl::AlreadyExistsError(absl::StrCat(call, " is listed twice"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Decisions> DecideCalls(absl::Span<const Group> groups,
                                      Grants grants,
                                      Architecture architecture) {
  Decisions decisions;
  for (const Group& group : groups) {
    const Decision decision = Decide(group, grants);
    for (const absl::string_view call : CallsOf(group)) {
      const absl::Status added =
          AddCall(call, decision, architecture, decisions);
      if (!added.ok()) return added;
    }
  }
  return decisions;
}

// Refuses those calls of `groups` that are not decided on yet.
absl::Status RefuseCalls(absl::Span<const Group> groups,
                         Architecture architecture, Decisions& decisions) {
  for (const Group& group : groups) {
    const Answer answer =
        group.answer == Answer::kAllow ? Answer::kNotPermitted : group.answer;
    for (const absl::string_view call : CallsOf(group)) {
      const auto number = NumberOf(call, architecture);
      if (!number.ok()) return number.status();
      if (number->has_value()) decisions.insert({**number, {{}, answer}});
    }
  }
  return absl::OkStatus();
}

void Append(uint32_t first, const Decision& decision,
            std::vector<Range>& ranges) {
  if (!ranges.empty() && ranges.back().decision == decision) return;
  ranges.push_back({first, decision});
}

// The first number of the x32 calls of x86_64, which are those of another
// architecture.
constexpr uint32_t kFirstX32 = 0x40000000;

// Covers every number there is.
std::vector<Range> CoverAllNumbers(const Decisions& decisions,
                                   Answer otherwise) {
  const Decision unlisted = {{}, otherwise};
  std::vector<Range> ranges;
  uint32_t next = 0;
  for (const auto& [number, decision] : decisions) {
    if (number > next) Append(next, unlisted, ranges);
    Append(number, decision, ranges);
    next = number + 1;
  }
  Append(next, unlisted, ranges);
  Append(kFirstX32, Decision(), ranges);
  return ranges;
}

uint32_t ReturnValue(Answer answer) {
  switch (answer) {
    case Answer::kAllow:
      return SECCOMP_RET_ALLOW;
    case Answer::kNotPermitted:
      return SECCOMP_RET_ERRNO | EPERM;
    case Answer::kNotImplemented:
      return SECCOMP_RET_ERRNO | ENOSYS;
    case Answer::kNoSuchFamily:
      return SECCOMP_RET_ERRNO | EAFNOSUPPORT;
    case Answer::kAsk:
      return SECCOMP_RET_USER_NOTIF;
  }
  return SECCOMP_RET_KILL_PROCESS;
}

// seccomp_data keeps arguments as 64 bits and BPF loads 32.  Both of our
// architectures have the low half first.
uint32_t LowHalf(int argument) {
  constexpr uint32_t kFirst = offsetof(seccomp_data, args);
  return kFirst + 8 * static_cast<uint32_t>(argument);
}
uint32_t HighHalf(int argument) { return LowHalf(argument) + 4; }

// Writes a program from its end, for jumps only lead forward and their targets
// must be known.
class Writer {
 public:
  // An instruction that is already written, counted from the end.
  using Label = size_t;

  Label Return(Answer answer) {
    const auto written = returns_.find(answer);
    if (written != returns_.end()) return written->second;
    const Label label = Write(BPF_STMT(BPF_RET | BPF_K, ReturnValue(answer)));
    returns_.emplace(answer, label);
    return label;
  }

  Label Load(uint32_t offset) {
    return Write(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
  }

  Label And(uint32_t mask) {
    return Write(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
  }

  // `test` is BPF_JEQ or BPF_JGE.
  Label Jump(uint16_t test, uint32_t value, Label yes, Label no) {
    const uint8_t to_yes = DistanceTo(yes);
    const uint8_t to_no = DistanceTo(no);
    return Write(BPF_JUMP(static_cast<uint16_t>(BPF_JMP | test | BPF_K), value,
                          to_yes, to_no));
  }

  // Makes what is written next go on at `label`.
  void Continue(Label label) {
    if (label + 1 == reversed_.size()) return;
    Jump(BPF_JEQ, 0, label, label);
  }

  absl::StatusOr<std::vector<sock_filter>> Finish() && {
    if (too_far_) return absl::OutOfRangeError("a jump is longer than 255");
    std::ranges::reverse(reversed_);
    return std::move(reversed_);
  }

 private:
  Label Write(const sock_filter& instruction) {
    reversed_.push_back(instruction);
    return reversed_.size() - 1;
  }

  uint8_t DistanceTo(Label label) {
    const size_t distance = reversed_.size() - label - 1;
    if (distance > UINT8_MAX) too_far_ = true;
    return static_cast<uint8_t>(distance);
  }

  std::vector<sock_filter> reversed_;
  std::map<Answer, Label> returns_;
  bool too_far_ = false;
};

// Goes to `yes` if 32 bits at `offset`, masked, are `value`.
Writer::Label WriteTest(uint32_t offset, uint32_t mask, uint32_t value,
                        Writer::Label yes, Writer::Label no, Writer& writer) {
  writer.Jump(BPF_JEQ, value, yes, no);
  if (mask != UINT32_MAX) writer.And(mask);
  return writer.Load(offset);
}

Writer::Label WriteRule(const Rule& rule, Writer::Label otherwise,
                        Writer& writer) {
  Writer::Label yes = writer.Return(rule.answer);
  if (rule.mask > UINT32_MAX) {
    yes = WriteTest(
        HighHalf(rule.argument), static_cast<uint32_t>(rule.mask >> 32),
        static_cast<uint32_t>(rule.value >> 32), yes, otherwise, writer);
  }
  return WriteTest(LowHalf(rule.argument), static_cast<uint32_t>(rule.mask),
                   static_cast<uint32_t>(rule.value), yes, otherwise, writer);
}

Writer::Label WriteDecision(const Decision& decision, Writer& writer) {
  Writer::Label next = writer.Return(decision.answer);
  for (auto rule = decision.rules.rbegin(); rule != decision.rules.rend();
       ++rule) {
    next = WriteRule(*rule, next, writer);
  }
  return next;
}

// Where the search goes from the number `first` on.
struct Target {
  uint32_t first = 0;
  Writer::Label label = 0;
};

// Ranges with the same decision share its instructions.
std::vector<Target> WriteDecisions(const std::vector<Range>& ranges,
                                   Writer& writer) {
  std::vector<Target> targets;
  for (auto range = ranges.begin(); range != ranges.end(); ++range) {
    const auto same = std::ranges::find(ranges.begin(), range, range->decision,
                                        &Range::decision);
    targets.push_back(
        {range->first,
         same == range
             ? WriteDecision(range->decision, writer)
             : targets[static_cast<size_t>(same - ranges.begin())].label});
  }
  return targets;
}

Writer::Label WriteSearch(absl::Span<const Target> targets, Writer& writer) {
  if (targets.size() == 1) return targets[0].label;
  const size_t middle = targets.size() / 2;
  const Writer::Label low = WriteSearch(targets.first(middle), writer);
  const Writer::Label high = WriteSearch(targets.subspan(middle), writer);
  return writer.Jump(BPF_JGE, targets[middle].first, high, low);
}

absl::StatusOr<std::vector<sock_filter>> WriteProgram(
    const std::vector<Range>& ranges, Architecture architecture) {
  Writer writer;
  const Writer::Label foreign = writer.Return(Answer::kNotImplemented);
  writer.Continue(WriteSearch(WriteDecisions(ranges, writer), writer));
  const Writer::Label search = writer.Load(offsetof(seccomp_data, nr));
  writer.Jump(BPF_JEQ, AuditArchitecture(architecture), search, foreign);
  writer.Load(offsetof(seccomp_data, arch));
  return std::move(writer).Finish();
}

}  // namespace

absl::StatusOr<std::vector<sock_filter>> Compile(const Table& table,
                                                 Grants grants,
                                                 Architecture architecture) {
  absl::StatusOr<Decisions> decisions =
      DecideCalls(table.groups, grants, architecture);
  if (!decisions.ok()) return decisions.status();
  const absl::Status refused =
      RefuseCalls(table.refused, architecture, *decisions);
  if (!refused.ok()) return refused;
  return WriteProgram(CoverAllNumbers(*decisions, table.otherwise),
                      architecture);
}

}  // namespace sbx::policy::seccomp
