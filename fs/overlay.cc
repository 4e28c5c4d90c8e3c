// SPDX-License-Identifier: Apache-2.0

#include "fs/overlay.h"

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/status.h"

namespace sbx::fs {

using sys::Fd;
using sys::FilesystemOption;

namespace {

// The name of an open directory: nothing in it has to be escaped, whatever the
// directory is called, and it is the one that was opened.
std::string NameOf(const Fd& directory) {
  return absl::StrCat("/proc/self/fd/", directory.get());
}

// One option each, the highest layer first; since Linux 6.5.
std::vector<FilesystemOption> SingleLayers(const std::vector<Fd>& layers) {
  std::vector<FilesystemOption> options;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    options.push_back({"lowerdir+", NameOf(*layer)});
  }
  return options;
}

// All in one, of which the kernel takes 255 characters.
std::vector<FilesystemOption> JoinedLayers(const std::vector<Fd>& layers) {
  std::string names;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    absl::StrAppend(&names, names.empty() ? "" : ":", NameOf(*layer));
  }
  return {{"lowerdir", names}};
}

absl::StatusOr<Fd> Mounted(std::vector<FilesystemOption> options,
                           const std::optional<Written>& written) {
  if (written) {
    options.push_back({"upperdir", NameOf(written->upper)});
    options.push_back({"workdir", NameOf(written->work)});
  }
  // Trusted extended attributes need CAP_SYS_ADMIN on the host.
  options.push_back({"userxattr", ""});
  return sys::NewFilesystem(
      "overlay", options,
      {.access = written ? sys::Access::kReadWrite : sys::Access::kReadOnly});
}

}  // namespace

absl::StatusOr<Fd> NewOverlay(const std::vector<Fd>& layers,
                              const std::optional<Written>& written) {
  absl::StatusOr<Fd> overlay = Mounted(SingleLayers(layers), written);
  if (overlay.ok() || sys::ErrnoOf(overlay.status()) != EINVAL) return overlay;
  absl::StatusOr<Fd> joined = Mounted(JoinedLayers(layers), written);
  // What the newer way has to say is about the layers.
  return joined.ok() ? std::move(joined) : std::move(overlay);
}

}  // namespace sbx::fs
