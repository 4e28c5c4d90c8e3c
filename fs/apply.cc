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
#include "fs/sources.h"
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

constexpr sys::MountFlags kCover = {.access = Access::kReadOnly,
                                    .allow_programs = false};

// Whether `status` says that a destination, which may be missing, is.
bool MayBeLeftOut(Absent destination, const absl::Status& status) {
  return destination == Absent::kSkip && sys::ErrnoOf(status) == ENOENT;
}

// Does one step each, with the same name for all.
class Steps {
 public:
  explicit Steps(const Plan& plan)
      : plan_(plan), builder_(plan.placement, plan.assembly) {}

  // Takes everything that is needed of the host before the first step covers
  // any of it, if the root is built in place.
  absl::Status Prepare() {
    if (plan_.assembly != Assembly::kInPlace) return absl::OkStatus();
    taken_.emplace_back();
    for (size_t i = 1; i < plan_.steps.size(); ++i) {
      SBX_ASSIGN_OR_RETURN(auto pieces, TakePieces(plan_.steps[i], plan_));
      taken_.push_back(std::move(pieces));
    }
    return absl::OkStatus();
  }

  absl::Status Start() {
    const Item& item = plan_.steps.front();
    words_ = item.words;
    const Tmpfs* tmpfs = std::get_if<Tmpfs>(&item.operation);
    return Placed(tmpfs != nullptr ? StartEmpty(*tmpfs)
                                   : StartWith(std::get<Bind>(item.operation)));
  }

  absl::Status Do(size_t step) {
    const Item& item = plan_.steps[step];
    words_ = item.words;
    if (plan_.assembly == Assembly::kInPlace) {
      pieces_ = std::move(taken_[step]);
    } else {
      SBX_ASSIGN_OR_RETURN(pieces_, TakePieces(item, plan_));
    }
    if (!pieces_) return absl::OkStatus();
    builder_.SetParents(item.parents);
    return Placed(std::visit(*this, item.operation));
  }

  absl::Status operator()(const Bind& bind) {
    if (bind.mount_points == MountPoints::kMayBeMade) {
      return builder_.MountOwn(pieces_->front(), bind.inside, bind.destination);
    }
    return builder_.Mount(pieces_->front(), bind.inside, bind.destination);
  }

  absl::Status operator()(const Overlay& overlay) {
    SBX_ASSIGN_OR_RETURN(auto written, PlaceToWrite(overlay));
    SBX_ASSIGN_OR_RETURN(const Fd tree, NewOverlay(*pieces_, written));
    return builder_.MountOwn(tree, overlay.inside, Absent::kMake);
  }

