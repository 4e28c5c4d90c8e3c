// SPDX-License-Identifier: Apache-2.0

#include "fs/apply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "fs/builder.h"
#include "fs/dev.h"
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

absl::StatusOr<Fd> NewShare(const Bind& bind) {
  SBX_ASSIGN_OR_RETURN(Fd tree, sys::CloneTree(sys::kCurrentDirectory,
                                               bind.host, Reach::kAllBelow));
  SBX_RETURN_IF_ERROR(CheckIdentity(bind, tree));
  // Before it is attached, so that nobody ever sees it writable.
  SBX_RETURN_IF_ERROR(
      sys::RestrictTree(tree, {.access = bind.access}, Reach::kAllBelow));
  return tree;
}

absl::StatusOr<Fd> NewDevice(const std::string& host) {
  SBX_ASSIGN_OR_RETURN(
      Fd tree, sys::CloneTree(sys::kCurrentDirectory, host, Reach::kThisMount));
  struct stat found;
  if (fstat(tree.get(), &found) != 0) return sys::CallFailed("fstat", host);
  if (!S_ISCHR(found.st_mode) && !S_ISBLK(found.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(sys::Quoted(host), " is not a device"));
  }
  // Read-only forbids changes to the node, not writing to the device.
  SBX_RETURN_IF_ERROR(sys::RestrictTree(tree,
                                        {.access = Access::kReadOnly,
                                         .allow_devices = true,
                                         .allow_programs = false},
                                        Reach::kThisMount));
  return tree;
}

// Whether `status` says that a source, which may be missing, is.
bool MayBeLeftOut(Absent source, const absl::Status& status) {
  return source == Absent::kSkip && sys::ErrnoOf(status) == ENOENT;
}

// Does one step each, with the same name for all.
class Steps {
 public:
  explicit Steps(const Plan& plan) : plan_(plan) {}

  absl::Status Start(const Operation& root) {
    if (const Tmpfs* tmpfs = std::get_if<Tmpfs>(&root)) {
      SBX_ASSIGN_OR_RETURN(Fd tree, NewTmpfs(tmpfs->mode, tmpfs->size));
      return builder_.Start(std::move(tree), MountPoints::kMayBeMade);
    }
    const Bind& bind = std::get<Bind>(root);
    SBX_ASSIGN_OR_RETURN(Fd tree, NewShare(bind));
    SBX_ASSIGN_OR_RETURN(const Kind kind, sys::KindOf(tree));
    if (kind != Kind::kDirectory) return sys::ErrnoStatus(ENOTDIR, bind.host);
    return builder_.Start(std::move(tree), bind.mount_points);
  }

  absl::Status StartScratch() { return builder_.StartScratch(); }

  absl::Status operator()(const Bind& bind) {
    const absl::StatusOr<Fd> tree = NewShare(bind);
    if (MayBeLeftOut(bind.source, tree.status())) return absl::OkStatus();
    if (!tree.ok()) return tree.status();
    if (bind.mount_points == MountPoints::kMayBeMade) {
      return builder_.MountOwn(*tree, bind.inside, bind.destination);
    }
    return builder_.Mount(*tree, bind.inside, bind.destination);
  }

