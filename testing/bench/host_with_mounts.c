// SPDX-License-Identifier: Apache-2.0
//
// host_with_mounts COUNT DIRECTORY COMMAND [ARG...]
//
// Runs COMMAND as the same user, without privileges, where COUNT more mounts
// lie below DIRECTORY: what a host with many containers or snaps looks like.

#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void Check(int result, const char* call) {
  if (result >= 0) return;
  fputs("host_with_mounts: ", stderr);
  perror(call);
  exit(125);
}

static void Write(const char* path, const char* text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  Check(file, path);
  Check((int)write(file, text, strlen(text)), path);
  close(file);
}

static void EnterNamespaces(void) {
  char uids[64];
  char gids[64];
  snprintf(uids, sizeof(uids), "%u %u 1\n", getuid(), getuid());
  snprintf(gids, sizeof(gids), "%u %u 1\n", getgid(), getgid());
  Check(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
  Write("/proc/self/uid_map", uids);
  Write("/proc/self/setgroups", "deny");
  Write("/proc/self/gid_map", gids);
}

static void AddMount(int number) {
  char name[16];
  snprintf(name, sizeof(name), "%d", number);
  Check(mkdir(name, 0755), "mkdir");
  Check(mount("few", name, "tmpfs", 0, "size=4k"), "mount");
}

int main(int argc, char** argv) {
  if (argc < 4) {
    fputs("usage: host_with_mounts COUNT DIRECTORY COMMAND [ARG...]\n", stderr);
    return 125;
  }
  EnterNamespaces();
  Check(mount("many", argv[2], "tmpfs", 0, NULL), "mount");
  Check(chdir(argv[2]), "chdir");
  const int count = atoi(argv[1]);
  for (int i = 0; i < count; ++i) AddMount(i);
  Check(chdir("/"), "chdir");
  // Without the rights over what it has made: the user is not root.
  execvp(argv[3], argv + 3);
  Check(-1, argv[3]);
}
