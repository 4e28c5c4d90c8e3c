// SPDX-License-Identifier: Apache-2.0

#include "testing/bwrap/rows.h"

namespace sbx::test {
namespace {

constexpr char kNotIn08[] = "0.8.0 has no such option";
constexpr char kInTheRoot[] =
    "0.8.0 resolves destinations outside of the new root";

constexpr Row kRows[] = {
    // Shares.
    {"a share is read-only or not, and never setuid or with devices",
     "mkdir d; $B $USR --bind $PWD/d /d --ro-bind $PWD/d /r --dev-bind $PWD/d "
     "/v --proc /proc findmnt -l -n -o TARGET,VFS-OPTIONS,FSTYPE | sort"},
    {"a read-only share refuses writes, a writable one takes them",
     "mkdir d; $B $USR --bind $PWD/d /d --ro-bind $PWD/d /r sh -c 'echo x "
     ">/d/f && cat /r/f; echo y >/r/g'; ls d"},
    {"what is mounted below a read-only share is read-only too",
     "mkdir a b; $B $HOST --bind $PWD/a /tmp --bind $PWD/b /mnt -- $B "
     "--ro-bind / / touch /tmp/x /mnt/x 2>&1 | grep -c Read-only"},
    {"a share of a file", "echo x >f; $B $USR --ro-bind f /f cat /f"},
    {"a share whose source is a symbolic link",
     "echo x >f; ln -s f l; $B $USR --ro-bind $PWD/l /f cat /f"},
    {"a share at a relative destination",
     "mkdir d; $B $USR --bind d d/e sh -c 'ls -d /d/e; stat -c %a /d'",
     "as bubblewrap's manual has it, parents have mode 0755 without --perms",
     "/d/e\n755\n=> 0\n"},
    {"a share of nothing, which may be missing",
     "$B $USR --bind-try /nope /a --ro-bind-try /nope /b --dev-bind-try /nope "
     "/c sh -c 'ls -A / | grep -c \"^[abc]$\"'"},
    {"a share of an open directory",
     "mkdir d; touch d/x; $B $USR --bind /proc/self/fd/5 /d ls /d 5<d"},
    {"a share by descriptor",
     "mkdir d; touch d/x; $B $USR --bind-fd 5 /d --ro-bind-fd 6 /r sh -c "
     "'touch /d/y; ls /r; touch /r/z' 5<d 6<d"},
    {"the descriptor of a share is not the command's",
     "mkdir d; $B $OWN --bind-fd 5 /tmp sh -c '[ -e /proc/self/fd/5 ]; echo "
     "$?' 5<d"},
    {"a share covers what came before",
     "mkdir a b; touch a/1 b/2; $B $USR --bind a /d --bind b /d ls /d"},
    {"the root may be covered late",
     "$B --dir /a --ro-bind / / sh -c 'ls -d /usr; ls -d /a'"},
    {"mount points in a writable share stay there",
     "mkdir d; $B $USR --bind d /d --tmpfs /d/new/t --ro-bind /etc/passwd "
     "/d/file true; stat -c '%n %a %F' d/new d/new/t d/file",
     "mount points of files can be written by their owner",
     "d/new 755 directory\nd/new/t 755 directory\nd/file 644 regular empty "
     "file\n=> 0\n"},
    {"a share of the whole host at another place",
     "$B $USR --ro-bind / /h sh -c 'ls -d /h/usr/bin /h/etc/passwd'"},
    {"devices of the host work only with --dev-bind",
     "$B $HOST sh -c 'echo x >/dev/null'; $B $HOST --dev-bind /dev /dev sh -c "
     "'echo x >/dev/null'"},
    // The root.
    {"the root is a writable tmpfs of the user's",
     "$B $USR sh -c 'touch /x; stat -c \"%a %u %g\" / /x'"},
    {"a tmpfs can be the root",
     "$B --perms 0711 --tmpfs / $USR --proc /proc sh -c 'stat -c %a /; findmnt "
     "-n -o FSTYPE,VFS-OPTIONS /'"},
    {"the root can be made read-only at the end",
     "$B $USR --remount-ro / sh -c 'touch /x'"},
    {"a file cannot be the root", "$B --ro-bind /etc/passwd / true",
     "the message names the mount",
     "bwrap: Can't bind mount /etc/passwd on /: /etc/passwd: Not a "
     "directory\n=> 1\n"},
    // Things that are made.
    {"directories and their parents",
     "$B $USR --dir /a/b --perms 0700 --dir /c/d --perms 0750 --dir /e/f "
     "--perms 0705 --dir /g/h stat -c '%n %a %u' /a /a/b /c /c/d /e /e/f /g "
     "/g/h"},
    {"a directory that is there stays as it is",
     "$B $USR --dir /a --perms 0700 --dir /a stat -c %a /a"},
    {"file systems in memory",
     "$B $USR --tmpfs /a/b --perms 01777 --tmpfs /c --size 1048576 --tmpfs /d "
     "--perms 0700 --size 4096 --tmpfs /e/f --proc /proc sh -c 'stat -c \"%n "
     "%a %u\" /a /a/b /c /d /e /e/f; findmnt -l -n -o TARGET,FSTYPE,OPTIONS | "
     "sort | grep -v \"^/ \"'"},
    {"files from descriptors",
     "echo one >1; echo two >2; $B $USR --file 5 /a/f --perms 0640 --file 6 /g "
     "sh -c 'cat /a/f /g; stat -c \"%n %a %u\" /a /a/f /g' 5<1 6<2"},
    {"a file that is there is overwritten",
     "echo one >1; echo two >2; $B $USR --file 5 /f --file 6 /f cat /f 5<1 "
     "6<2"},
    {"a file may be made in a share",
     "mkdir d; echo one >1; $B $USR --bind d /d --file 5 /d/f true 5<1; cat "
     "d/f; stat -c %a d/f"},
    {"data is mounted over a place",
     "echo one >1; $B $USR --bind-data 5 /a/f --perms 0644 --ro-bind-data 6 /g "
     "sh -c 'cat /a/f; stat -c \"%n %a %u\" /a /a/f /g; echo x >/a/f; cat "
     "/a/f; echo x >/g' 5<1 6<1"},
    {"data can be a program",
     "echo 'echo hello' >1; $B $USR --perms 0755 --ro-bind-data 5 /p /bin/sh "
     "/p 5<1; $B $USR --perms 0755 --ro-bind-data 5 /p /p 5</bin/true"},
    {"data covers a file of the host",
     "echo one >1; $B $HOST --ro-bind-data 5 /etc/passwd cat /etc/passwd 5<1"},
    {"symbolic links",
     "$B $USR --symlink /usr /a/b --symlink nowhere c sh -c 'readlink /a/b "
     "/c'"},
    {"a symbolic link that is there and leads to the same",
     "$B $USR --symlink /a /l --symlink /a /l readlink /l",
     "0.9.0 and later accept it", "/a\n=> 0\n"},
    {"a symbolic link that is there and leads elsewhere",
     "$B $USR --symlink /a /l --symlink /b /l readlink /l",
     "0.9.0 and later say where",
     "bwrap: Can't make symlink at /l: existing destination is /a\n=> 1\n"},
    {"a symbolic link where something else is",
     "$B $USR --dir /l --symlink /b /l readlink /l", "0.9.0 and later say what",
     "bwrap: Can't make symlink at /l: destination exists and is not a "
     "symlink\n=> 1\n"},
    {"modes are changed in order",
     "$B $USR --dir /a --chmod 0700 /a --tmpfs /b --chmod 01777 /b --chmod 0 / "
     "--chmod 0755 / stat -c '%n %a' / /a /b"},
    {"the mode of a file of the host can be changed in a writable share",
     "touch f; $B $USR --bind f /f --chmod 0600 /f true; stat -c %a f"},
    {"a mount alone is made read-only",
     "$B $USR --tmpfs /a --tmpfs /a/b --remount-ro /a sh -c 'touch /a/x; touch "
     "/a/b/x && ls /a/b'"},
    // File systems of the kernel.
    {"processes of its own",
     "$B --unshare-pid $USR --proc /p --symlink p /proc sh -c 'echo $$; "
     "readlink /p/self; findmnt -n -o VFS-OPTIONS,FSTYPE /p'"},
    {"processes of the host where none are its own",
     "$B $USR --proc /proc sh -c '[ $(ls /proc | grep -c \"^[0-9]\") -gt 2 ]; "
     "findmnt -n -o VFS-OPTIONS,FSTYPE /proc'"},
    {"devices",
     "$B $USR --proc /proc --dev /dev sh -c 'ls /dev /dev/pts; readlink "
     "/dev/*; stat -c \"%n %a %u %F\" /dev /dev/shm /dev/null; echo x "
     ">/dev/null; head -c3 /dev/zero | wc -c'"},
    {"devices are mounts of their own in a writable tmpfs",
     "$B $USR --proc /proc --dev /dev findmnt -l -n -R -o "
     "TARGET,FSTYPE,OPTIONS /dev | sort"},
    {"/dev can be added to",
     "$B $USR --proc /proc --dev /dev --dir /dev/a --file 5 /dev/f sh -c 'ls "
     "-d /dev/a /dev/f; touch /dev/x' 5</etc/hostname"},
    {"message queues need an ipc namespace",
     "$B --unshare-ipc $USR --mqueue /q --proc /proc findmnt -n -o "
     "FSTYPE,VFS-OPTIONS /q",
     "nobody needs programs or devices there",
     "mqueue rw,nosuid,nodev,noexec,relatime\n=> 0\n"},
    {"a tmpfs for all of /tmp with something of it shown",
     "d=$(mktemp -d); touch $d/x; $B $HOST --tmpfs /tmp --bind $d $d sh -c "
     "\"ls -A /tmp | wc -l; ls $d\"; rm -r $d"},
    // Destinations.
    {"a symbolic link in the way is followed inside",
     "$B $USR --dir /run --dir /var --symlink /run /var/run --tmpfs /var/run "
     "--dir /var/run/x ls /run",
     kInTheRoot, "x\n=> 0\n"},
    {"a symbolic link to the host leads nowhere else",
     "mkdir -p r/etc o; ln -s $PWD/o r/out; $B --bind r / --ro-bind /usr /usr "
     "--symlink usr/lib /lib --symlink usr/lib64 /lib64 --dir /out/x "
     "/usr/bin/true; ls o",
     kInTheRoot,
     "bwrap: Can't mkdir /out/x: mkdirat(\"out\"): File exists\n=> 0\n"},
    {"dots do not lead out",
     "$B $USR --dir /a --tmpfs /a/../../../b --dir /b/x ls /b"},
    {"a parent that only its owner may look into",
     "mkdir -p d/e; chmod 0711 d; $B $USR --ro-bind d/e /e sh -c 'ls /e; echo "
     "$?'"},
    // Overlays.
    {"an overlay keeps what is written in a directory",
     "mkdir a b u w; echo a >a/x; echo b >b/x; echo y >a/y; $B $USR "
     "--overlay-src a --overlay-src b --overlay u w /o sh -c 'cat /o/x; rm "
     "/o/y; echo z >/o/z; ls /o'; ls a b; stat -c '%n %F' u/*; chmod u+rwx "
     "w/work",
     kNotIn08,
     "b\nx\nz\na:\nx\ny\n\nb:\nx\nu/y character special file\nu/z regular "
     "file\n=> 0\n"},
    {"an overlay forgets what is written",
     "mkdir a b; echo a >a/x; echo b >b/y; $B $USR --overlay-src a "
     "--overlay-src b --tmp-overlay /o sh -c 'echo z >/o/x; cat /o/*; stat -c "
     "%a /o'; cat a/x",
     kNotIn08, "z\nb\n755\na\n=> 0\n"},
    {"an overlay refuses writes",
     "mkdir a b; touch a/x b/y; $B $USR --overlay-src a --overlay-src b "
     "--ro-overlay /o sh -c 'ls /o; touch /o/z'",
     kNotIn08,
     "x\ny\ntouch: cannot touch '/o/z': Read-only file system\n=> 1\n"},
    {"an overlay of directories with odd names",
     "mkdir a 'b:c,d\\e f'; touch a/x 'b:c,d\\e f/y'; $B $USR --overlay-src a "
     "--overlay-src 'b:c,d\\e f' --ro-overlay /o ls /o",
     kNotIn08, "x\ny\n=> 0\n"},
    {"an overlay of thirty directories",
     "o=; for i in {10..39}; do mkdir $i; touch $i/$i; o+=\" --overlay-src "
     "$i\"; done; $B $USR $o --ro-overlay /o sh -c 'ls /o | wc -l'",
     kNotIn08, "30\n=> 0\n"},
    {"an overlay can be the root",
     "mkdir -p r/usr u; ln -s usr/bin r/bin; ln -s usr/lib r/lib; ln -s "
     "usr/lib64 r/lib64; $B --overlay-src r --tmp-overlay / --ro-bind /usr "
     "/usr sh -c 'touch /x; ls /'; ls r",
     kNotIn08, "bin\nlib\nlib64\nusr\nx\nbin\nlib\nlib64\nusr\n=> 0\n"},
};

}  // namespace

absl::Span<const Row> FileRows() { return kRows; }

}  // namespace sbx::test
