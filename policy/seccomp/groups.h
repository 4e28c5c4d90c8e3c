// SPDX-License-Identifier: Apache-2.0
//
// The system call profiles as tables.  In the default one, every system call is
// in exactly one group; a call in none is newer than the table and answers
// ENOSYS, so that programs fall back to an older one.

#ifndef SBX_POLICY_SECCOMP_GROUPS_H_
#define SBX_POLICY_SECCOMP_GROUPS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sbx::policy::seccomp {

// What changes the profile for one sandbox: a set of bits.  All but kPidOne
// weaken it.
enum Grants : uint32_t {
  kNothing = 0,
  // A sandbox inside the sandbox works: new namespaces, mounts, a new root.
  kNested = 1 << 0,
  // CAP_SYS_ADMIN was given: mounts, host names, every namespace but a new user
  // namespace, which would hand out the other capabilities too.
  kMounts = 1 << 1,
  // CAP_SYS_CHROOT was given.
  kChroot = 1 << 2,
  // The command itself is process 1, and dies with its supervisor by the
  // parent-death signal; so it must not take that signal back.
  kPidOne = 1 << 3,
};

inline constexpr uint32_t kGrantsEnd = 1 << 4;

constexpr Grants operator|(Grants left, Grants right) {
  return static_cast<Grants>(uint32_t{left} | uint32_t{right});
}

// What a call is answered.  The kernel does it, or the caller hears an errno.
enum class Answer {
  kAllow,
  // EPERM: what an ordinary host answers to a user without the right.
  kNotPermitted,
  // ENOSYS: what an older kernel answers, where programs have a fall-back.
  kNotImplemented,
  // EAFNOSUPPORT: what a kernel without that protocol family answers.
  kNoSuchFamily,
  // Another process is asked, and answers in the kernel's place
  // (seccomp_unotify(2)).
  kAsk,
};

// Values of a rule that stand for the numbers of two processes, which are known
// when the filter is loaded.  No process has such a number.
inline constexpr uint32_t kNumberOfSbx = 0x7ffffff1;
inline constexpr uint32_t kNumberOfProcessOne = 0x7ffffff2;

// One look at an argument: (argument & mask) == value gives `answer`.
struct Rule {
  int argument = 0;
  uint64_t mask = 0;
  uint64_t value = 0;
  Answer answer = Answer::kNotPermitted;
  // The rule exists only with one of these grants; kNothing: always.
  Grants only_with = kNothing;
  absl::string_view reason = {};
};

struct Group {
  absl::string_view name = {};
  // Why programs need it, or which attack surface its refusal closes.
  absl::string_view reason = {};
  // What is answered when no rule matches.
  Answer answer = Answer::kNotPermitted;
  // Any one of these allows the whole group, whatever its rules say.
  Grants allowed_by = kNothing;
  // Asked in order; the first that matches answers.
  absl::Span<const Rule> rules = {};
  // Names, with white space between.
  absl::string_view calls = {};
};

// The profiles that are compiled when sbx is built.
enum class BuiltIn {
  // What programs need, and nothing that only administrators and attackers do.
  kDefault,
  // What computing needs: for a program that reads files, works and writes
  // files, such as a converter, a compressor, a solver or a document's parser.
  kStrict,
  // What holds under every other filter too, because sbx promises it.
  kBase,
  // The rest holds besides, under every profile, where there are no namespaces.
  // The host's processes, which are neighbours, are left alone.
  kNeighbours,
  // No sockets, where there is to be no network.
  kNoSockets,
  // Those of the internet alone, where the network is the host's.
  kInternet,
  // No changes of modes, owners and times of files, which no mount keeps.
  kNoAttributes,
  // sbx and process 1 are left alone.
  kSupervisors,
  // Where Landlock is older: signals are asked about.
  kBroker,
  // The length of files is kept.
  kNoTruncation,
  // Sockets that are inherited reach nobody.
  kNoConnections,
  // Without Landlock: nobody's memory is read.
  kNoDebugging,
};

inline constexpr BuiltIn kBuiltIns[] = {
    BuiltIn::kDefault,      BuiltIn::kStrict,        BuiltIn::kBase,
    BuiltIn::kNeighbours,   BuiltIn::kNoSockets,     BuiltIn::kInternet,
    BuiltIn::kNoAttributes, BuiltIn::kSupervisors,   BuiltIn::kBroker,
    BuiltIn::kNoTruncation, BuiltIn::kNoConnections, BuiltIn::kNoDebugging};

// A whole profile.
struct Table {
  absl::Span<const Group> groups = {};
  // Calls that only these list are refused: with the errno that they refuse
  // them with, or EPERM.
  absl::Span<const Group> refused = {};
  // What is answered to calls in none of them.
  Answer otherwise = Answer::kNotImplemented;
};

// One row of the printed profile: a group, or below it one of its rules.
struct Explanation {
  absl::string_view group = {};
  // "allowed", "allowed by nested", "refused (EPERM)", or "by argument,
  // otherwise refused (EPERM)".
  std::string outcome = {};
  absl::string_view reason = {};
};

// The tables.
absl::Span<const Group> DefaultGroups();
absl::Span<const Group> StrictGroups();
absl::Span<const Group> BaseGroups();
absl::Span<const Group> ConfinedGroups(BuiltIn profile);
Table TableOf(BuiltIn profile);

// "default", "strict", "base" and so on.
absl::string_view NameOf(BuiltIn profile);

// The names in `group.calls`.
std::vector<absl::string_view> CallsOf(const Group& group);

// The rules of `group` that exist under `grants`; none if a grant allows it
// whole.
std::vector<Rule> RulesOf(const Group& group, Grants grants);

// What `group` answers under `grants` when no rule matches.
Answer AnswerOf(const Group& group, Grants grants);

// "allowed", "refused (EPERM)" and so on.
absl::string_view Words(Answer answer);

// The groups of `profile` under `grants` for people to read.
std::vector<Explanation> Explain(BuiltIn profile, Grants grants);

}  // namespace sbx::policy::seccomp

#endif  // SBX_POLICY_SECCOMP_GROUPS_H_
