// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "sandbox/sys/status.h"

namespace sbx::sys {
namespace {

absl::StatusOr<struct stat> Stat(const Fd& file) {
  struct stat found;
  if (fstat(file.get(), &found) != 0) return CallFailed("fstat", file.get());
  return found;
}

Identity IdentityIn(const struct stat& found) {
  return {.device = found.st_dev, .inode = found.st_ino};
}

// The names in `directory` of the entries that are `wanted`.
absl::StatusOr<std::vector<std::string>> NamesOf(
    const Fd& directory, const std::string& path,
    absl::FunctionRef<bool(const dirent&)> wanted) {
  Fd readable(openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!readable) return CallFailed("openat", path);
  DIR* const stream = fdopendir(readable.get());
  if (stream == nullptr) return CallFailed("fdopendir", path);
  (void)readable.Release();
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(stream)) {
    const absl::string_view name = entry->d_name;
    const bool everywhere = name == "." || name == "..";
    if (!everywhere && wanted(*entry)) names.emplace_back(name);
    errno = 0;
  }
  const absl::Status failure =
      errno == 0 ? absl::OkStatus() : CallFailed("readdir", path);
  closedir(stream);
  if (!failure.ok()) return failure;
  return names;
}

}  // namespace

absl::StatusOr<Fd> Open(const std::string& path, int flags, mode_t mode) {
  Fd file(open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!file) return CallFailed("open", path);
  return file;
}

absl::StatusOr<Fd> Copy(int file) {
  Fd copy(fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!copy) return CallFailed("fcntl", file, "F_DUPFD_CLOEXEC");
  return copy;
}

absl::StatusOr<Fd> Copy(const Fd& file) { return Copy(file.get()); }

absl::StatusOr<std::string> ReadAll(int file, absl::string_view name) {
  std::string text;
  char buffer[16384];
  while (true) {
    const ssize_t count = read(file, buffer, sizeof(buffer));
    if (count == 0) return text;
    if (count > 0) {
      text.append(buffer, static_cast<size_t>(count));
    } else if (errno != EINTR) {
      return CallFailed("read", name);
    }
  }
}

absl::StatusOr<std::string> ReadAll(const Fd& file, absl::string_view name) {
  return ReadAll(file.get(), name);
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  SBX_ASSIGN_OR_RETURN(const Fd file, Open(path, O_RDONLY));
  return ReadAll(file, path);
}

void AwaitByte(int file) {
  char byte = 0;
  while (read(file, &byte, 1) < 0 && errno == EINTR) {
  }
}

absl::Status LockShared(const Fd& file, absl::string_view name) {
  struct flock lock = {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  if (fcntl(file.get(), F_SETLK, &lock) != 0) {
    return CallFailed("fcntl", name, "F_SETLK");
  }
  return absl::OkStatus();
}

absl::Status WriteAll(const Fd& file, absl::string_view text,
                      absl::string_view name) {
  while (!text.empty()) {
    const ssize_t count = write(file.get(), text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR) {
      return CallFailed("write", name);
    }
  }
  return absl::OkStatus();
}

absl::Status WriteFile(const std::string& path, absl::string_view text) {
  SBX_ASSIGN_OR_RETURN(const Fd file, Open(path, O_WRONLY));
  return WriteAll(file, text, path);
}

absl::StatusOr<std::string> RealPath(const std::string& path) {
  char real[PATH_MAX];
  if (realpath(path.c_str(), real) == nullptr) {
    return CallFailed("realpath", path);
  }
  return std::string(real);
}

absl::StatusOr<std::vector<std::string>> NamesIn(const Fd& directory,
                                                 const std::string& path) {
  return NamesOf(directory, path, [](const dirent&) { return true; });
}

absl::StatusOr<std::vector<std::string>> DirectoriesIn(
    const Fd& directory, const std::string& path) {
  return NamesOf(directory, path,
                 [](const dirent& entry) { return entry.d_type == DT_DIR; });
}

absl::Status ChangeMode(const Fd& file, mode_t mode) {
  // fchmod(2) takes no O_PATH descriptor, and fchmodat2(2) is new.
  const std::string link = absl::StrCat("/proc/self/fd/", file.get());
  if (chmod(link.c_str(), mode) != 0) return CallFailed("chmod", mode);
  return absl::OkStatus();
}

absl::StatusOr<Kind> KindOf(const Fd& file) {
  SBX_ASSIGN_OR_RETURN(const struct stat found, Stat(file));
  if (S_ISDIR(found.st_mode)) return Kind::kDirectory;
  return S_ISLNK(found.st_mode) ? Kind::kSymlink : Kind::kFile;
}

absl::StatusOr<Identity> IdentityOf(const Fd& file) {
  SBX_ASSIGN_OR_RETURN(const struct stat found, Stat(file));
  return IdentityIn(found);
}

absl::StatusOr<Identity> IdentityOf(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0) return CallFailed("stat", path);
  return IdentityIn(found);
}

absl::StatusOr<uint64_t> MountOf(const Fd& file) {
  struct statx found;
  if (statx(file.get(), "", AT_EMPTY_PATH, STATX_MNT_ID, &found) != 0) {
    return CallFailed("statx", file.get());
  }
  return found.stx_mnt_id;
}

}  // namespace sbx::sys
