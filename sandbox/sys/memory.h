// SPDX-License-Identifier: Apache-2.0

#ifndef SBX_SANDBOX_SYS_MEMORY_H_
#define SBX_SANDBOX_SYS_MEMORY_H_

namespace sbx::sys {

// Gives back the pages of this program's own code and constants.  They come
// back from its file as they are needed, and whoever mostly waits needs few.
void ReleaseProgram();

}  // namespace sbx::sys

#endif  // SBX_SANDBOX_SYS_MEMORY_H_
