// SPDX-License-Identifier: Apache-2.0

#include "fs/apply.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "fs/builder.h"
#include "fs/dev.h"
#include "fs/overlay.h"
#include "fs/proc.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/mount.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/self.h"
#include "sandbox/sys/status.h"

namespace sbx::fs {

using sys::Fd;
using sys::Kind;
using sys::Reach;

namespace {

absl::StatusOr<Fd> NewTmpfs(mode_t mode, std::optional<uint64_t> size) {
  std::vector<sys::FilesystemOption> options = {
      {"mode", absl::StrFormat("%04o", mode)}};
  if (size.has_value()) options.push_back({"size", absl::StrCat(*size)});
  return sys::NewFilesystem("tmpfs", options, {});
}

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

absl::StatusOr<Fd> Restrict(const Bind& bind, Fd tree) {
  // Before it is attached, so that nobody ever sees it writable.
  SBX_RETURN_IF_ERROR(
      sys::RestrictTree(tree,
                        {.access = bind.access,
                         .allow_devices = bind.devices == Devices::kUsable},
                        Reach::kAllBelow, bind.propagation));
  return tree;
}

absl::StatusOr<Fd> NewShare(const Bind& bind) {
  SBX_ASSIGN_OR_RETURN(Fd tree, CloneSource(bind));
  return Restrict(bind, std::move(tree));
}

constexpr sys::MountFlags kCover = {.access = Access::kReadOnly,
                                    .allow_programs = false};

// Read-only forbids changes to the node, not writing to the device.
constexpr sys::MountFlags kSealedDevice = {.access = Access::kReadOnly,
                                           .allow_devices = true,
                                           .allow_programs = false};

absl::StatusOr<Fd> NewDevice(const std::string& host,
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

// Whether `status` says that a source, which may be missing, is.
bool MayBeLeftOut(Absent source, const absl::Status& status) {
  return source == Absent::kSkip && sys::ErrnoOf(status) == ENOENT;
}

// Does one step each, with the same name for all.
class Steps {
 public:
  explicit Steps(const Plan& plan) : plan_(plan), builder_(plan.placement) {}

  absl::Status Start(const Item& item) {
    words_ = item.words;
    return Placed(StartFrom(item.operation));
  }

  absl::Status StartFrom(const Operation& root) {
    if (const Tmpfs* tmpfs = std::get_if<Tmpfs>(&root)) {
      SBX_ASSIGN_OR_RETURN(Fd tree, NewTmpfs(tmpfs->mode, tmpfs->size));
      return builder_.Start(std::move(tree), MountPoints::kMayBeMade);
    }
    const Bind& bind = std::get<Bind>(root);
    absl::StatusOr<Fd> share = NewShare(bind);
    if (!share.ok()) return SourceFailed(share.status());
    Fd tree = *std::move(share);
    SBX_ASSIGN_OR_RETURN(const Kind kind, sys::KindOf(tree));
    if (kind != Kind::kDirectory) return sys::ErrnoStatus(ENOTDIR, bind.host);
    return builder_.Start(std::move(tree), bind.mount_points);
  }

  absl::Status Do(const Item& item) {
    words_ = item.words;
    builder_.SetParents(item.parents);
    return Placed(std::visit(*this, item.operation));
  }

  absl::Status operator()(const Bind& bind) {
    const absl::StatusOr<Fd> tree = NewShare(bind);
    if (MayBeLeftOut(bind.source, tree.status())) return absl::OkStatus();
    if (!tree.ok()) return SourceFailed(tree.status());
    if (bind.mount_points == MountPoints::kMayBeMade) {
      return builder_.MountOwn(*tree, bind.inside, bind.destination);
    }
    return builder_.Mount(*tree, bind.inside, bind.destination);
  }

  absl::Status operator()(const Overlay& overlay) {
    std::vector<Fd> layers;
    for (const std::string& layer : overlay.layers) {
      SBX_ASSIGN_OR_RETURN(Fd opened, OpenSource(layer));
      layers.push_back(std::move(opened));
    }
    SBX_ASSIGN_OR_RETURN(const auto written, PlaceToWrite(overlay));
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewOverlay(layers, written));
    return builder_.MountOwn(tree, overlay.inside, Absent::kMake);
  }

  absl::Status operator()(const Device& device) {
    const absl::StatusOr<Fd> tree = NewDevice(device.host, kSealedDevice);
    if (MayBeLeftOut(device.source, tree.status())) return absl::OkStatus();
    if (!tree.ok()) return tree.status();
    return builder_.Mount(*tree, device.inside, Absent::kMake);
  }

  absl::Status operator()(const Tmpfs& tmpfs) {
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewTmpfs(tmpfs.mode, tmpfs.size));
    return builder_.MountOwn(tree, tmpfs.inside, tmpfs.destination);
  }

