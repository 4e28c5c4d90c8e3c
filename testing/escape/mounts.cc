// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "testing/escape/attack.h"

namespace sbx::escape {
namespace {

// PATH FILE: takes away what covers a path, and reads what was below.
Outcome Uncover(const Words& words) {
  if (umount2(words[0].c_str(), MNT_DETACH) != 0) return Of(-1);
  return Of(open(words[1].c_str(), O_RDONLY));
}

// PATH FILE: makes a read-only mount writable, and writes.
Outcome MakeWritable(const Words& words) {
  const unsigned long flags = MS_REMOUNT | MS_BIND;
  if (mount(nullptr, words[0].c_str(), nullptr, flags, nullptr) != 0) {
    return Of(-1);
  }
  return Of(open(words[1].c_str(), O_WRONLY));
}

// PATH FILE: the same by mount_setattr(2).
Outcome MakeTreeWritable(const Words& words) {
  mount_attr attributes = {};
  attributes.attr_clr = MOUNT_ATTR_RDONLY;
  if (mount_setattr(AT_FDCWD, words[0].c_str(), AT_RECURSIVE, &attributes,
                    sizeof(attributes)) != 0) {
    return Of(-1);
  }
  return Of(open(words[1].c_str(), O_WRONLY));
}

// PATH: takes a tree of mounts, with nothing that was mounted on it.
Outcome CloneTree(const Words& words) {
  return Of(open_tree(AT_FDCWD, words[0].c_str(), OPEN_TREE_CLONE));
}

// TYPE: has the kernel parse a file system and its options.
Outcome OpenFilesystem(const Words& words) {
  return Of(fsopen(words[0].c_str(), 0));
}

// Gives the machine another name.
Outcome NameHost(const Words&) { return Of(sethostname("attacked", 8)); }

constexpr Attack kAttacks[] = {
    {"clone-tree", 1, CloneTree},
    {"make-tree-writable", 2, MakeTreeWritable},
    {"make-writable", 2, MakeWritable},
    {"name-host", 0, NameHost},
    {"open-filesystem", 1, OpenFilesystem},
    {"uncover", 2, Uncover},
};

}  // namespace

std::span<const Attack> AttacksOnMounts() { return kAttacks; }

}  // namespace sbx::escape
