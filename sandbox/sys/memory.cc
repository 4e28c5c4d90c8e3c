// SPDX-License-Identifier: Apache-2.0

#include "sandbox/sys/memory.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace sbx::sys {
namespace {

// Only whole pages are given back; what shares one with others stays.
void ReleaseSegment(uintptr_t start, uintptr_t size) {
  const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t first = (start + page - 1) / page * page;
  const uintptr_t end = (start + size) / page * page;
  if (first >= end) return;
  // Program headers hold addresses as numbers.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  void* const pages = reinterpret_cast<void*>(first);
  // A failure costs memory, nothing else.
  (void)madvise(pages, end - first, MADV_DONTNEED);
}

int ReleaseObject(dl_phdr_info* object, size_t, void*) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    // What has never been written is the file's, and can be read again.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    ReleaseSegment(object->dlpi_addr + segment.p_vaddr, segment.p_memsz);
  }
  return 1;  // The first object is the program; no others are asked for.
}

// In milliseconds.
constexpr int kShortWait = 20;

void GiveBack() { dl_iterate_phdr(ReleaseObject, nullptr); }

}  // namespace

int PollLeanly(absl::Span<pollfd> sources, int patience) {
  if (patience < 0 || patience > kShortWait) {
    const int ready = poll(sources.data(), sources.size(), kShortWait);
    if (ready != 0) return ready;
    GiveBack();
    if (patience > 0) patience -= kShortWait;
  }
  return poll(sources.data(), sources.size(), patience);
}

void WaitShortly(const Fd& pidfd) {
  pollfd end = {.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  if (poll(&end, 1, kShortWait) == 0) GiveBack();
}

}  // namespace sbx::sys