  absl::Status operator()(const Directory& directory) {
    return builder_.MakeDirectory(directory.inside, directory.mode).status();
  }

  absl::Status operator()(const File& file) {
    SBX_ASSIGN_OR_RETURN(const std::string text, Content(file.content));
    const int existing =
        file.existing == Existing::kOverwritten ? O_TRUNC : O_EXCL;
    SBX_ASSIGN_OR_RETURN(
        const Fd made,
        builder_.OpenFile(file.inside, O_WRONLY | O_CREAT | existing,
                          file.mode));
    return sys::WriteAll(made, text, file.inside);
  }

  absl::Status operator()(const Text& text) {
    SBX_ASSIGN_OR_RETURN(
        const Fd cover,
        builder_.NewCover(Kind::kFile, text.text, text.mode, kCover));
    return builder_.Mount(cover, text.inside, Absent::kMake);
  }

  absl::Status operator()(const Data& data) {
    SBX_ASSIGN_OR_RETURN(const std::string text, Content(data.content));
    SBX_ASSIGN_OR_RETURN(const Fd cover,
                         builder_.NewCover(Kind::kFile, text, data.mode,
                                           {.access = data.access}));
    return builder_.Mount(cover, data.inside, Absent::kMake);
  }

  absl::Status operator()(const Mode& mode) {
    SBX_ASSIGN_OR_RETURN(const Fd place, builder_.Find(mode.inside));
    return sys::ChangeMode(place, mode.mode);
  }

  absl::Status operator()(const ReadOnly& read_only) {
    SBX_ASSIGN_OR_RETURN(const Fd place, builder_.Find(read_only.inside));
    absl::Status status =
        sys::RestrictMount(place, {.access = Access::kReadOnly});
    if (sys::ErrnoOf(status) != EINVAL) return status;
    return sys::ErrnoStatus(EINVAL, absl::StrCat(sys::Quoted(read_only.inside),
                                                 " is no mount point"));
  }

  absl::Status operator()(const Symlink& link) {
    SBX_ASSIGN_OR_RETURN(const Fd parent, builder_.OpenParent(link.inside));
    const std::vector<std::string> names = sys::Components(link.inside);
    const std::string name = names.empty() ? "." : names.back();
    if (symlinkat(link.target.c_str(), parent.get(), name.c_str()) == 0) {
      return absl::OkStatus();
    }
    absl::Status status =
        sys::CallFailed("symlinkat", link.target, link.inside);
    if (sys::ErrnoOf(status) != EEXIST) return status;
    return CheckTarget(parent, name, link.target);
  }

  absl::Status operator()(const Hide& hide) {
    return Cover(hide.inside, hide.destination);
  }

  absl::Status operator()(const Proc& proc) {
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewProc(proc.processes));
    SBX_RETURN_IF_ERROR(builder_.Mount(tree, proc.inside, Absent::kMake));
    if (!plan_.inside.has_host_root) return absl::OkStatus();
    for (const ProcRow& row : kProcCovers) {
      SBX_RETURN_IF_ERROR(CoverProc(proc.inside, row));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const Dev& dev) {
    const bool sealed = dev.style == DevStyle::kSealed;
    SBX_ASSIGN_OR_RETURN(
        Fd tree, sealed ? NewSealedDev() : NewTmpfs(0755, std::nullopt));
    SBX_RETURN_IF_ERROR(builder_.MountOwn(tree, dev.inside, Absent::kMake));
    SBX_RETURN_IF_ERROR(FillDev(tree, dev.style));
    if (sealed) unsealed_.push_back(std::move(tree));
    return absl::OkStatus();
  }

