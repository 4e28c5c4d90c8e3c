// SPDX-License-Identifier: Apache-2.0

#include "fs/sources.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "fs/dev.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/status.h"

namespace sbx::fs {

using sys::Fd;
using sys::Reach;

namespace {

// Where the link `path` of /proc leads by its words.
absl::StatusOr<std::string> PathOf(const std::string& link) {
  char path[PATH_MAX];
  const ssize_t size = readlink(link.c_str(), path, sizeof(path));
  if (size < 0) return sys::CallFailed("readlink", link);
  return std::string(path, static_cast<size_t>(size));
}

// A descriptor that was opened before this mount namespace was made is of a
// mount that cannot be copied here; its path can, and somebody may have put
// something else there by now.
absl::StatusOr<Fd> CloneTreeOf(int descriptor) {
  const std::string link = absl::StrCat("/proc/self/fd/", descriptor);
  SBX_ASSIGN_OR_RETURN(const std::string path, PathOf(link));
  SBX_ASSIGN_OR_RETURN(
      Fd tree, sys::CloneTree(sys::kCurrentDirectory, path, Reach::kAllBelow));
  SBX_ASSIGN_OR_RETURN(const sys::Identity meant, sys::IdentityOf(link));
  SBX_ASSIGN_OR_RETURN(const sys::Identity found, sys::IdentityOf(tree));
  if (meant == found) return tree;
  return sys::ErrnoStatus(
      ESTALE, absl::StrCat("descriptor ", descriptor, " was of ",
                           sys::Quoted(path), ", and is of another file"));
}

// The link of /proc that `host` comes to, if it is one to a descriptor.
std::optional<int> DescriptorIn(const std::string& host) {
  constexpr absl::string_view kLinks[] = {"/proc/self/fd/", "/dev/fd/"};
  for (absl::string_view link : kLinks) {
    absl::string_view number = host;
    int descriptor = -1;
    if (absl::ConsumePrefix(&number, link) &&
        absl::SimpleAtoi(number, &descriptor)) {
      return descriptor;
    }
  }
  return std::nullopt;
}

std::optional<int> DescriptorOf(const Bind& bind) {
  return bind.descriptor ? bind.descriptor : DescriptorIn(bind.host);
}

// By descriptor: no swap can come after it.
absl::Status CheckIdentity(const Bind& bind, const Fd& tree) {
  if (!bind.identity) return absl::OkStatus();
  SBX_ASSIGN_OR_RETURN(const sys::Identity identity, sys::IdentityOf(tree));
  if (identity == *bind.identity) return absl::OkStatus();
  return sys::ErrnoStatus(
      ESTALE,
      absl::StrCat(sys::Quoted(bind.host),
                   " was replaced after secrets were looked for in it"));
}

absl::StatusOr<Fd> CloneSource(const Bind& bind) {
  const auto descriptor = DescriptorOf(bind);
  if (descriptor) return CloneTreeOf(*descriptor);
  SBX_ASSIGN_OR_RETURN(Fd tree, sys::CloneTree(sys::kCurrentDirectory,
                                               bind.host, Reach::kAllBelow));
  SBX_RETURN_IF_ERROR(CheckIdentity(bind, tree));
  return tree;
}

absl::Status Restrict(const Bind& bind, const Fd& tree) {
  return sys::RestrictTree(tree,
                           {.access = bind.access,
                            .allow_devices = bind.devices == Devices::kUsable},
                           Reach::kAllBelow, bind.propagation);
}

absl::StatusOr<Fd> TakeShare(const Bind& bind) {
  SBX_ASSIGN_OR_RETURN(Fd tree, CloneSource(bind));
  // Before it is attached, so that nobody ever sees it writable.
  SBX_RETURN_IF_ERROR(Restrict(bind, tree));
  return tree;
}

// Read-only forbids changes to the node, not writing to the device.
constexpr sys::MountFlags kSealedDevice = {.access = Access::kReadOnly,
                                           .allow_devices = true,
                                           .allow_programs = false};

absl::StatusOr<Fd> TakeDevice(const std::string& host,
                              const sys::MountFlags& flags) {
  SBX_ASSIGN_OR_RETURN(
      Fd tree, sys::CloneTree(sys::kCurrentDirectory, host, Reach::kThisMount));
  struct stat found;
  if (fstat(tree.get(), &found) != 0) return sys::CallFailed("fstat", host);
  if (!S_ISCHR(found.st_mode) && !S_ISBLK(found.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(host), " is not a device"));
  }
  SBX_RETURN_IF_ERROR(sys::RestrictTree(tree, flags, Reach::kThisMount));
  return tree;
}

// Adds what was taken to `pieces`.
absl::Status Add(absl::StatusOr<Fd> piece, Pieces& pieces) {
  if (!piece.ok()) return piece.status();
  pieces.push_back(*std::move(piece));
  return absl::OkStatus();
}

// Adds what an operation takes; most take nothing.
class Taker {
 public:
  Taker(const Plan& plan, Pieces& pieces) : plan_(plan), pieces_(pieces) {}

