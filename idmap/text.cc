// SPDX-License-Identifier: Apache-2.0

#include "idmap/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "sandbox/sys/fd.h"
#include "sandbox/sys/file.h"
#include "sandbox/sys/path.h"
#include "sandbox/sys/status.h"

namespace sbx::idmap {
namespace {

constexpr size_t kLargest = 16 << 20;

// A FIFO in the file's place would make its opener wait for a writer.
constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

bool IsMissing(const absl::Status& status) {
  const int error = sys::ErrnoOf(status);
  return error == ENOENT || error == ENOTDIR;
}

absl::Status TooLarge(const std::string& name) {
  return absl::FailedPreconditionError(
      absl::StrCat(sys::Quoted(name), " is larger than ", kLargest, " bytes"));
}

absl::Status CheckRegular(const sys::Fd& file, const std::string& name) {
  struct stat found;
  if (fstat(file.get(), &found) != 0) return sys::CallFailed("fstat", name);
  if (!S_ISREG(found.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(sys::Quoted(name), " is not a regular file"));
  }
  return absl::OkStatus();
}

// Asks nobody for the size: the file may grow meanwhile, and some tell none.
absl::StatusOr<std::string> ReadSome(const sys::Fd& file,
                                     const std::string& name) {
  std::string text;
  char buffer[16384];
  while (text.size() <= kLargest) {
    const ssize_t count = read(file.get(), buffer, sizeof(buffer));
    if (count == 0) return text;
    if (count > 0) {
      text.append(buffer, static_cast<size_t>(count));
    } else if (errno != EINTR) {
      return sys::CallFailed("read", name);
    }
  }
  return TooLarge(name);
}

absl::StatusOr<std::optional<std::string>> TextOf(
    const absl::StatusOr<sys::Fd>& file, const std::string& name) {
  if (!file.ok() && IsMissing(file.status())) return std::nullopt;
  if (!file.ok()) return file.status();
  SBX_RETURN_IF_ERROR(CheckRegular(*file, name));
  SBX_ASSIGN_OR_RETURN(std::string text, ReadSome(*file, name));
  return text;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> ReadText(const std::string& path) {
  return TextOf(sys::Open(path, kFlags), path);
}

absl::StatusOr<std::optional<std::string>> ReadTextInRoot(
    const std::string& root, const std::string& path) {
  SBX_ASSIGN_OR_RETURN(const sys::Fd directory,
                       sys::Open(root, O_PATH | O_DIRECTORY));
  absl::StatusOr<std::optional<std::string>> text =
      TextOf(sys::OpenInRoot(directory, path, kFlags), path);
  if (!text.ok()) {
    return sys::While(
        absl::StrCat("reading a file in the root ", sys::Quoted(root)),
        text.status());
  }
  return text;
}

}  // namespace sbx::idmap