  absl::Status operator()(const Mqueue& mqueue) {
    SBX_ASSIGN_OR_RETURN(
        const Fd tree,
        sys::NewFilesystem("mqueue", {}, {.allow_programs = false}));
    return builder_.Mount(tree, mqueue.inside, Absent::kMake);
  }

  // Makes every /dev read-only, now that no later step puts a device in it.
  absl::StatusOr<Root> Finish() {
    for (const Fd& dev : unsealed_) {
      SBX_RETURN_IF_ERROR(sys::RestrictTree(dev, kCover, Reach::kThisMount));
    }
    return builder_.Finish();
  }

 private:
  absl::Status Placed(const absl::Status& status) {
    if (status.ok() || words_.place.empty()) return status;
    return sys::While(words_.place, status);
  }

  // The words for the source take the place of the others.
  absl::Status SourceFailed(const absl::Status& status) {
    if (words_.source.empty()) return status;
    words_.place.clear();
    return sys::While(words_.source, status);
  }

  absl::StatusOr<Fd> OpenSource(const std::string& directory) {
    absl::StatusOr<Fd> opened = sys::Open(directory, O_PATH | O_DIRECTORY);
    if (!opened.ok()) return SourceFailed(opened.status());
    return opened;
  }

  absl::StatusOr<std::optional<Written>> PlaceToWrite(const Overlay& overlay) {
    if (overlay.upper == Upper::kNone) return std::nullopt;
    Written written;
    if (overlay.upper == Upper::kHost) {
      SBX_ASSIGN_OR_RETURN(written.upper, OpenSource(overlay.written));
      SBX_ASSIGN_OR_RETURN(written.work, OpenSource(overlay.work));
    } else {
      SBX_ASSIGN_OR_RETURN(written.upper, builder_.NewBaseDirectory());
      SBX_ASSIGN_OR_RETURN(written.work, builder_.NewBaseDirectory());
    }
    return written;
  }

  absl::StatusOr<std::string> Content(int descriptor) {
    absl::StatusOr<std::string> text =
        sys::ReadAll(descriptor, absl::StrCat("fd ", descriptor));
    if (!text.ok()) return SourceFailed(text.status());
    return text;
  }

  static absl::Status CheckTarget(const Fd& parent, const std::string& name,
                                  const std::string& target) {
    char text[PATH_MAX];
    const ssize_t size =
        readlinkat(parent.get(), name.c_str(), text, sizeof(text));
    if (size < 0) {
      return absl::AlreadyExistsError(
          "destination exists and is not a symlink");
    }
    const absl::string_view there(text, static_cast<size_t>(size));
    if (there == target) return absl::OkStatus();
    return absl::AlreadyExistsError(absl::StrCat(
        "existing destination is ",
        sys::IsPlain(there) ? std::string(there) : sys::Quoted(there)));
  }

  static absl::StatusOr<Fd> NewProc(Processes processes) {
    if (processes != Processes::kOwn) {
      return NewShare({.host = "/proc",
                       .access = processes == Processes::kHosts
                                     ? Access::kReadWrite
                                     : Access::kReadOnly});
    }
    return sys::NewFilesystem("proc", {}, {.allow_programs = false});
  }

  static absl::StatusOr<Fd> NewSealedDev() {
    return sys::NewFilesystem("tmpfs", {{"mode", "0755"}, {"size", "1M"}},
                              {.allow_programs = false});
  }

  absl::Status Cover(const std::string& inside, Absent destination) {
    const absl::StatusOr<Fd> place = builder_.Find(inside);
    if (MayBeLeftOut(destination, place.status())) return absl::OkStatus();
    if (!place.ok()) return place.status();
    SBX_ASSIGN_OR_RETURN(const Kind kind, sys::KindOf(*place));
    // Empty but readable, so that programs find nothing rather than an error.
    SBX_ASSIGN_OR_RETURN(
        const Fd cover,
        builder_.NewCover(kind, "", kind == Kind::kDirectory ? 0555 : 0444,
                          kCover));
    return builder_.MountOn(cover, *place);
  }

