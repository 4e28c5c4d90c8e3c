// SPDX-License-Identifier: Apache-2.0
//
// floor [--net] [--pivot] [--as-pid-1] [--ro-bind SOURCE DEST]...
//       COMMAND [ARG...]
//
// Runs COMMAND in the namespaces and mounts of
//
//   bwrap --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp
//         --unshare-pid --unshare-ipc --unshare-uts [--unshare-net]
//
// made with bare system calls: what the kernel takes, and so what no sandbox
// can do it faster than.  It is no sandbox: it restricts nothing else, looks
// for nothing that might be in the way, and says little when something is. DEST
// lies in /tmp.
//
// The root is the copy that the mount namespace has anyhow.  With --pivot it is
// a second one, and the first is taken away, which is how most go about it.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

static int Checked(long result, const char* call) {
  if (result >= 0) return (int)result;
  fprintf(stderr, "floor: %s: %s\n", call, strerror(errno));
  _exit(125);
}

struct Options {
  int net;
  int pivot;
  int as_pid_1;
  char** binds;  // pairs, each behind a "--ro-bind"
  int bind_count;
  char** command;
};

static struct Options Parse(char** word) {
  struct Options options = {0};
  for (; *word != NULL && strncmp(*word, "--", 2) == 0; ++word) {
    if (strcmp(*word, "--net") == 0) {
      options.net = 1;
    } else if (strcmp(*word, "--pivot") == 0) {
      options.pivot = 1;
    } else if (strcmp(*word, "--as-pid-1") == 0) {
      options.as_pid_1 = 1;
    } else if (strcmp(*word, "--ro-bind") == 0 && word[1] && word[2]) {
      if (options.binds == NULL) options.binds = word;
      ++options.bind_count;
      word += 2;
    } else {
      break;
    }
  }
  if (*word == NULL || strncmp(*word, "--", 2) == 0) {
    fputs(
        "usage: floor [--net] [--pivot] [--as-pid-1] "
        "[--ro-bind SOURCE DEST]... COMMAND [ARG...]\n",
        stderr);
    exit(125);
  }
  options.command = word;
  return options;
}

static void Write(const char* path, const char* text) {
  const int file = Checked(open(path, O_WRONLY | O_CLOEXEC), path);
  Checked(write(file, text, strlen(text)), path);
  close(file);
}

static void MapIds(uid_t uid, gid_t gid) {
  char map[64];
  snprintf(map, sizeof(map), "%u %u 1\n", uid, uid);
  Write("/proc/self/uid_map", map);
  Write("/proc/self/setgroups", "deny");
  snprintf(map, sizeof(map), "%u %u 1\n", gid, gid);
  Write("/proc/self/gid_map", map);
}

static int Clone(int directory, const char* path, unsigned flags) {
  return Checked(syscall(SYS_open_tree, directory, path,
                         OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags),
                 path);
}

static void Restrict(int tree, uint64_t set, unsigned flags) {
  struct mount_attr attributes = {.attr_set = set};
  Checked(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | flags,
                  &attributes, sizeof(attributes)),
          "mount_setattr");
}

static void Attach(int tree, int directory, const char* path) {
  Checked(syscall(SYS_move_mount, tree, "", directory, path,
                  MOVE_MOUNT_F_EMPTY_PATH),
          path);
}

struct Setting {
  const char* key;
  const char* value;
};

static int New(const char* type, const struct Setting* settings,
               uint64_t attributes) {
  const int context = Checked(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), type);
  for (; settings->key != NULL; ++settings) {
    Checked(syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, settings->key,
                    settings->value, 0),
            settings->key);
  }
  Checked(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0),
          type);
  const int tree =
      Checked(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes), type);
  close(context);
  return tree;
}

static void Link(const char* target, int directory, const char* name) {
  Checked(symlinkat(target, directory, name), name);
}

static void MakeNode(int dev, const char* host) {
  const char* name = host + strlen("/dev/");
  Checked(mknodat(dev, name, S_IFREG | 0444, 0), name);
  const int node = Clone(AT_FDCWD, host, 0);
  Attach(node, dev, name);
  close(node);
}