  absl::Status operator()(const Device& device) {
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewDevice(device.host));
    return builder_.Mount(tree, device.inside, Absent::kMake);
  }

  absl::Status operator()(const Tmpfs& tmpfs) {
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewTmpfs(tmpfs.mode, tmpfs.size));
    return builder_.MountOwn(tree, tmpfs.inside, tmpfs.destination);
  }

  absl::Status operator()(const Directory& directory) {
    return builder_.MakeDirectory(directory.inside, directory.mode).status();
  }

  absl::Status operator()(const File& file) {
    SBX_ASSIGN_OR_RETURN(
        const std::string text,
        sys::ReadAll(file.content, absl::StrCat("fd ", file.content)));
    SBX_ASSIGN_OR_RETURN(const Fd parent, builder_.OpenParent(file.inside));
    const std::string name = sys::Components(file.inside).back();
    const Fd made(openat(parent.get(), name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                         file.mode));
    if (!made) return sys::CallFailed("openat", file.inside);
    return sys::WriteAll(made, text, file.inside);
  }

  absl::Status operator()(const Text& text) {
    SBX_ASSIGN_OR_RETURN(const Fd cover,
                         builder_.NewCover(Kind::kFile, text.text, text.mode));
    return builder_.Mount(cover, text.inside, Absent::kMake);
  }

  absl::Status operator()(const Symlink& link) {
    SBX_ASSIGN_OR_RETURN(const Fd parent, builder_.OpenParent(link.inside));
    const std::string name = sys::Components(link.inside).back();
    if (symlinkat(link.target.c_str(), parent.get(), name.c_str()) != 0) {
      return sys::CallFailed("symlinkat", link.target, link.inside);
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const Hide& hide) {
    return Cover(hide.inside, hide.destination);
  }

  absl::Status operator()(const Proc& proc) {
    SBX_ASSIGN_OR_RETURN(
        const Fd tree,
        sys::NewFilesystem("proc", {}, {.allow_programs = false}));
    SBX_RETURN_IF_ERROR(builder_.Mount(tree, proc.inside, Absent::kMake));
    if (!plan_.inside.has_host_root) return absl::OkStatus();
    for (const ProcRow& row : kProcCovers) {
      SBX_RETURN_IF_ERROR(CoverProc(proc.inside, row));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const Dev& dev) {
    SBX_ASSIGN_OR_RETURN(
        Fd tree, sys::NewFilesystem("tmpfs", {{"mode", "0755"}, {"size", "1M"}},
                                    {.allow_programs = false}));
    SBX_RETURN_IF_ERROR(builder_.MountOwn(tree, dev.inside, Absent::kMake));
    SBX_RETURN_IF_ERROR(FillDev(tree));
    unsealed_.push_back(std::move(tree));
    return absl::OkStatus();
  }

  // Makes every /dev read-only, now that no later step puts a device in it.
  absl::StatusOr<Fd> Finish() {
    for (const Fd& dev : unsealed_) {
      SBX_RETURN_IF_ERROR(sys::RestrictTree(
          dev, {.access = Access::kReadOnly, .allow_programs = false},
          Reach::kThisMount));
    }
    return builder_.Finish();
  }

 private:
  absl::Status Cover(const std::string& inside, Absent destination) {
    const absl::StatusOr<Fd> place = builder_.Find(inside);
    if (MayBeLeftOut(destination, place.status())) return absl::OkStatus();
    if (!place.ok()) return place.status();
    SBX_ASSIGN_OR_RETURN(const Kind kind, sys::KindOf(*place));
    // Empty but readable, so that programs find nothing rather than an error.
    SBX_ASSIGN_OR_RETURN(
        const Fd cover,
        builder_.NewCover(kind, "", kind == Kind::kDirectory ? 0555 : 0444));
    return sys::AttachTree(cover, *place);
  }

  absl::Status CoverProc(const std::string& proc, const ProcRow& row) {
    const std::string inside = sys::Absolute(proc, row.path);
    if (row.cover == ProcCover::kHidden) return Cover(inside, Absent::kSkip);
    const absl::StatusOr<Fd> place = builder_.Find(inside);
    if (MayBeLeftOut(Absent::kSkip, place.status())) return absl::OkStatus();
    if (!place.ok()) return place.status();
    SBX_ASSIGN_OR_RETURN(const Fd tree,
                         sys::CloneTree(place->get(), "", Reach::kThisMount));
    SBX_RETURN_IF_ERROR(sys::RestrictTree(
        tree, {.access = Access::kReadOnly, .allow_programs = false},
        Reach::kThisMount));
    return sys::AttachTree(tree, *place);
  }

  absl::Status FillDev(const Fd& dev) {
    for (const DeviceRow& row : kDevices) {
      SBX_RETURN_IF_ERROR(
          MountDevice(absl::StrCat("/dev/", row.name), dev, row.name));
    }
    for (const LinkRow& row : kDeviceLinks) {
      if (symlinkat(row.target, dev.get(), row.name) != 0) {
        return sys::CallFailed("symlinkat", row.target, row.name);
      }
    }
    SBX_RETURN_IF_ERROR(MountShared(dev));
    SBX_RETURN_IF_ERROR(MountTerminals(dev));
    if (plan_.terminal.empty()) return absl::OkStatus();
    return MountDevice(plan_.terminal, dev, "console");
  }

  static absl::Status MountDevice(const std::string& host, const Fd& dev,
                                  const char* name) {
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewDevice(host));
    return Builder::MountNew(tree, Kind::kFile, dev, name);
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
  std::vector<Fd> unsealed_;
};

bool NeedsScratch(const Plan& plan) {
  for (const Item& step : plan.steps) {
    if (std::holds_alternative<Hide>(step.operation)) return true;
    if (std::holds_alternative<Text>(step.operation)) return true;
  }
  return plan.inside.has_host_root;
}

}  // namespace

absl::StatusOr<Fd> BuildRoot(const Plan& plan) {
  Steps steps(plan);
  SBX_RETURN_IF_ERROR(steps.Start(plan.steps.front().operation));
  if (NeedsScratch(plan)) SBX_RETURN_IF_ERROR(steps.StartScratch());
  for (size_t i = 1; i < plan.steps.size(); ++i) {
    SBX_RETURN_IF_ERROR(std::visit(steps, plan.steps[i].operation));
  }
  return steps.Finish();
}

absl::Status EnterRoot(const Fd& root, const std::string& cwd) {
  SBX_RETURN_IF_ERROR(sys::PivotInto(root));
  // By descriptor, so that no magic link leads outside.
  SBX_ASSIGN_OR_RETURN(const Fd directory,
                       sys::OpenInRoot(root, cwd, O_PATH | O_DIRECTORY));
  return sys::ChangeDirectory(directory);
}

}  // namespace sbx::fs