  absl::Status CoverProc(const std::string& proc, const ProcRow& row) {
    const std::string inside = sys::Absolute(proc, row.path);
    if (row.cover == ProcCover::kHidden) return Cover(inside, Absent::kSkip);
    const absl::StatusOr<Fd> place = builder_.Find(inside);
    if (MayBeLeftOut(Absent::kSkip, place.status())) return absl::OkStatus();
    if (!place.ok()) return place.status();
    SBX_ASSIGN_OR_RETURN(const Fd tree,
                         sys::CloneTree(place->get(), "", Reach::kThisMount));
    SBX_RETURN_IF_ERROR(sys::RestrictTree(tree, kCover, Reach::kThisMount));
    return builder_.MountOn(tree, *place);
  }

  absl::Status FillDev(const Fd& dev, DevStyle style) {
    const sys::MountFlags device = style == DevStyle::kSealed
                                       ? kSealedDevice
                                       : sys::MountFlags{.allow_devices = true};
    for (const DeviceRow& row : kDevices) {
      SBX_RETURN_IF_ERROR(
          MountDevice(absl::StrCat("/dev/", row.name), device, dev, row.name));
    }
    for (const LinkRow& row : kDeviceLinks) {
      if (symlinkat(row.target, dev.get(), row.name) != 0) {
        return sys::CallFailed("symlinkat", row.target, row.name);
      }
    }
    SBX_RETURN_IF_ERROR(style == DevStyle::kSealed ? MountShared(dev)
                                                   : MakeShared(dev));
    SBX_RETURN_IF_ERROR(MountTerminals(dev));
    if (plan_.terminal.empty()) return absl::OkStatus();
    return MountDevice(plan_.terminal, device, dev, "console");
  }

  static absl::Status MountDevice(const std::string& host,
                                  const sys::MountFlags& flags, const Fd& dev,
                                  const char* name) {
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewDevice(host, flags));
    return Builder::MountNew(tree, Kind::kFile, dev, name);
  }

  static absl::Status MakeShared(const Fd& dev) {
    if (mkdirat(dev.get(), "shm", 0755) != 0) {
      return sys::CallFailed("mkdirat", "shm");
    }
    return absl::OkStatus();
  }

  absl::Status MountShared(const Fd& dev) {
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewTmpfs(01777, std::nullopt));
    SBX_RETURN_IF_ERROR(Builder::MountNew(tree, Kind::kDirectory, dev, "shm"));
    return builder_.Own(tree);
  }

  absl::Status MountTerminals(const Fd& dev) {
    std::vector<sys::FilesystemOption> options = {
        {"ptmxmode", "0666"}, {"mode", "0620"}, {"newinstance", ""}};
    if (plan_.inside.has_tty_group) options.push_back({"gid", "5"});
    SBX_ASSIGN_OR_RETURN(
        const Fd tree,
        sys::NewFilesystem("devpts", options,
                           {.allow_devices = true, .allow_programs = false}));
    return Builder::MountNew(tree, Kind::kDirectory, dev, "pts");
  }

  const Plan& plan_;
  Builder builder_;
  // Of the present step.
  FailureWords words_;
  std::vector<Fd> unsealed_;
};

absl::Status GoTo(const Fd& root, const std::string& directory) {
  // By descriptor, so that no magic link leads outside.
  SBX_ASSIGN_OR_RETURN(const Fd found,
                       sys::OpenInRoot(root, directory, O_PATH | O_DIRECTORY));
  return sys::ChangeDirectory(found);
}

}  // namespace

absl::StatusOr<Root> BuildRoot(const Plan& plan) {
  Steps steps(plan);
  SBX_RETURN_IF_ERROR(steps.Start(plan.steps.front()));
  for (size_t i = 1; i < plan.steps.size(); ++i) {
    SBX_RETURN_IF_ERROR(steps.Do(plan.steps[i]));
  }
  return steps.Finish();
}

absl::StatusOr<std::string> EnterRoot(const Root& built, const Plan& plan) {
  const Fd& root = built.root;
  SBX_RETURN_IF_ERROR(sys::ChangeRoot(built.base));
  SBX_RETURN_IF_ERROR(sys::PivotInto(root));
  const absl::Status status = GoTo(root, plan.cwd);
  if (status.ok()) return plan.cwd;
  for (const std::string& other : plan.other_cwds) {
    if (GoTo(root, other).ok()) return other;
  }
  return status;
}

}  // namespace sbx::fs