  absl::Status operator()(const Bind& bind) const {
    return Add(TakeShare(bind), pieces_);
  }

  absl::Status operator()(const Device& device) const {
    return Add(TakeDevice(device.host, kSealedDevice), pieces_);
  }

  absl::Status operator()(const Dev& dev) const {
    const sys::MountFlags flags = dev.style == DevStyle::kSealed
                                      ? kSealedDevice
                                      : sys::MountFlags{.allow_devices = true};
    for (const DeviceRow& row : kDevices) {
      SBX_RETURN_IF_ERROR(
          Add(TakeDevice(absl::StrCat("/dev/", row.name), flags), pieces_));
    }
    if (plan_.terminal.empty()) return absl::OkStatus();
    return Add(TakeDevice(plan_.terminal, flags), pieces_);
  }

  absl::Status operator()(const Overlay& overlay) const {
    for (const std::string& layer : overlay.layers) {
      SBX_RETURN_IF_ERROR(AddDirectory(layer));
    }
    if (overlay.upper != Upper::kHost) return absl::OkStatus();
    SBX_RETURN_IF_ERROR(AddDirectory(overlay.written));
    return AddDirectory(overlay.work);
  }

  absl::Status operator()(const Proc& proc) const {
    if (proc.processes == Processes::kOwn) return absl::OkStatus();
    return (*this)(Bind{.host = "/proc",
                        .access = proc.processes == Processes::kHosts
                                      ? Access::kReadWrite
                                      : Access::kReadOnly});
  }

  template <typename Other>
  absl::Status operator()(const Other&) const {
    return absl::OkStatus();
  }

 private:
  absl::Status AddDirectory(const std::string& path) const {
    return Add(sys::Open(path, O_PATH | O_DIRECTORY), pieces_);
  }

  const Plan& plan_;
  Pieces& pieces_;
};

// Whether what `operation` takes may be missing.
bool MayBeMissing(const Operation& operation) {
  const Bind* bind = std::get_if<Bind>(&operation);
  const Device* device = std::get_if<Device>(&operation);
  return (bind != nullptr && bind->source == Absent::kSkip) ||
         (device != nullptr && device->source == Absent::kSkip);
}

absl::Status Worded(const FailureWords& words, const absl::Status& failure) {
  const std::string& doing = words.source.empty() ? words.place : words.source;
  return doing.empty() ? failure : sys::While(doing, failure);
}

}  // namespace

absl::StatusOr<std::optional<Pieces>> TakePieces(const Item& item,
                                                 const Plan& plan) {
  Pieces pieces;
  const absl::Status taken = std::visit(Taker(plan, pieces), item.operation);
  if (taken.ok()) return pieces;
  if (sys::ErrnoOf(taken) == ENOENT && MayBeMissing(item.operation)) {
    return std::nullopt;
  }
  return Worded(item.words, taken);
}

absl::StatusOr<Fd> TakePresentRoot(const Bind& bind) {
  SBX_ASSIGN_OR_RETURN(Fd root, sys::Open("/", O_PATH | O_DIRECTORY));
  SBX_RETURN_IF_ERROR(Restrict(bind, root));
  return root;
}

}  // namespace sbx::fs
