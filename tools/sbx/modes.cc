// SPDX-License-Identifier: Apache-2.0

#include "tools/sbx/modes.h"

#include "absl/strings/str_cat.h"
#include "sandbox/sys/status.h"

namespace sbx::tools {
namespace {

constexpr Modes kNamespace = In(Mode::kNamespace);
constexpr Modes kWithRoot = In(Mode::kNamespace) | In(Mode::kChroot);
constexpr Modes kWithHost = In(Mode::kNamespace) | In(Mode::kLandlock);

constexpr char kIds[] =
    "ids are those of outside where there is no user namespace";
constexpr char kMounts[] = "it takes a mount, and there are none";
constexpr char kRights[] =
    "capabilities would be those of outside, and are all given up";
constexpr char kInRoot[] = "paths of the host are out of sight in the root";

constexpr ModeRow kRows[] = {
    {"mode"},
    {"landlock"},
    {"user", kNamespace, kIds},
    {"ids", kNamespace, kIds},
    {"setgroups", kNamespace, kIds},

    {"root", kWithRoot, "another root takes a privilege"},
    {"bare", kWithHost, kInRoot},
    {"profile", kNamespace, kMounts},
    {"ro", kWithHost, kInRoot},
    {"rw", kWithHost, kInRoot},
    {"device", kWithHost, kInRoot},
    {"tmpfs", kNamespace, kMounts},
    {"dir", kNamespace, kMounts},
    {"file", kNamespace, kMounts},
    {"symlink", kNamespace, kMounts},
    {"hide", kWithHost, kInRoot},
    {"expose", kWithHost, kInRoot},
    {"proc", kNamespace, kMounts},
    {"dev", kWithHost, kInRoot},
    {"cwd"},
    {"attributes", kConfinedModes,
     "mounts say which files are the command's own, and so it may change all "
     "that it may write"},

    {"net"},
    {"hostname", kNamespace, "the name is the host's, without a uts namespace"},
    {"setenv"},
    {"unsetenv"},
    {"clearenv"},

    {"cap", kNamespace, kRights},
    {"cap-bound", kNamespace, kRights},
    {"cap-inherit", kNamespace, kRights},
    {"cap-ambient", kNamespace, kRights},
    {"securebits", kNamespace, kRights},
    {"nested", kNamespace,
     "a sandbox inside that makes namespaces needs to mount, which Landlock "
     "refuses; one with --mode=landlock works without"},
    {"seccomp"},
    {"seccomp-fd"},
    {"seccomp-log"},
    {"reach-outside"},
    {"rlimit"},

    {"memory"},
    {"swap"},
    {"pids"},
    {"cpus"},
    {"cpu-weight"},
    {"io-weight"},
    {"cpuset"},
    {"slice"},
    {"cgroup"},
    {"limits"},
    {"device-limit"},

    {"timeout"},
    {"kill-after"},
    {"new-session"},
    {"as-pid-1", kNamespace,
     "a process of sbx's ends what the command leaves, without a pid "
     "namespace"},
    {"die-with-parent"},
    {"keep-fd"},

    {"report"},
    {"verbose"},
    {"explain"},
    {"help"},
    {"version"},
};

const ModeRow* Find(absl::string_view option) {
  for (const ModeRow& row : kRows) {
    if (row.option == option) return &row;
  }
  return nullptr;
}

}  // namespace

absl::Span<const ModeRow> OptionsByMode() { return kRows; }

absl::Status CheckGiven(Mode mode, absl::Span<const std::string> given) {
  for (const std::string& option : given) {
    const ModeRow* row = Find(option);
    // An option that nobody has thought about is the strongest mode's.
    if (row == nullptr ? mode == Mode::kNamespace : Has(row->modes, mode)) {
      continue;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("--mode=", NameOf(mode), " has no --", option,
                     row == nullptr ? "" : absl::StrCat(": ", row->reason)));
  }
  return absl::OkStatus();
}

}  // namespace sbx::tools