static void MakeDev(int root) {
  static const char* const kNodes[] = {"/dev/null",    "/dev/zero",
                                       "/dev/full",    "/dev/random",
                                       "/dev/urandom", "/dev/tty"};
  const uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  const int dev =
      New("tmpfs", (struct Setting[]){{"mode", "0755"}, {0}}, attributes);
  Attach(dev, root, "dev");
  for (size_t i = 0; i < sizeof(kNodes) / sizeof(*kNodes); ++i) {
    MakeNode(dev, kNodes[i]);
  }
  Link("/proc/self/fd/0", dev, "stdin");
  Link("/proc/self/fd/1", dev, "stdout");
  Link("/proc/self/fd/2", dev, "stderr");
  Link("/proc/self/fd", dev, "fd");
  Link("/proc/kcore", dev, "core");
  Link("pts/ptmx", dev, "ptmx");
  Checked(mkdirat(dev, "shm", 0755), "shm");
  Checked(mkdirat(dev, "pts", 0755), "pts");
  const struct Setting pts[] = {
      {"ptmxmode", "0666"}, {"mode", "620"}, {NULL, NULL}};
  const int devpts = New("devpts", pts, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
  Attach(devpts, dev, "pts");
  close(devpts);
  close(dev);
}

static void MakeBinds(const struct Options* options, int tmp) {
  for (int i = 0; i < options->bind_count; ++i) {
    const char* source = options->binds[3 * i + 1];
    const char* dest = options->binds[3 * i + 2] + strlen("/tmp/");
    Checked(mkdirat(tmp, dest, 0755), dest);
    const int tree = Clone(AT_FDCWD, source, AT_RECURSIVE);
    Restrict(tree, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
             AT_RECURSIVE);
    Attach(tree, tmp, dest);
    close(tree);
  }
}

static int PresentRoot(void) {
  return Checked(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "/");
}

static int SecondRoot(void) {
  const int root = Clone(AT_FDCWD, "/", AT_RECURSIVE);
  Attach(root, AT_FDCWD, "/");
  return root;
}

static void Pivot(int root) {
  Checked(fchdir(root), "fchdir");
  Checked(syscall(SYS_pivot_root, ".", "."), "pivot_root");
  Checked(syscall(SYS_umount2, ".", MNT_DETACH), "umount2");
}

static void MakeRoot(const struct Options* options) {
  const struct Setting none[] = {{NULL, NULL}};
  const uint64_t plain = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  const int root = options->pivot ? SecondRoot() : PresentRoot();
  Restrict(root, MOUNT_ATTR_RDONLY | plain, AT_RECURSIVE);
  MakeDev(root);
  const int proc = New("proc", none, plain | MOUNT_ATTR_NOEXEC);
  Attach(proc, root, "proc");
  close(proc);
  const int tmp =
      New("tmpfs", (struct Setting[]){{"mode", "0755"}, {0}}, plain);
  Attach(tmp, root, "tmp");
  MakeBinds(options, tmp);
  close(tmp);
  if (options->pivot) Pivot(root);
  close(root);
}

static void RaiseLoopback(void) {
  const int socket_ =
      Checked(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  struct ifreq request = {.ifr_name = "lo"};
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  Checked(ioctl(socket_, SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
  close(socket_);
}

static int StatusOf(pid_t child) {
  int status = 0;
  Checked(waitpid(child, &status, 0), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void RunCommand(const struct Options* options) {
  if (!options->as_pid_1) {
    const pid_t child = Checked(vfork(), "vfork");
    if (child != 0) _exit(StatusOf(child));
  }
  execvp(options->command[0], options->command);
  Checked(-1, options->command[0]);
}

int main(int argc, char** argv) {
  (void)argc;
  const struct Options options = Parse(argv + 1);
  const uid_t uid = getuid();
  const gid_t gid = getgid();
  struct clone_args arguments = {
      .flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC |
               CLONE_NEWUTS | (options.net ? CLONE_NEWNET : 0),
      .exit_signal = SIGCHLD};
  const pid_t child =
      Checked(syscall(SYS_clone3, &arguments, sizeof(arguments)), "clone3");
  if (child != 0) return StatusOf(child);
  MapIds(uid, gid);
  if (options.net) RaiseLoopback();
  MakeRoot(&options);
  RunCommand(&options);
}