  absl::Status operator()(const Device& device) {
    return builder_.Mount(pieces_->front(), device.inside, Absent::kMake);
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
    SBX_RETURN_IF_ERROR(MountProc(proc));
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

  Root Finish() {
    Root root = builder_.Finish();
    root.unsealed = std::move(unsealed_);
    return root;
  }

 private:
  absl::Status Placed(const absl::Status& status) {
    if (status.ok() || words_.place.empty()) return status;
    return sys::While(words_.place, status);
  }

  absl::Status StartEmpty(const Tmpfs& tmpfs) {
    SBX_ASSIGN_OR_RETURN(Fd tree, NewTmpfs(tmpfs.mode, tmpfs.size));
    return builder_.Start(std::move(tree), MountPoints::kMayBeMade);
  }

  absl::Status StartWith(const Bind& bind) {
    SBX_ASSIGN_OR_RETURN(Fd tree, TakeRoot(bind));
    SBX_ASSIGN_OR_RETURN(const Kind kind, sys::KindOf(tree));
    if (kind != Kind::kDirectory) return sys::ErrnoStatus(ENOTDIR, bind.host);
    return builder_.Start(std::move(tree), bind.mount_points);
  }

  absl::StatusOr<Fd> TakeRoot(const Bind& bind) {
    if (plan_.assembly == Assembly::kInPlace) return TakePresentRoot(bind);
    auto pieces = TakePieces(plan_.steps.front(), plan_);
    if (pieces.ok() && *pieces) return std::move((*pieces)->front());
    // Its words are whole.
    words_.place.clear();
    return pieces.ok() ? sys::ErrnoStatus(ENOENT, bind.host) : pieces.status();
  }

  // The last two pieces of an overlay that writes to the host, and otherwise
  // two of our own.
  absl::StatusOr<std::optional<Written>> PlaceToWrite(const Overlay& overlay) {
    if (overlay.upper == Upper::kNone) return std::nullopt;
    Written written;
    if (overlay.upper == Upper::kHost) {
      written.work = std::move(pieces_->back());
      pieces_->pop_back();
      written.upper = std::move(pieces_->back());
      pieces_->pop_back();
    } else {
      SBX_ASSIGN_OR_RETURN(written.upper, builder_.NewBaseDirectory());
      SBX_ASSIGN_OR_RETURN(written.work, builder_.NewBaseDirectory());
    }
    return written;
  }

  absl::StatusOr<std::string> Content(int descriptor) {
    absl::StatusOr<std::string> text =
        sys::ReadAll(descriptor, absl::StrCat("fd ", descriptor));
    if (text.ok() || words_.source.empty()) return text;
    words_.place.clear();
    return sys::While(words_.source, text.status());
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
    return absl::AlreadyExistsError(
        absl::StrCat("existing destination is ", sys::PlainOrQuoted(there)));
  }

  absl::Status MountProc(const Proc& proc) {
    if (proc.processes != Processes::kOwn) {
      return builder_.Mount(pieces_->front(), proc.inside, Absent::kMake);
    }
    SBX_ASSIGN_OR_RETURN(
        const Fd tree,
        sys::NewFilesystem("proc", {}, {.allow_programs = false}));
    return builder_.Mount(tree, proc.inside, Absent::kMake);
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
    for (size_t i = 0; i < std::size(kDevices); ++i) {
      SBX_RETURN_IF_ERROR(
          Builder::MountNew((*pieces_)[i], Kind::kFile, dev, kDevices[i].name));
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
    return Builder::MountNew(pieces_->back(), Kind::kFile, dev, "console");
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
  // Of each step, if all were taken at the start.
  std::vector<std::optional<Pieces>> taken_;
  // Of the present step.
  FailureWords words_;
  std::optional<Pieces> pieces_;
  std::vector<Fd> unsealed_;
};

absl::Status GoTo(const Fd& root, const std::string& directory) {
  // By descriptor, so that no magic link leads outside.
  SBX_ASSIGN_OR_RETURN(const Fd found,
                       sys::OpenInRoot(root, directory, O_PATH | O_DIRECTORY));
  return sys::ChangeDirectory(found);
}

// Makes every /dev read-only, now that no later step puts a device in it.
absl::Status Seal(const std::vector<Fd>& unsealed) {
  for (const Fd& dev : unsealed) {
    SBX_RETURN_IF_ERROR(sys::RestrictTree(dev, kCover, Reach::kThisMount));
  }
  return absl::OkStatus();
}

absl::Status MakeItTheRoot(const Root& built) {
  switch (built.assembly) {
    case Assembly::kInPlace:
      return Seal(built.unsealed);
    case Assembly::kDetached:
      SBX_RETURN_IF_ERROR(sys::AttachOverRoot(built.root));
      break;
    case Assembly::kInBase:
      SBX_RETURN_IF_ERROR(sys::ChangeRoot(built.base));
      break;
  }
  // What is in a detached tree could not be changed by itself.
  SBX_RETURN_IF_ERROR(Seal(built.unsealed));
  return sys::PivotInto(built.root);
}

}  // namespace

absl::StatusOr<Root> BuildRoot(const Plan& plan) {
  Steps steps(plan);
  SBX_RETURN_IF_ERROR(steps.Prepare());
  SBX_RETURN_IF_ERROR(steps.Start());
  for (size_t i = 1; i < plan.steps.size(); ++i) {
    SBX_RETURN_IF_ERROR(steps.Do(i));
  }
  return steps.Finish();
}

absl::StatusOr<std::string> EnterRoot(const Root& built, const Plan& plan) {
  SBX_RETURN_IF_ERROR(MakeItTheRoot(built));
  const absl::Status status = GoTo(built.root, plan.cwd);
  if (status.ok()) return plan.cwd;
  for (const std::string& other : plan.other_cwds) {
    if (GoTo(built.root, other).ok()) return other;
  }
  return status;
}

}  // namespace sbx::fs
